import { describe, expect, test } from 'vitest';
import { contradictionOf } from '../../../src/expectations/provenance/contradiction.ts';
import { checkStatedSubjects, noticesOnStated } from '../../../src/expectations/provenance/check-stated.ts';
import { parseRevisionFrom, reachesProvenance, statedRevision } from '../../../src/expectations/revision/stated.ts';
import type { Image } from '../../../src/image/image.ts';
import type { PlatformImage } from '../../../src/image/platform-image.ts';
import type { StatedProvenance } from '../../../src/image/stated-provenance.ts';
import { COMMIT, OTHER_COMMIT, REVISION, type ImageOptions } from '../../support/images.ts';
import { imageOf } from '../../support/facts.ts';

const stated = (revision: string | null): StatedProvenance => ({
  kind: 'stated',
  facts: { predicateType: 'p', buildType: 'b', builder: '', revision, source: null, entryPoint: null },
});
const LABEL = `label:${REVISION}`;
const beside = (options: ImageOptions, provenance: StatedProvenance | null): Image => {
  const image = imageOf([options]);
  return { ...image, platforms: image.platforms.map((platform) => ({ ...platform, provenance })) };
};
const platformOf = (options: ImageOptions, provenance: StatedProvenance | null = null): PlatformImage =>
  beside(options, provenance).platforms[0] as PlatformImage;
const plain = (text: string): string => text;

describe('whether the list reaches the provenance', () => {
  test.each<[string, string, ImageOptions, boolean]>([
    ['a label before it', `${LABEL}, provenance`, {}, false],
    ['an empty label before it', `${LABEL}, provenance`, { labels: { [REVISION]: '' } }, false],
    ['none', `${LABEL}, provenance`, { labels: null }, true],
    ['it comes first', `provenance, ${LABEL}`, {}, true],
    ['it is not in the list', LABEL, { labels: null }, false],
    ['a variable with two values before it', 'env:A, provenance', { env: ['A=1', 'A=2'] }, false],
    ['an absent variable before it', 'env:A, provenance', { env: ['B=1'] }, true],
  ])('%s', (_, from, options, expected) => {
    expect(reachesProvenance(parseRevisionFrom(from), platformOf(options))).toBe(expected);
  });
});

test('what is stated, by place', () => {
  const from = parseRevisionFrom(`${LABEL}, provenance`);
  const of = (options: ImageOptions, provenance: StatedProvenance | null): string | undefined =>
    statedRevision(from, platformOf(options, provenance))?.value;
  expect(of({}, stated(OTHER_COMMIT))).toBe(COMMIT);
  expect(of({ labels: null }, stated(OTHER_COMMIT))).toBe(OTHER_COMMIT);
  expect(of({ labels: null }, stated(null))).toBeUndefined();
  expect(of({ labels: null }, { kind: 'none', reason: '' })).toBeUndefined();
  expect(of({ labels: null }, null)).toBeUndefined();
  const signed = [{ kind: 'signed' as const, revision: OTHER_COMMIT }, ...from];
  expect(statedRevision(signed, platformOf({}))?.value).toBe(OTHER_COMMIT);
});

describe('a label and the provenance beside it', () => {
  const from = parseRevisionFrom(`${LABEL}, provenance`);
  test.each<[string, Image, number]>([
    ['that differ', beside({}, stated(OTHER_COMMIT)), 1],
    ['that agree but for case', beside({}, stated(COMMIT.toUpperCase())), 0],
    ['of which only one is there', beside({ labels: null }, stated(OTHER_COMMIT)), 0],
    ['of which the other was not read', beside({}, null), 0],
    ['of which the other names no commit', beside({}, stated(null)), 0],
  ])('%s', (_, image, count) => {
    expect(noticesOnStated(from, image, plain)).toHaveLength(count);
    expect(noticesOnStated([{ kind: 'signed', revision: COMMIT }, ...from], image, plain)).toHaveLength(count);
  });
  test('are cited without secrets, and in short', () => {
    const image = beside({ labels: { [REVISION]: `s3cret${'x'.repeat(999)}` } }, stated('y'));
    const [notice] = noticesOnStated(from, image, (text) => text.replace('s3cret', '***'));
    expect(notice).toContain('***');
    expect(notice?.length).toBeLessThan(500);
  });
});

describe('what is about another image', () => {
  test('fails, and names it', () => {
    const subjects = ['ab'.repeat(32), 'cd'.repeat(32)];
    const [check] = checkStatedSubjects(beside({}, { kind: 'foreign', subjects }));
    const actual = `sha256:${subjects[0]}, sha256:${subjects[1]}`;
    expect(check).toMatchObject({ holds: false, actual, platform: 'linux/amd64' });
    expect(check?.message).toContain(`describes another image, sha256:${subjects[0]}`);
  });
  test('also where it names none', () => {
    const [check] = checkStatedSubjects(beside({}, { kind: 'foreign', subjects: [] }));
    expect(check).toMatchObject({
      actual: null,
      message: expect.stringContaining('another image') as string,
      hint: expect.stringMatching(/^Build/) as string,
    });
  });
  test('nothing else is checked', () => {
    for (const provenance of [null, stated(COMMIT), { kind: 'none' as const, reason: '' }])
      expect(checkStatedSubjects(beside({}, provenance))).toEqual([]);
  });
});

describe('what the image says against what was signed', () => {
  const from = parseRevisionFrom(`${LABEL}, env:COMMIT, annotation:${REVISION}, provenance`);
  const labelled = (value: string): Image => beside({ labels: { [REVISION]: value } }, null);
  const told = `the label says ${OTHER_COMMIT}, the signed provenance ${COMMIT}: the label is not true for this run.`;
  test.each<[string, Image, string | null, string]>([
    ['the same', beside({}, null), null, ''],
    ['the same but for case', labelled(COMMIT.toUpperCase()), null, ''],
    ['nothing', beside({ labels: null }, null), null, ''],
    ['another label', labelled(OTHER_COMMIT), OTHER_COMMIT, told],
    ['an abbreviation', labelled(COMMIT.slice(0, 7)), COMMIT.slice(0, 7), 'the label says c0ffee0,'],
    ['an empty label', labelled(''), '', 'the label says nothing'],
    [
      'a variable, which is not shown',
      beside({ labels: null, env: [`COMMIT=${OTHER_COMMIT}`] }, null),
      null,
      'the variable says another commit',
    ],
    [
      'an annotation',
      beside({ labels: null, annotations: { [REVISION]: OTHER_COMMIT } }, null),
      OTHER_COMMIT,
      'the annotation says',
    ],
    [
      'the provenance beside it',
      beside({ labels: null }, stated(OTHER_COMMIT)),
      OTHER_COMMIT,
      'the provenance beside the image says',
    ],
  ])('%s', (_, image, actual, text) => {
    const found = contradictionOf(COMMIT, from, image, plain);
    if (text === '') return expect(found).toBeNull();
    expect(found).toMatchObject({ platform: 'linux/amd64', actual, message: expect.stringContaining(text) as string });
  });
  test('on every platform that is checked', () => {
    const image = imageOf([{}, { platform: 'linux/arm64', labels: { [REVISION]: OTHER_COMMIT } }]);
    expect(contradictionOf(COMMIT, from, image, plain)?.platform).toBe('linux/arm64');
  });
});
