/** One sentence says what happened: each way to fail has its own. */
import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../../src/base/errors.ts';
import type { Check } from '../../../src/expectations/check.ts';
import { failedLook, judge, type Look } from '../../../src/gate/verdict.ts';
import { parseReference } from '../../../src/reference/reference.ts';
import { formatHeading } from '../../../src/report/markdown/heading.ts';
import type { Occasion } from '../../../src/report/occasion.ts';
import { imageOf } from '../../support/facts.ts';
import { COMMIT, OTHER_COMMIT } from '../../support/images.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/s390x'];
const occasion: Occasion = {
  links: { serverUrl: 'https://github.com', repository: 'acme/app' },
  commit: COMMIT,
  isOwnCommit: true,
  require: 'all',
  run: { commit: COMMIT, name: 'run', url: null },
  tookMs: 1,
  now: new Date(0),
};

function revisionIs(platform: string | null, actual: string | null): Check {
  const holds = actual === COMMIT;
  const words = { expectation: `revision = ${COMMIT}`, message: 'the image must state this commit' };
  return {
    topic: 'revision',
    name: 'revision',
    platform,
    holds,
    expected: COMMIT,
    actual,
    isAbsent: !actual,
    ...words,
  };
}

const fieldIs = (holds: boolean): Check => ({ ...revisionIs(null, holds ? COMMIT : 'x'), topic: 'field' });

function lookOf(checks: readonly Check[], own: Partial<Look> & { tag?: string; created?: string } = {}): Look {
  const { tag = 'main', created, ...rest } = own;
  const reference = parseReference(`ghcr.io/acme/app:${tag}`);
  const asked = { kind: 'reference' as const, registry: 'ghcr.io', reference };
  const image = imageOf(
    PLATFORMS.map((platform) => ({
      platform,
      ...(created === undefined ? {} : { configFile: { created } }),
    })),
  );
  const revisions = new Map(checks.map(({ platform, actual }) => [platform ?? '', actual ?? '']));
  const result = checks.every(({ holds }) => holds) ? ('pass' as const) : ('fail' as const);
  const base = failedLook(asked, reference, new AssertImageError('missing', 'x'));
  return { ...base, image, isTold: true, result, checks, revisions, error: null, ...rest };
}

const heading = (looks: readonly Look[], own: Partial<Occasion> = {}): string =>
  formatHeading(judge(looks, own.require ?? 'all'), { ...occasion, ...own }).replace(/^## \S+ /, '');
const all = (actual: string | null): Check[] => PLATFORMS.map((platform) => revisionIs(platform, actual));

describe('one image', () => {
  const name = '`ghcr.io/acme/app:main`';
  test.each([
    ['the commit', all(COMMIT), 'matches this commit'],
    ['another', all(OTHER_COMMIT), 'is not built from this commit'],
    ['none', all(null), 'does not state its commit'],
    ['what is not a commit ID', all('main'), 'does not state this commit'],
    ['none on one', [revisionIs('linux/arm64', null)], 'does not state its commit on `linux/arm64`'],
    ['another on one', [revisionIs('linux/arm64', OTHER_COMMIT)], 'is not built from this commit on `linux/arm64`'],
    ['a failed field', [...all(COMMIT), fieldIs(false)], 'fails 1 check'],
  ])('that states %s', (_, checks, text) => expect(heading([lookOf(checks)])).toBe(`${name} ${text}`));

  test('on many platforms, they are counted', () => {
    const names = [...PLATFORMS, 'linux/386', 'linux/ppc64le', 'linux/riscv64'];
    const image = imageOf(names.map((platform) => ({ platform })));
    const checks = names.slice(0, 3).map((platform) => revisionIs(platform, OTHER_COMMIT));
    expect(heading([lookOf(checks, { image })])).toBe(`${name} is not built from this commit on 3 of 6 platforms`);
  });

  test('a commit that it does not contain is named', () => {
    const check: Check = { ...revisionIs(null, OTHER_COMMIT), topic: 'contains-commit' };
    expect(heading([lookOf([check])], { commit: null })).toBe(
      `${name} does not contain [\`c0ffee0\`](https://github.com/acme/app/commit/${COMMIT})`,
    );
  });

  test('signed, or not', () => {
    const signed = { ...fieldIs(true), topic: 'signature' as const };
    expect(heading([lookOf([signed])])).toBe(`${name} is signed for this commit`);
    expect(heading([lookOf([{ ...signed, holds: false }])])).toBe(`${name} is not signed as expected`);
  });
});

describe('several', () => {
  const good = (tag: string, created?: string): Look =>
    lookOf(all(COMMIT), { tag, ...(created === undefined ? {} : { created }) });
  const stale = (tag: string, created?: string): Look =>
    lookOf(all(OTHER_COMMIT), { tag, ...(created === undefined ? {} : { created }) });

  test.each([
    ['both pass', [good('v1'), good('v2')], 'Both tags of `ghcr.io/acme/app` match this commit'],
    ['both fail', [stale('v1'), stale('v2')], 'Both tags of `ghcr.io/acme/app` are not built from this commit'],
    ['one of them', [stale('v1'), good('v2')], '1 of 2 tags of `ghcr.io/acme/app` is not built from this commit'],
    [
      'one by a field',
      [lookOf([fieldIs(false)], { tag: 'v1' }), good('v2')],
      '1 of 2 tags of `ghcr.io/acme/app` fails',
    ],
  ])('%s', (_, looks, text) => expect(heading(looks)).toBe(text));

  test('require: any names the newest by its date, not by its place', () => {
    const looks = [stale('v1', '2026-01-01T00:00:00Z'), stale('v2', '2026-03-01T00:00:00Z')];
    const text = heading(looks, { require: 'any' });
    expect(text).toBe(
      `None of 2 tags of \`ghcr.io/acme/app\` matches this commit; the newest states [\`${OTHER_COMMIT.slice(0, 7)}\`](https://github.com/acme/app/commit/${OTHER_COMMIT})`,
    );
    const unlike = [lookOf([fieldIs(false)], { tag: 'v1', created: '2026-01-01T00:00:00Z' }), looks[1] as Look];
    expect(heading(unlike, { require: 'any' })).toContain(
      'None of 2 tags of `ghcr.io/acme/app` passes; the newest states',
    );
    const newestFails = [looks[0] as Look, lookOf([fieldIs(false)], { tag: 'v2', created: '2026-03-01T00:00:00Z' })];
    expect(heading(newestFails, { require: 'any' })).toContain('passes; the newest, `v2`, fails 1 check');
  });
});
