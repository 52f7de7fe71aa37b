/**
 * No message without a remedy. Each code but `input` has one for errors that bring none of their own (base/errors.ts); each
 * `input` error has to bring one, which the compiler asks for and these cases see. Each is what a person may have written.
 */
import { describe, expect, test } from 'vitest';
import { AssertImageError, type ErrorCode, formatError } from '../src/base/errors.ts';
import { parseCel } from '../src/expectations/cel/cel.ts';
import { parseExpectation } from '../src/expectations/field/parse.ts';
import { parsePattern } from '../src/expectations/field/pattern.ts';
import { parsePolicy } from '../src/expectations/policy/policy.ts';
import { parseCommit } from '../src/expectations/revision/commit-id.ts';
import { parseRevisionFrom } from '../src/expectations/revision/stated.ts';
import { parseSigner, parseSourceRepository } from '../src/expectations/provenance/signer.ts';
import { parseDigest } from '../src/reference/digest.ts';
import { parseRegistryHost } from '../src/reference/host.ts';
import { parseWantedPlatform } from '../src/reference/platform.ts';
import { parseSelector } from '../src/reference/selector.ts';
import {
  parseCommentMode,
  parseCount,
  parseDurationMs,
  parsePlainHttp,
  parseRequire,
  parseTrustedAuthHost,
} from '../src/settings/values.ts';

const label = (text: string): unknown => parseExpectation(text, 'label', parsePattern);
const D = `sha256:${'a'.repeat(64)}`;

/** What is written, by what reads it; with what the remedy has to say, where the table of the issue says it. */
const CASES: readonly [what: string, parse: () => unknown, remedy?: string | undefined][] = [
  ...[
    ['', ''],
    ['ghcr.io/acme/app:main, ghcr.io/acme/web:main', 'one reference per line'],
    ['ghcr.io/acme/app main', 'one reference per line'],
    ['https://ghcr.io/acme/app', 'Leave out the scheme'],
    ['ghcr.io/acme/app:', 'evaluate to nothing'],
    ['/acme/app', 'evaluate to nothing'],
    ['ghcr.io/Acme/app', ''],
    ['registry.example.com/Acme/app', 'registry.example.com/acme/app'],
    ['Acme/app', 'acme/app'],
    ['ghcr.io', 'host/repository:tag'],
    ['localhost:5000', 'host/repository:tag'],
    [D, ''],
    ['${IMAGE}', ''],
    ['user:password@ghcr.io/acme/app', 'username and password'],
    ['docker-archive:image.tar', 'oci-layout:PATH'],
    ['oci-layout:', ''],
    [String.raw`acme/app:v\d+`, 'not regular expressions'],
    ['acme/app:v[0-9]+', 'not regular expressions'],
    [`acme/app@sha256:abc`, ''],
    [`ghcr.io/${'a'.repeat(300)}`, ''],
    ['acme/a..b', ''],
    ['reg*.example.com/app:main', ''],
    ['docker.io/*:main', 'NAMESPACE'],
    ['ghcr.io:99999/acme/app', ''],
  ].map(([text, remedy]): [string, () => unknown, string | undefined] => [
    `image: ${text}`,
    () => parseSelector(text as string),
    remedy,
  ]),
  ...[
    ['tier: gold', 'Write key=value: tier=gold'],
    ['- org.opencontainers.image.version', 'Remove the leading "- "'],
    ['tier == gold', 'Write "="'],
    ['tier=', 'evaluate to nothing'],
    ['tier=~', 'evaluate to nothing'],
    ['tier=~"v1"', 'Patterns are raw'],
    ['tier=~(?=x)', 'RE2'],
    ['tier in a, b', 'key in (a, b)'],
    ['tier in ()', '""'],
    ['tier in (a(b))', 'JSON string'],
    ['!tier=x', '!key alone'],
    ['"tier=x', 'double quote'],
    ['tier="x', 'Escape quotes'],
    ['=x', 'evaluate to nothing'],
    ["tier!='x'", 'Leave them out'],
    ['tier!=x # why', 'line of its own'],
    ['tier gold', 'Operators are'],
    [`tier=~${'a'.repeat(2000)}`, ''],
  ].map(([text, remedy]): [string, () => unknown, string | undefined] => [
    `labels: ${(text as string).slice(0, 60)}`,
    () => label(text as string),
    remedy,
  ]),
  ...[
    ['image.config.User = "app"', 'Use == to compare'],
    ['image.tag == "a" and image.tag == "b"', '&& and ||'],
    ['imagee.tag == "a"', 'Variables are'],
    ['image.tag.begins("v")', ''],
    ['image.tag ==', ''],
    ['9223372036854775808 == 1', '64 bits'],
    [`image.tag == "${'a'.repeat(5000)}"`, 'Split it'],
  ].map(([text, remedy]): [string, () => unknown, string | undefined] => [
    `expect: ${(text as string).slice(0, 60)}`,
    () => parseCel(text as string),
    remedy,
  ]),
  ['revision: none', () => parseCommit('none'), 'Use a full commit ID (40 or 64 hex digits), auto or any.'],
  ['revision: 955db00', () => parseCommit('955db00')],
  ['revision-from: x', () => parseRevisionFrom('x'), 'label:KEY'],
  ['wait-timeout: 10', () => parseDurationMs('10', 0), 'It needs a unit: 10s, 10m; 0s to 24h.'],
  ['wait-timeout: 10 minutes', () => parseDurationMs('10 minutes', 0), '0s to 24h'],
  ['comment: yes', () => parseCommentMode('yes'), 'never'],
  ['require: one', () => parseRequire('one'), 'all or any'],
  ['max-images: many', () => parseCount('many'), '1 to 10000'],
  ['plain-http: http://registry', () => parsePlainHttp('http://registry'), 'Leave out http://'],
  ['plain-http: none, loopback', () => parsePlainHttp('none, loopback')],
  ['trusted-auth-hosts: a', () => parseTrustedAuthHost('a'), 'registry=auth-host'],
  ['allowed-registries: ghcr.io/acme', () => parseRegistryHost('ghcr.io/acme'), 'behind the host'],
  ['platforms: amd64', () => parseWantedPlatform('amd64'), 'os/architecture'],
  ['digest: sha256:abc', () => parseDigest('sha256:abc'), ''],
  ['digest: md5:abc', () => parseDigest('md5:abc'), 'sha256'],
  ['digest: upper case', () => parseDigest(D.replaceAll('a', 'A').replace('SHA', 'sha')), ''],
  ['signer-workflow: build.yml', () => parseSigner('build.yml'), 'owner/repo'],
  ['source-repository: app', () => parseSourceRepository('app'), 'owner/name'],
];

/** What says what to do: a sentence that begins with a verb, a question, or what is allowed. */
const REMEDY =
  /(?:^|[.;:] )(?:Write|Use|Give|Leave|Did|Remove|Name|Put|Patterns|Operators|Variables|An |If |Supported|Split|Shorten|Escape|Close|In |Credentials|Is |Ports|The language|It needs|Take|Whole|Keys|Lower|A digest|Set|⟦|docs)/;

test.each(CASES)('%s', (_, parse, remedy) => {
  let thrown: unknown;
  try {
    parse();
  } catch (error) {
    thrown = error;
  }
  expect(thrown).toBeInstanceOf(AssertImageError);
  const { code, hint, message } = thrown as AssertImageError;
  expect(code).toBe('input');
  expect(message).toMatch(/\.$/);
  expect(hint ?? '').toMatch(REMEDY);
  expect(formatError(thrown as AssertImageError)).toContain(remedy ?? '');
});

describe('a policy', () => {
  const WRONG = [
    '',
    '- a',
    'lables: {a: b}',
    'labels: 1',
    'labels: []',
    'labels: [a: b]',
    'labels: {a: 1}',
    'expect: a',
    'revision: 1',
    'labels: [a, a]',
    'labels: >\n  a=b\n  c=d',
    'a: *b',
    'labels:\n  - ! a',
    '{',
    'schemaVersion: 1.0.0\nmetadataTest: {user: a}',
    'schemaVersion: 2.0.0',
    'metadataTest: {}',
    'metadataTest: {exposedPorts: [""]}',
    'metadataTest: {unexposedPorts: ["8080/tcp"]}',
    'metadataTest: {labels: [{key: "", value: a}]}',
    'metadataTest: {labels: [{key: a, isRegex: true}]}',
    'metadataTest: {unboundEnvVars: [{key: "A=b"}]}',
  ];
  test.each(WRONG)('%j: every problem says what to do', (text) => {
    const { problems } = parsePolicy(text);
    expect(problems.length).toBeGreaterThan(0);
    for (const { message, hint } of problems) {
      expect(message).not.toMatch(/\.$/);
      expect(hint).toMatch(/^[A-Z].*[.?]$/);
    }
  });
  test('a key that is nearly one of ours is named', () => {
    expect(parsePolicy('lables: {a: b}').problems[0]?.hint).toBe('Did you mean labels?');
  });
});

describe('every code', () => {
  const CODES = [
    'credentials',
    'unauthorized',
    'denied',
    'rate-limited',
    'missing',
    'incomplete',
    'unavailable',
    'unreachable',
    'timeout',
    'tls',
    'protocol',
    'too-large',
    'digest-mismatch',
    'malformed',
    'ambiguous',
    'unsupported',
    'not-an-image',
    'output',
    'internal',
  ] as const satisfies readonly Exclude<ErrorCode, 'input'>[];
  test.each(CODES)('%s has a remedy of its own', (code) => {
    expect(formatError(new AssertImageError(code, 'seen.'))).toMatch(/^seen\. [A-Z].*[.?]$/);
    expect(formatError(new AssertImageError(code, 'seen.', { hint: 'Do this.' }))).toBe('seen. Do this.');
  });
});
