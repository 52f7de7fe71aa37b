/** Where a page leads to: only to addresses that are put together from checked parts. */
import { describe, expect, test } from 'vitest';
import { parseReference } from '../../../src/reference/reference.ts';
import { occasionOf } from '../../../src/report/occasion.ts';
import { commitLink, compareLink, packageLink, runLink } from '../../../src/report/markdown/links.ts';
import { imageOf } from '../../support/facts.ts';
import { COMMIT, OTHER_COMMIT } from '../../support/images.ts';

const links = { serverUrl: 'https://github.com', repository: 'acme/app' };
const platformOf = (source?: string): never =>
  imageOf([{ labels: source === undefined ? {} : { 'org.opencontainers.image.source': source } }])
    .platforms[0] as never;

test.each([
  ['ghcr.io/acme/app:main', '[package](https://github.com/acme/app/pkgs/container/app)'],
  ['ghcr.io/acme/app/web:main', '[package](https://github.com/acme/app/pkgs/container/app%2Fweb)'],
  ['ghcr.io/other/app:main', ''],
  ['alpine', '[package](https://hub.docker.com/_/alpine)'],
  ['acme/app:main', '[package](https://hub.docker.com/r/acme/app)'],
  ['quay.io/acme/app:main', '[package](https://quay.io/repository/acme/app)'],
  ['registry.example.com/acme/app:main', ''],
  ['oci-layout:image.tar', ''],
])('the package of %s', (reference, link) => {
  expect(packageLink(parseReference(reference), platformOf(), links)).toBe(link);
});

describe('commits', () => {
  test.each([
    [undefined, 'https://github.com/acme/app'],
    ['https://github.com/acme/other.git', 'https://github.com/acme/other'],
    ['https://evil.example/acme/app', 'https://github.com/acme/app'],
    ['https://github.com/a/b/../../evil', 'https://github.com/acme/app'],
    ['https://github.com/a/b)[x](https://evil.example', 'https://github.com/acme/app'],
  ])('of an image whose source is %s', (source, url) => {
    expect(commitLink(COMMIT, platformOf(source), links)).toBe(`[\`c0ffee0\`](${url}/commit/${COMMIT})`);
  });
  test('what is not a commit ID is text', () => {
    expect(commitLink('main](https://evil.example)', platformOf(), links)).toBe('`main](https://evil.example)`');
    expect(compareLink('3 commits older', ['x', COMMIT], undefined, links)).toBe('3 commits older');
    expect(compareLink('x', [OTHER_COMMIT, COMMIT], undefined, links)).toContain(
      `/compare/${OTHER_COMMIT}...${COMMIT}`,
    );
  });
  test('without a server, nothing is linked', () => {
    expect(commitLink(COMMIT, platformOf(), { serverUrl: '', repository: 'acme/app' })).toBe('`c0ffee0`');
  });
});

test.each([
  ['https://ci.example/acme/app/-/jobs/7?a=b&c=%20#L1', '[run](https://ci.example/acme/app/-/jobs/7?a=b&c=%20#L1)'],
  ['https://ci.example/) [x](https://evil.example', ''],
  ['javascript:alert(1)', ''],
  ['https://user:password@ci.example/', ''],
  ['https://ci.example/a b', ''],
  [undefined, ''],
])('the run at %s', (jobUrl, link) => {
  const run = { name: null, commit: COMMIT, jobUrl, lacks: [], hints: {} as never, workspace: '' };
  const occasion = occasionOf(null, run, { links, tookMs: 1, now: new Date(0) });
  expect(runLink(occasion)).toBe(link);
});
