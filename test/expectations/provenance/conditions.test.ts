/** The conditions on a verified certificate and its statement: each row meets all but one. */
import { describe, expect, test } from 'vitest';
import { firstUnmet } from '../../../src/expectations/provenance/conditions.ts';
import { noticesOn } from '../../../src/expectations/provenance/notices.ts';
import { parseSigner, type ProvenanceExpectation } from '../../../src/expectations/provenance/signer.ts';
import type { Identity } from '../../../src/provenance/identity.ts';
import type { Attestation } from '../../../src/provenance/verify.ts';
import { COMMIT, OTHER_COMMIT, SLSA_V1 } from '../../support/images.ts';
import { REPOSITORY_ID, RUN, SIGNER } from '../../support/signing.ts';

const HEX = 'ab'.repeat(32);
const DIGEST = `sha256:${HEX}` as never;
const IDENTITY: Identity = {
  issuer: 'https://token.actions.githubusercontent.com',
  signer: SIGNER,
  signerDigest: COMMIT,
  runner: 'github-hosted',
  source: 'https://github.com/acme/app',
  revision: COMMIT,
  ref: 'refs/heads/main',
  sourceId: REPOSITORY_ID,
  config: SIGNER,
  trigger: 'push',
  run: RUN,
  visibility: 'public',
  environment: null,
};
const STATEMENT = { predicateType: SLSA_V1, subjects: [HEX] };
const WORKFLOW = 'acme/app/.github/workflows/build.yml';
const NAMED: ProvenanceExpectation = {
  signers: [parseSigner('acme/other/.github/workflows/x.yml@refs/heads/main'), parseSigner(WORKFLOW)],
  source: { repository: 'acme/app', id: REPOSITORY_ID },
  revision: COMMIT,
};
const AUTO: ProvenanceExpectation = { ...NAMED, signers: 'auto' };

const attest = (identity: Partial<Identity> = {}, statement: Partial<typeof STATEMENT> = {}): Attestation => ({
  instance: 'sigstore.dev',
  identity: { ...IDENTITY, ...identity },
  statement: { ...STATEMENT, ...statement },
});
const why = (attestation: Attestation, expected: ProvenanceExpectation = NAMED): string | undefined =>
  firstUnmet(attestation, expected, DIGEST)?.message;

test('all are met', () => {
  const anySource = { ...NAMED, source: { repository: 'ACME/App', id: null } };
  for (const expected of [NAMED, AUTO, { ...NAMED, revision: null }, anySource])
    expect(firstUnmet(attest(), expected, DIGEST)).toBeNull();
  const enterprise = attest({ issuer: 'https://token.actions.githubusercontent.com/acme-corp' });
  expect(firstUnmet(enterprise, NAMED, DIGEST)).toBeNull();
  expect(firstUnmet(attest({ revision: COMMIT.toUpperCase() }), NAMED, DIGEST)).toBeNull();
  expect(firstUnmet(attest({}, { subjects: ['cd'.repeat(32), HEX] }), NAMED, DIGEST)).toBeNull();
});

describe('what is stated', () => {
  test.each(['https://slsa.dev/provenance/v0.2', 'https://spdx.dev/Document', '', 'https://slsa.dev/provenance/v1x'])(
    'predicate type %j',
    (predicateType) => expect(why(attest({}, { predicateType }))).toContain('it is signed, but states'),
  );
  test('another subject, and none', () => {
    const other = 'cd'.repeat(32);
    const found = firstUnmet(attest({}, { subjects: [other] }), NAMED, DIGEST);
    expect(found?.message).toBe(`it is signed, but about sha256:${other}, not about ${DIGEST as string}.`);
    expect(found?.actual).toBe(`sha256:${other}`);
    expect(why(attest({}, { subjects: [] }))).toContain('but about nothing');
  });
});

describe('who signed', () => {
  test.each([
    'https://accounts.google.com',
    'https://token.actions.githubusercontent.com/',
    'https://token.actions.acme.ghe.com',
    'https://gitlab.com',
  ])('issuer %s', (issuer) => expect(why(attest({ issuer }))).toContain(`with a token of "${issuer}"`));

  const at = (file: string): string => `https://github.com/${file}`;
  test.each<[string, string]>([
    ['another file', at('acme/app/.github/workflows/pr.yml@refs/heads/x')],
    ['a name that only starts alike', at('acme/app/.github/workflows/build.yml.yml@refs/heads/main')],
    ['a name that only ends alike', at('acme/app/.github/workflows/xbuild.yml@refs/heads/main')],
    ['another case of the path', at('acme/app/.github/workflows/Build.yml@refs/heads/main')],
    ['another repository', at('acme/app2/.github/workflows/build.yml@refs/heads/main')],
    ['another owner', at('evil/app/.github/workflows/build.yml@refs/heads/main')],
    ['another ref of one with a ref', at('acme/other/.github/workflows/x.yml@refs/heads/mainx')],
    ['another case of a ref', at('acme/other/.github/workflows/x.yml@refs/heads/Main')],
    ['a text that is no workflow', at('acme/app/.github/workflows/build.yml')],
    ['another server', 'https://github.evil.example/acme/app/.github/workflows/build.yml@refs/heads/main'],
  ])('%s', (_, signer) => {
    expect(why(attest({ signer }))).toMatch(/^signed by .*, which signer-workflow does not list\.$/);
  });
  test('owner and repository ignore case, and a listed ref counts', () => {
    const files = [
      'ACME/App/.github/workflows/build.yml@refs/heads/any',
      'acme/other/.github/workflows/x.yml@refs/heads/main',
    ];
    for (const file of files) expect(why(attest({ signer: at(file) }))).toBeUndefined();
  });
  test('auto: any workflow, of this repository alone', () => {
    expect(why(attest({ signer: at('Acme/App/.github/workflows/z.yaml@refs/pull/1/merge') }), AUTO)).toBeUndefined();
    for (const file of ['acme/app2/.github/workflows/build.yml@refs/heads/main', 'acme/app/build.yml@refs/heads/main'])
      expect(why(attest({ signer: at(file) }), AUTO)).toContain('not a workflow of acme/app');
  });

  test.each(['pull_request_target', 'workflow_run', 'issue_comment'])('%s does not count under auto', (trigger) => {
    expect(why(attest({ trigger }), AUTO)).toContain(`it is signed by a run for ${trigger}`);
    expect(why(attest({ trigger }))).toBeUndefined();
    expect(noticesOn({ ...IDENTITY, trigger })).toHaveLength(1);
  });
  test.each([null, ''])('a trigger of %j never counts', (trigger) => {
    for (const expected of [NAMED, AUTO]) expect(why(attest({ trigger }), expected)).toContain('for which event');
  });
});

test('a text is told whole or not at all: a secret that is cut could not be recognised', () => {
  const told = (length: number): string => why(attest({ issuer: 'x'.repeat(length) })) ?? '';
  expect(told(200)).toContain(`"${'x'.repeat(200)}"`);
  expect(told(201)).toContain('a token of a text of 201 characters');
  expect(why(attest({ revision: OTHER_COMMIT, run: 'x'.repeat(201) }))).not.toContain('(run');
});

describe('for what', () => {
  test.each([
    null,
    'https://github.com/acme/app2',
    'https://github.com/acme/app/',
    'http://github.com/acme/app',
    'https://github.evil.example/acme/app',
    'acme/app',
  ])('source %j', (source) => expect(why(attest({ source }))).toContain('; expected acme/app.'));

  test.each([null, '1', `${REPOSITORY_ID}0`])('a repository of this name with the number %j', (sourceId) => {
    expect(why(attest({ sourceId }))).toContain(`this one is ${REPOSITORY_ID}`);
    expect(why(attest({ sourceId }), { ...NAMED, source: { repository: 'acme/app', id: null } })).toBeUndefined();
  });

  test('another commit: told with the run', () => {
    expect(why(attest({ revision: OTHER_COMMIT }))).toBe(
      `the provenance is signed, but for commit ${OTHER_COMMIT}; expected ${COMMIT} (run ${RUN}).`,
    );
    expect(why(attest({ revision: OTHER_COMMIT, run: null }))).toContain(`expected ${COMMIT}.`);
    expect(why(attest({ revision: OTHER_COMMIT }), { ...NAMED, revision: null })).toBeUndefined();
  });
  test.each([null, '', COMMIT.slice(0, 12), `${COMMIT}-dirty`, `${COMMIT}0`])('a commit of %j is none', (revision) => {
    for (const expected of [NAMED, { ...NAMED, revision: null }])
      expect(why(attest({ revision }), expected)).toContain('its certificate does not name a commit');
  });
});

test('each that is met brings it nearer', () => {
  const rows: Attestation[] = [
    attest({}, { predicateType: 'x' }),
    attest({}, { subjects: [] }),
    attest({ issuer: 'x' }),
    attest({ signer: 'x' }),
    attest({ trigger: null }),
    attest({ source: 'x' }),
    attest({ revision: 'x' }),
  ];
  expect(rows.map((row) => firstUnmet(row, NAMED, DIGEST)?.met)).toEqual([2, 3, 4, 5, 6, 7, 8]);
});

describe('what the author should know', () => {
  test.each<[Partial<Identity>, RegExp | null]>([
    [{}, null],
    [{ runner: 'self-hosted' }, /a "self-hosted" runner/],
    [{ runner: null }, /a runner of an unknown kind/],
    [{ trigger: 'workflow_dispatch' }, /workflow_dispatch, which someone started/],
    [{ trigger: 'repository_dispatch' }, /repository_dispatch, which someone started/],
    [{ trigger: 'pull_request_target' }, /need not be what was built/],
  ])('%j', (identity, text) => {
    const notices = noticesOn({ ...IDENTITY, ...identity });
    expect(notices).toHaveLength(text === null ? 0 : 1);
    if (text !== null) expect(notices[0]).toMatch(text);
  });
});
