/** What may be asked of signed provenance: every combination that would bind to nothing is an error. */
import { describe, expect, test } from 'vitest';
import { gitHubRun } from '../../src/ci/github/run.ts';
import { definitionOf, INPUT_NAMES, type InputName } from '../../src/inputs/names.ts';
import type { RawInputs } from '../../src/inputs/raw-inputs.ts';
import { loadParsers } from '../../src/settings/parsers.ts';
import { parseSettings, type Settings } from '../../src/settings/settings.ts';
import { COMMIT, OTHER_COMMIT } from '../support/images.ts';
import { REPOSITORY_ID, SigningInstance } from '../support/signing.ts';

const GITHUB: Record<string, string> = {
  GITHUB_ACTIONS: 'true',
  GITHUB_SERVER_URL: 'https://github.com',
  GITHUB_REPOSITORY_ID: REPOSITORY_ID,
};
const event = { name: 'push', sha: COMMIT, ref: 'refs/heads/main', repository: 'acme/app', payload: {} };
const WORKFLOW = 'acme/app/.github/workflows/build.yml';

async function parse(
  inputs: Partial<Record<InputName, string>>,
  { env = GITHUB, policy = null as string | null, root = null as string | null } = {},
): Promise<Settings> {
  const values = Object.fromEntries(
    INPUT_NAMES.map((name) => [name, inputs[name] ?? definitionOf(name).default ?? 'registry.example/acme/app:main']),
  ) as Record<InputName, string>;
  const raw: RawInputs = {
    values: { ...values, ...(policy === null ? {} : { policy: 'policy.yml' }) },
    given: new Set(Object.keys(inputs) as InputName[]),
  };
  return parseSettings({
    inputs: raw,
    run: gitHubRun(event, env),
    policy: policy === null ? null : { path: 'policy.yml', text: policy },
    trustedRoot: root === null ? null : { path: 'roots.jsonl', text: root },
    parsers: await loadParsers(raw),
    problems: [],
  });
}

const provenanceOf = async (...parameters: Parameters<typeof parse>): Promise<Settings['expectations']['provenance']> =>
  (await parse(...parameters)).expectations.provenance;

describe('what is asked', () => {
  test('nothing, by default', async () => {
    expect(await provenanceOf({})).toBeNull();
    expect(await provenanceOf({}, { env: {} })).toBeNull();
  });
  test('auto: this repository and its number, the commit of this run', async () => {
    expect(await provenanceOf({ 'signer-workflow': 'auto' })).toEqual({
      signers: 'auto',
      source: { repository: 'acme/app', id: REPOSITORY_ID },
      revision: COMMIT,
    });
  });
  test('several, one per line, with comments', async () => {
    const text = `# the builder\n${WORKFLOW}\n\nacme/b/.github/workflows/x.yaml@refs/tags/v1\n${WORKFLOW}@${'a1'.repeat(20)}`;
    expect((await provenanceOf({ 'signer-workflow': text }))?.signers).toMatchObject([
      { repository: 'acme/app', path: '.github/workflows/build.yml', ref: null },
      { repository: 'acme/b', ref: 'refs/tags/v1' },
      { ref: 'a1'.repeat(20) },
    ]);
  });
  test('this repository by its name has its number, another has none', async () => {
    const own = await provenanceOf({ 'signer-workflow': 'auto', 'source-repository': 'Acme/App' });
    expect(own?.source).toEqual({ repository: 'Acme/App', id: REPOSITORY_ID });
    const other = { 'signer-workflow': 'auto', 'source-repository': 'acme/other', revision: OTHER_COMMIT };
    expect(await provenanceOf(other)).toEqual({
      signers: 'auto',
      source: { repository: 'acme/other', id: null },
      revision: OTHER_COMMIT,
    });
  });
  test('this repository by its name, where the number is not known', async () => {
    const env = { ...GITHUB, GITHUB_REPOSITORY_ID: '' };
    const own = await provenanceOf({ 'signer-workflow': 'auto', 'source-repository': 'acme/app' }, { env });
    expect(own?.source.id).toBeNull();
  });
  test('any commit, of a workflow with its ref', async () => {
    const any = await provenanceOf({ 'signer-workflow': `${WORKFLOW}@refs/heads/main`, revision: 'any' });
    expect(any?.revision).toBeNull();
    const other = {
      'signer-workflow': 'acme/other/.github/workflows/b.yml@refs/heads/main',
      'source-repository': 'acme/other',
      revision: 'any',
    };
    expect(await provenanceOf(other)).toMatchObject({ revision: null, source: { repository: 'acme/other' } });
  });
  test('the commit of a policy', async () => {
    const policy = `revision: ${OTHER_COMMIT}\n`;
    const inputs = { 'signer-workflow': 'auto', revision: 'any' };
    expect((await provenanceOf(inputs, { policy }))?.revision).toBe(OTHER_COMMIT);
    const other = { ...inputs, 'source-repository': 'acme/other' };
    expect((await provenanceOf(other, { policy }))?.revision).toBe(OTHER_COMMIT);
  });
  test('it is an expectation', async () => {
    const { isNothingExpected } = await import('../../src/expectations/expectations.ts');
    const settings = await parse({ 'signer-workflow': `${WORKFLOW}@refs/heads/main`, revision: 'any' });
    expect(isNothingExpected(settings.expectations)).toBe(false);
  });
  test('roots of a file', async () => {
    const root = (await SigningInstance.start()).trustedRoot();
    const inputs = { 'signer-workflow': 'auto', 'trusted-root': 'roots.jsonl' };
    expect([...((await parse(inputs, { root })).trustedRoots?.keys() ?? [])]).toEqual(['sigstore.dev']);
    expect((await parse({ 'signer-workflow': 'auto' })).trustedRoots).toBeNull();
  });
});

describe('what is refused', () => {
  const auto = { 'signer-workflow': 'auto' };
  test.each<[string, Partial<Record<InputName, string>>, string]>([
    ['a workflow by its file alone', { 'signer-workflow': 'build.yml' }, 'does not name a workflow'],
    ['a pattern', { 'signer-workflow': 'acme/app/.github/workflows/*.yml@*' }, 'does not name a workflow'],
    ['a short ref', { 'signer-workflow': `${WORKFLOW}@main` }, 'does not name a workflow'],
    ['auto among others', { 'signer-workflow': `auto\n${WORKFLOW}` }, '"auto" does not name a workflow'],
    ['none among others', { 'signer-workflow': `${WORKFLOW}\nnone` }, '"none" does not name a workflow'],
    ['comments alone', { 'signer-workflow': '# x' }, 'nothing but comments'],
    [
      'auto with any commit',
      { ...auto, revision: 'any' },
      'auto with revision: any would take any commit of any branch',
    ],
    [
      'a workflow without its ref with any commit',
      { 'signer-workflow': WORKFLOW, revision: 'any' },
      'must be given with its ref',
    ],
    [
      'one of several without',
      { 'signer-workflow': `${WORKFLOW}@refs/heads/main\n${WORKFLOW}`, revision: 'any' },
      `${WORKFLOW} must be given with its ref`,
    ],
    [
      'a workflow elsewhere without its ref',
      { 'signer-workflow': 'acme/b/.github/workflows/x.yml' },
      'is in another repository than acme/app',
    ],
    [
      'another source for the commit of this run',
      { ...auto, 'source-repository': 'acme/other' },
      'acme/other is not the repository of this run',
    ],
    [
      'another source and contains-commit',
      { ...auto, 'source-repository': 'acme/other', revision: COMMIT, 'contains-commit': COMMIT },
      'commits of another repository (acme/other) are not compared',
    ],
    ['a source that is none', { ...auto, 'source-repository': 'acme' }, '"acme" does not name a repository'],
    [
      'a source without a signature',
      { 'source-repository': 'acme/app' },
      'source-repository: it is given, but signer-workflow is none',
    ],
    [
      'a root without a signature',
      { 'trusted-root': 'roots.jsonl' },
      'trusted-root: it is given, but signer-workflow is none',
    ],
  ])('%s', async (_, inputs, text) => {
    await expect(parse(inputs)).rejects.toMatchObject({
      code: 'input',
      message: expect.stringContaining(text) as string,
    });
  });

  test.each<[string, Record<string, string>]>([
    ['another server', { ...GITHUB, GITHUB_SERVER_URL: 'https://github.example' }],
    ['the same with a slash', { ...GITHUB, GITHUB_SERVER_URL: 'https://github.com/' }],
    ['the same over HTTP', { ...GITHUB, GITHUB_SERVER_URL: 'http://github.com' }],
    ['no server', { ...GITHUB, GITHUB_SERVER_URL: '' }],
    ['no workflow', { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY_ID: REPOSITORY_ID }],
  ])('on %s', async (_, env) => {
    await expect(parse(auto, { env })).rejects.toThrow(
      'signer-workflow: signatures are read for https://github.com alone',
    );
  });

  test.each(['', 'x', '12 '])('this repository with the number %j', async (id) => {
    const env = { ...GITHUB, GITHUB_REPOSITORY_ID: id };
    await expect(parse(auto, { env })).rejects.toThrow('auto needs the number of this repository');
  });

  test('the commit of this run by a policy, for another source', async () => {
    const inputs = { ...auto, revision: 'any', 'source-repository': 'acme/other' };
    await expect(parse(inputs, { policy: 'revision: auto\n' })).rejects.toThrow(
      'acme/other is not the repository of this run',
    );
  });

  test.each(['signer-workflow', 'source-repository', 'trusted-root'])('%s in a policy', async (name) => {
    await expect(parse(auto, { policy: `${name}: auto\n` })).rejects.toThrow(name);
  });

  test('a root that cannot be read', async () => {
    const inputs = { ...auto, 'trusted-root': 'roots.jsonl' };
    await expect(parse(inputs, { root: '{}' })).rejects.toThrow('trusted-root: roots.jsonl, line 1');
  });
});
