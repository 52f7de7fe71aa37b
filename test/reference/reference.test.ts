import { fillHints } from '../../src/base/hints.ts';
import { GITHUB_HINTS } from '../../src/ci/github/hints.ts';
import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { formatPinned, formatReference, parseReference, tagOf, tagOrDigest } from '../../src/reference/reference.ts';

interface Vector {
  readonly input: string;
  readonly expect?: { registry: string; repository: string; tag: string | null; digest: string | null };
  readonly error?: string;
}

const vectors = JSON.parse(readFileSync(new URL('references.json', import.meta.url), 'utf8')) as Vector[];

function errorOf(input: string): AssertImageError {
  try {
    parseReference(input);
  } catch (error) {
    if (error instanceof AssertImageError) return error;
    throw error;
  }
  throw new Error(`${input} was accepted`);
}

describe('the vectors of the field (catalogue 1.14)', () => {
  test.each(vectors.filter((vector) => vector.expect))('$input is read', ({ input, expect: expected }) => {
    expect(parseReference(input)).toEqual(expected);
  });

  test.each(vectors.filter((vector) => vector.error !== undefined))('$input is refused: $error', ({ input }) => {
    expect(errorOf(input).code).toBe('input');
  });
});

describe('what Docker silently takes for something else (catalogue 1.3)', () => {
  test.each([
    ['an official image with a version tag', 'node:20', 'docker.io/library/node:20'],
    ['a one-digit tag', 'registry:2', 'docker.io/library/registry:2'],
    ['a date tag', 'app:20261101', 'docker.io/library/app:20261101'],
    ['a port-like tag behind a repository path', 'acme/app:8080', 'docker.io/acme/app:8080'],
    ['a name like a digest algorithm', 'sha256:latest', 'docker.io/library/sha256:latest'],
    ['the upper end of ports', 'app:65536', 'docker.io/library/app:65536'],
    ['a default port that is written out', 'ghcr.io:443/o/app:1', 'ghcr.io:443/o/app:1'],
    ['a dotted path component', 'ghcr.io/o/a.b__c--d:1', 'ghcr.io/o/a.b__c--d:1'],
  ])('%s is read: %s', (_, input, canonical) => {
    expect(formatReference(parseReference(input))).toBe(canonical);
  });

  test.each([
    ['a host and a port', 'myhost:5000', 'repository is missing'],
    ['a host with port 80', 'myhost:80', 'repository is missing'],
    ['the lower end of registered ports', 'myhost:1024', 'repository is missing'],
    ['an address and a port', '192.168.0.1:5000', 'repository is missing'],
    ['a host alone', 'ghcr.io', 'repository is missing'],
    ['a host and a tag', 'ghcr.io:main', 'repository is missing'],
    ['a digest alone', `sha256:${'a'.repeat(64)}`, 'bare digest'],
    ['a 64-digit hex name', 'a'.repeat(64), 'bare digest'],
    ['an unset variable before a slash', '/app:1', 'evaluate to nothing'],
    ['an unset variable before a colon', ':main', 'evaluate to nothing'],
    ['an unset tag', 'ghcr.io/o/app:', 'evaluate to nothing'],
    ['an unset digest', 'ghcr.io/o/app@', 'evaluate to nothing'],
    ['an expression that was not expanded', 'ghcr.io/o/app:${{ github.sha }}', 'unexpanded'],
    ['an upper-case host without a dot', 'Foo/bar', 'Did you mean foo/bar?'],
    ['an upper-case name on ghcr.io', 'ghcr.io/Owner/app', '${GITHUB_REPOSITORY,,}'],
    ['an underscore in the host', 'gh_cr.io/o/app', 'invalid registry host'],
    ['a hexadecimal address', '0x7f.1/o/app', '127.0.0.1'],
    ['a decimal address', '2130706433.1/o/app', 'invalid registry host'],
    ['a short address', '127.1/o/app', '127.0.0.1'],
    ['the metadata service', '169.254.169.254/o/app', 'metadata'],
    ['a mapped metadata service', '[::ffff:169.254.169.254]/o/app', 'invalid registry host'],
    ['the unspecified address', '0.0.0.0:5000/app', 'unspecified'],
    ['a URL', 'https://ghcr.io/o/app', 'Leave out the scheme'],
    ['another transport', 'docker-daemon:app:latest', 'docker.io/library/docker-daemon'],
    ['an abbreviated digest', 'ghcr.io/o/app@sha256:abc', '64 hex digits'],
    ['a port of zero', 'ghcr.io:0/o/app', 'port out of range'],
  ])('%s is refused: %s', (_, input, text) => {
    const { message, hint } = errorOf(input);
    expect(fillHints(`${message} ${hint ?? ''}`, GITHUB_HINTS)).toContain(text);
  });
});

describe('a password is never repeated (catalogue 1.10)', () => {
  test.each([
    'user:hunter2@ghcr.io/o/app',
    'user:hunter2@ghcr.io/o/app:tag',
    `user:hunter2@ghcr.io/o/app@sha256:${'a'.repeat(64)}`,
    'https://user:hunter2@ghcr.io/o/app',
    'docker://user:hunter2@ghcr.io/o/app',
    'user:hunt/er2@x@ghcr.io/o/app',
    'user:hunter2@host:5000',
    'user:hunter2@',
    'user:hunter2@app:123',
    'hunter2@ghcr.io/o/app:main',
  ])('in %s', (input) => {
    const { message, hint } = errorOf(input);
    expect(message).toContain('credentials');
    expect(`${message}${hint}`).not.toMatch(/hunt|er2/);
  });
});

describe('what is asked for', () => {
  const digest = `sha256:${'a'.repeat(64)}`;
  test.each([
    ['no tag and no digest', 'ghcr.io/o/app', 'latest', 'latest'],
    ['a tag', 'ghcr.io/o/app:v1', 'v1', 'v1'],
    ['a digest', `ghcr.io/o/app@${digest}`, digest, null],
    ['tag and digest: the digest (catalogue 1.6)', `ghcr.io/o/app:v1@${digest}`, digest, null],
  ])('%s', (_, input, asked, tag) => {
    const reference = parseReference(input);
    expect(tagOrDigest(reference)).toBe(asked);
    expect(tagOf(reference)).toBe(tag);
  });

  test('the pinned form has no tag', () => {
    const reference = parseReference(`index.docker.io/alpine:3@${digest}`);
    expect(formatPinned(reference, reference.digest as never)).toBe(`docker.io/library/alpine@${digest}`);
  });
});
