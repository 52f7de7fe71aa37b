import { describe, expect, test } from 'vitest';
import {
  type Ancestry,
  checkAncestry,
  noticeOnForks,
  revisionsToAsk,
} from '../../src/expectations/revision/ancestry.ts';
import { checkImage } from '../../src/expectations/check-image.ts';
import { imageOf, NOTHING_EXPECTED } from '../support/facts.ts';
import { COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';

const FROM = [{ kind: 'label' as const, key: REVISION }];
const image = (...revisions: (string | undefined)[]): ReturnType<typeof imageOf> =>
  imageOf(revisions.map((revision) => ({ labels: revision === undefined ? {} : { [REVISION]: revision } })));

describe('what GitHub is asked', () => {
  test.each([
    ['another commit', [OTHER_COMMIT], [OTHER_COMMIT]],
    ['capitals, once', [OTHER_COMMIT.toUpperCase(), OTHER_COMMIT], [OTHER_COMMIT]],
    ['the commit itself', [COMMIT], []],
    ['the commit in capitals', [COMMIT.toUpperCase()], []],
    ['an abbreviation', [OTHER_COMMIT.slice(0, 12)], []],
    ['a branch', ['main'], []],
    ['nothing', [undefined], []],
    ['two of three', [COMMIT, OTHER_COMMIT, 'a'.repeat(40)], [OTHER_COMMIT, 'a'.repeat(40)]],
  ])('%s', (_, revisions, asked) => {
    expect(revisionsToAsk(COMMIT, FROM, image(...revisions))).toEqual(asked);
  });
});

describe('what the answer means', () => {
  const check = (
    revision: string | undefined,
    answer?: Ancestry,
  ): { holds: boolean; actual: string | null; message: string } =>
    checkAncestry(COMMIT, FROM, image(revision), new Map(answer ? [[OTHER_COMMIT, answer]] : []))[0] as never;

  test.each([
    ['identical', true, ''],
    ['ahead', true, ''],
    ['behind', false, '1 commit behind'],
    ['diverged', false, '1 commit of'],
    ['unknown', false, 'does not have the commit'],
  ] as const)('%s: %s', (status, holds, text) => {
    const result = check(OTHER_COMMIT, { status, aheadBy: 2, behindBy: 1 });
    expect(result).toMatchObject({ holds, actual: OTHER_COMMIT });
    expect(result.message).toContain(text);
    expect(result.message === '').toBe(holds);
  });

  test('no answer, no pass', () => {
    expect(check(OTHER_COMMIT)).toMatchObject({ holds: false });
  });
  test('the commit itself holds without an answer', () => {
    expect(check(COMMIT.toUpperCase())).toMatchObject({ holds: true, message: '' });
  });
  test('a revision that is no commit ID', () => {
    expect(check('main')).toMatchObject({
      holds: false,
      actual: 'main',
      message: expect.stringContaining('not a full commit ID'),
    });
  });
  test('no revision', () => {
    expect(check(undefined)).toMatchObject({
      holds: false,
      actual: null,
      message: expect.stringContaining('does not state'),
    });
  });
});

describe('that a fork has such commits too is said where a check rests on it', () => {
  const answersOf = (...statuses: Ancestry['status'][]): Map<string, Ancestry> =>
    new Map(statuses.map((status, at) => [String(at).repeat(40), { status, aheadBy: 1, behindBy: 1 }]));

  test.each<[Ancestry['status'][], boolean]>([
    [[], false],
    [['identical'], false],
    [['behind', 'diverged', 'unknown'], false],
    [['ahead'], true],
    [['identical', 'ahead'], true],
  ])('%j: %s', (statuses, rests) => {
    expect(noticeOnForks(COMMIT, answersOf(...statuses)) !== null).toBe(rests);
  });

  test.each([
    ['the commit is asked for', COMMIT, [expect.stringContaining(`descends from ${COMMIT}`)]],
    ['it is not', null, []],
  ])('once for all platforms, where %s', (_, containsCommit, notices) => {
    const answers = new Map([[OTHER_COMMIT, { status: 'ahead' as const, aheadBy: 1, behindBy: 0 }]]);
    const checked = checkImage(
      image(OTHER_COMMIT, OTHER_COMMIT),
      { ...NOTHING_EXPECTED, revisionFrom: FROM, containsCommit },
      { finding: null, ancestry: answers, assertTimeLeft: () => {}, redact: (text) => text, checkCel: () => [] },
    );
    expect(checked.notices).toEqual(notices);
  });
});
