import { describe, expect, test } from 'vitest';
import { readOnlyUri, readUtf8String } from '../../src/provenance/der.ts';
import {
  parseNamedWorkflow,
  parseWorkflowFile,
  readIdentity,
  TOKEN_ISSUER,
  isRepositoryName,
} from '../../src/provenance/identity.ts';

const bytes = (length: number): number[] => Array.from({ length }, () => 0x61);
const text = (length: number): string => 'a'.repeat(length);

describe('a UTF8String in DER', () => {
  test.each<[string, number[], string | null]>([
    ['empty', [0x0c, 0], ''],
    ['short', [0x0c, 2, 0x61, 0x62], 'ab'],
    ['of 127', [0x0c, 127, ...bytes(127)], text(127)],
    ['of 128', [0x0c, 0x81, 128, ...bytes(128)], text(128)],
    ['of 255', [0x0c, 0x81, 255, ...bytes(255)], text(255)],
    ['of 256', [0x0c, 0x82, 1, 0, ...bytes(256)], text(256)],
    ['with a byte order mark', [0x0c, 3, 0xef, 0xbb, 0xbf], '\ufeff'],
    ['another tag', [0x16, 1, 0x61], null],
    ['a longer form than needed, one byte', [0x0c, 0x81, 127, ...bytes(127)], null],
    ['a longer form than needed, two bytes', [0x0c, 0x82, 0, 255, ...bytes(255)], null],
    ['three bytes of length', [0x0c, 0x83, 1, 0, 0, ...bytes(65536)], null],
    ['the indefinite form', [0x0c, 0x80, 0x61, 0, 0], null],
    ['the same with 128 bytes behind', [0x0c, 0x80, ...bytes(128)], null],
    ['too short', [0x0c, 3, 0x61, 0x62], null],
    ['too long', [0x0c, 1, 0x61, 0x62], null],
    ['half a character', [0x0c, 1, 0xc3], null],
    ['nothing', [], null],
    ['a tag alone', [0x0c], null],
  ])('%s', (_, der, expected) => {
    expect(readUtf8String(new Uint8Array(der))).toBe(expected);
  });
});

describe('the only name of a certificate', () => {
  const uri = [0x86, 3, 0x61, 0x3a, 0x62];
  test.each<[string, number[], string | null]>([
    ['an address', [0x30, 5, ...uri], 'a:b'],
    ['two', [0x30, 10, ...uri, ...uri], null],
    ['none', [0x30, 0], null],
    ['a mail address', [0x30, 5, 0x81, 3, 0x61, 0x40, 0x62], null],
    ['one that is not ASCII', [0x30, 4, 0x86, 2, 0xc3, 0xa4], null],
    ['one that is not all ASCII', [0x30, 4, 0x86, 2, 0x61, 0xa4], null],
    ['another structure', [0x31, 5, ...uri], null],
    ['bytes behind it', [0x30, 5, ...uri, 0], null],
    ['a comma, which others would quote', [0x30, 3, 0x86, 1, 0x2c], ','],
  ])('%s', (_, der, expected) => expect(readOnlyUri(new Uint8Array(der))).toBe(expected));
});

describe('a workflow file', () => {
  const main = 'refs/heads/main';
  test.each<[string, string, string, string]>([
    [
      'https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main',
      'acme/app',
      '.github/workflows/build.yml',
      main,
    ],
    [
      'https://github.com/a_b-c/A.p_p-1/.github/workflows/x.yaml@refs/tags/v1@2',
      'a_b-c/A.p_p-1',
      '.github/workflows/x.yaml',
      'refs/tags/v1@2',
    ],
    [
      `https://github.com/acme/app/.github/workflows/x.yml@${'a1'.repeat(20)}`,
      'acme/app',
      '.github/workflows/x.yml',
      'a1'.repeat(20),
    ],
    [
      `https://github.com/acme/app/.github/workflows/x.yml@${'a1'.repeat(32)}`,
      'acme/app',
      '.github/workflows/x.yml',
      'a1'.repeat(32),
    ],
  ])('%s', (uri, repository, path, ref) => {
    expect(parseWorkflowFile(uri)).toEqual({ repository, path, ref });
  });
  test.each([
    'http://github.com/acme/app/.github/workflows/build.yml@refs/heads/main',
    'https://github.com.evil.example/acme/app/.github/workflows/build.yml@refs/heads/main',
    'https://github.com/acme/app/.github/workflows/build.yml',
    'https://github.com/acme/app/.github/workflows/build.yml@main',
    'https://github.com/acme/app/.github/workflows/build.yml@refs/',
    'https://github.com/acme/app/.github/workflows/build.yml@abc1234',
    'https://github.com/acme/app/.github/workflows/build.txt@refs/heads/main',
    'https://github.com/acme/app/.github/workflows/a/build.yml@refs/heads/main',
    'https://github.com/acme/app/workflows/build.yml@refs/heads/main',
    'https://github.com/acme/app/evil/.github/workflows/build.yml@refs/heads/main',
    'https://github.com/acme/.github/workflows/build.yml@refs/heads/main',
    'https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main x',
    'x https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main',
    'https://github.com/acme/app/.github/workflows/build.yml@refs/heads/main\nhttps://x',
    '',
  ])('not %j', (uri) => expect(parseWorkflowFile(uri)).toBeNull());

  test('as it is named in an input', () => {
    expect(parseNamedWorkflow('acme/app/.github/workflows/b.yml')).toMatchObject({ repository: 'acme/app', ref: null });
    expect(parseNamedWorkflow('acme/app/.github/workflows/b.yml@refs/heads/m')).toMatchObject({ ref: 'refs/heads/m' });
    for (const wrong of [
      'acme/app',
      'build.yml',
      'acme/app/.github/workflows/b.yml@main',
      'acme/*/.github/workflows/b.yml',
      'acme/app/.github/workflows/b.yml@',
    ])
      expect(parseNamedWorkflow(wrong)).toBeNull();
  });
});

test('a repository', () => {
  expect(['acme/app', 'a-b_c/d.e_f-1', 'acme/.github', 'acme/...'].every(isRepositoryName)).toBe(true);
  const wrong = ['acme', 'acme/app/x', '/app', 'acme/', 'ac me/app', 'https://x/acme/app', 'acme/.', 'acme/..'];
  expect(wrong.filter(isRepositoryName)).toEqual([]);
});

test('who issues tokens: one host, and at most one segment', () => {
  const host = 'https://token.actions.githubusercontent.com';
  expect([host, `${host}/acme-corp`, `${host}/A1`].every((issuer) => TOKEN_ISSUER.test(issuer))).toBe(true);
  const wrong = [
    `${host}/`,
    `${host}/a/b`,
    `${host}.evil.example`,
    `x${host}`,
    `${host}/a_b`,
    'http://token.actions.githubusercontent.com',
    `${host}/a\n`,
  ];
  expect(wrong.filter((issuer) => TOKEN_ISSUER.test(issuer))).toEqual([]);
});

test('what is not there is null, and nothing else is read', () => {
  const of = (oid: string, content: string): { oid: string; value: Uint8Array } => ({
    oid: `1.3.6.1.4.1.57264.1.${oid}`,
    value: new Uint8Array([0x0c, content.length, ...Buffer.from(content)]),
  });
  const identity = readIdentity([
    of('8', 'i'),
    of('9', 's'),
    of('1', 'x'),
    { oid: '2.5.29.15', value: new Uint8Array() },
  ]);
  expect(identity).toMatchObject({ issuer: 'i', signer: 's', revision: null, trigger: null });
});
