/** A failed check is told once: by what was expected and what was found, with the places where that is so. */
import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import type { Check } from '../../src/expectations/check.ts';
import { failedLook, judge, type Look } from '../../src/gate/verdict.ts';
import { parseReference } from '../../src/reference/reference.ts';
import { failedOf, placesText } from '../../src/report/failed.ts';
import { groupImages } from '../../src/report/groups.ts';
import { failedText, sentenceOf } from '../../src/report/sentence.ts';
import { imageOf } from '../support/facts.ts';
import { COMMIT, OTHER_COMMIT } from '../support/images.ts';

const PLATFORMS = ['linux/amd64', 'linux/arm64', 'linux/s390x'];
const image = imageOf(PLATFORMS.map((platform) => ({ platform })));

const check = (platform: string | null, actual: string | null, own: Partial<Check> = {}): Check => ({
  topic: 'field',
  name: 'label tier',
  expectation: 'label tier = gold',
  platform,
  holds: false,
  expected: 'gold',
  actual,
  isAbsent: actual === null,
  message: 'label tier must be gold',
  found: 'it is',
  ...own,
});

function lookOf(tag: string, checks: readonly Check[], own: Partial<Look> = {}): Look {
  const reference = parseReference(`ghcr.io/acme/app:${tag}`);
  const asked = { kind: 'reference' as const, registry: 'ghcr.io', reference };
  const result = checks.every(({ holds }) => holds) ? ('pass' as const) : ('fail' as const);
  const failed = failedLook(asked, reference, new AssertImageError('missing', 'x'));
  return { ...failed, image, isTold: true, result, checks, error: null, ...own };
}

const telling = { require: 'all', isOwnCommit: true, failOnMismatch: true, isQuiet: false } as const;

describe('one image', () => {
  test('the same on all platforms is one, whose platforms go without saying', () => {
    const look = lookOf(
      'main',
      PLATFORMS.map((platform) => check(platform, 'silver')),
    );
    const failed = failedOf(judge([look]));
    expect(failed).toHaveLength(1);
    expect(placesText(failed[0] as never, [look])).toBe('');
    expect(failedText(failed[0] as never, judge([look]), telling)).toBe(
      'label tier must be gold; it is "silver". Build the image again with what is expected, or change the expectation.',
    );
  });
  test('another value is another row, with its platforms', () => {
    const look = lookOf('main', [
      check('linux/amd64', 'silver'),
      check('linux/arm64', null),
      check('linux/s390x', 'silver'),
    ]);
    const failed = failedOf(judge([look]));
    expect(failed.map((each) => placesText(each, [look]))).toEqual(['linux/amd64, linux/s390x', 'linux/arm64']);
    expect(failed.map((each) => sentenceOf(each.check))).toEqual([
      'label tier must be gold; it is "silver".',
      'label tier must be gold; it is absent.',
    ]);
  });
  test('what is about the image as a whole has no platform', () => {
    const look = lookOf('main', [check(null, 'sha256:1', { topic: 'digest' })]);
    expect(placesText(failedOf(judge([look]))[0] as never, [look])).toBe('');
  });
  test('a platform that is not there is in the sentence, not a place', () => {
    const absent = check('windows/amd64', null, { topic: 'platform', name: 'platform' });
    const look = lookOf('main', [absent]);
    expect(placesText(failedOf(judge([look]))[0] as never, [look])).toBe('');
  });
  test('a value that is not to be shown is not shown', () => {
    expect(sentenceOf(check('linux/amd64', null, { isAbsent: false }))).toBe(
      'label tier must be gold; it is another value, which is not shown.',
    );
  });
});

describe('several images', () => {
  const commit = (actual: string): Partial<Check> => ({
    topic: 'revision',
    expected: COMMIT,
    actual,
    found: 'it states',
  });
  const stale = (tag: string): Look =>
    lookOf(
      tag,
      PLATFORMS.map((platform) => check(platform, OTHER_COMMIT, commit(OTHER_COMMIT))),
    );
  const good = (tag: string): Look =>
    lookOf(
      tag,
      PLATFORMS.map((platform) => check(platform, 'gold', { holds: true })),
    );

  test('the same on two of three names the two', () => {
    const verdict = judge([stale('v1.9'), stale('v1.10'), good('v1.11')]);
    expect(failedOf(verdict).map((each) => placesText(each, verdict.looks))).toEqual(['v1.9, v1.10']);
  });
  test('with require: any, one that matches leaves nothing to tell, and none tells the newest alone', () => {
    expect(failedOf(judge([stale('v1'), good('v2')], 'any'), 'any')).toEqual([]);
    const none = judge([stale('v2'), stale('v1')], 'any');
    expect(failedOf(none, 'any').map((each) => placesText(each, none.looks))).toEqual(['v2']);
  });
  test('200 expectations that fail on each of 180 tags are 200', () => {
    const looks = Array.from({ length: 180 }, (_, tag) =>
      lookOf(
        `v${tag}`,
        Array.from({ length: 200 }, (__, at) => check('linux/amd64', 'silver', { expectation: `label l${at} = gold` })),
      ),
    );
    expect(failedOf(judge(looks))).toHaveLength(200);
  }, 3_000);
  test('the newest is that of the latest date', () => {
    const madeAt = (created: string): Partial<Look> => ({
      image: imageOf(PLATFORMS.map((platform) => ({ platform, configFile: { created } }))),
    });
    const checks = PLATFORMS.map((platform) => check(platform, OTHER_COMMIT, commit(OTHER_COMMIT)));
    const looks = [
      lookOf('v9', checks, madeAt('2026-01-01T00:00:00Z')),
      lookOf('v10', checks, madeAt('2026-03-01T00:00:00Z')),
    ];
    expect(failedOf(judge(looks, 'any'), 'any').map((each) => placesText(each, looks))).toEqual(['v10']);
  });
  test('of one digest and result they are one group, in version order, the failing first', () => {
    const tags = ['v1.2', 'v1.10', 'latest', 'v1.10-rc1', 'edge2', 'edge10'];
    const groups = groupImages([good('ok'), ...tags.map(stale)]);
    expect(groups.map(({ result }) => result)).toEqual(['fail', 'pass']);
    expect(groups[0]?.looks.map(({ reference }) => reference?.tag)).toEqual([
      'v1.10',
      'v1.10-rc1',
      'v1.2',
      'edge2',
      'edge10',
      'latest',
    ]);
  });
});
