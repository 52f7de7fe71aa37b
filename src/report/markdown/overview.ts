import { codeSpan } from '../../base/inert.ts';
import { type Look, nameOf, type Verdict } from '../../gate/verdict.ts';
import { latestCreated } from '../../image/created.ts';
import { agreedRevision, agreedVersion } from '../agreed.ts';
import { isOneRepository, shortName } from '../failed.ts';
import { groupImages, type ImageGroup, ordered } from '../groups.ts';
import type { Occasion } from '../occasion.ts';
import { formatTime } from '../units.ts';
import { folded, table } from './blocks.ts';
import { MARKS } from './heading.ts';
import { commitLink } from './links.ts';

/** Names of one row: all that fail are worth naming. */
const MAX_NAMES = { failing: 6, passing: 2 } as const;
/** What fits on a screen; the rest is folded. */
const MAX_ROWS = 10;

/** One table of all images, worst first: what shares a digest and a result stands on one row, with all its names. */
export function formatOverview(verdict: Verdict, occasion: Occasion): string[] {
  const { looks } = verdict;
  const head = ['', isOneRepository(looks) ? 'tags' : 'images', 'commit', 'version', 'built', 'digest'];
  const groups = ordered(groupImages(looks), occasion);
  const rows = groups.map((group) => rowOf(group, verdict, occasion));
  const failing = groups.slice(MAX_ROWS).filter(({ result }) => result !== 'pass').length;
  const title = `${rows.length - MAX_ROWS} more${failing > 0 && occasion.require === 'all' ? `, of which ${failing} fail` : ''}`;
  return [...table(head, rows.slice(0, MAX_ROWS)), ...folded(title, table(head, rows.slice(MAX_ROWS)))];
}

function rowOf({ looks, result }: ImageGroup, verdict: Verdict, { links, require }: Occasion): string[] {
  const first = looks[0] as Look;
  const { image } = first;
  // One that matches is enough: then the others are no failure.
  const mark = require === 'any' && verdict.result === 'pass' && result !== 'pass' ? '–' : MARKS[result];
  const names = namesOf(
    looks,
    result === 'pass' ? MAX_NAMES.passing : MAX_NAMES.failing,
    isOneRepository(verdict.looks),
  );
  if (!image) return [mark, names, result === 'missing' ? 'does not exist' : 'could not be read', '', '', ''];
  const created = latestCreated(image);
  const version = agreedVersion(image);
  return [
    mark,
    names,
    commitCell(first, verdict, links),
    version === null ? '' : codeSpan(version, 60),
    created === null ? '' : formatTime(new Date(created)).replace(/ [0-9:]+ UTC/, ''),
    codeSpan(image.digest.slice('sha256:'.length, 'sha256:'.length + 12)),
  ];
}

function namesOf(looks: readonly Look[], max: number, isShort: boolean): string {
  const names = looks.map((look) => codeSpan(isShort ? shortName(look) : nameOf(look)));
  const more = names.length - max;
  return more > 1 ? `${names.slice(0, max).join(' ')} … ${more} more` : names.join(' ');
}

function commitCell(look: Look, { distances }: Verdict, links: Occasion['links']): string {
  const revision = agreedRevision(look);
  if (revision === null) return look.revisions.size === 0 ? '' : 'platforms differ';
  const ancestry = distances.get(revision.toLowerCase());
  const distance =
    ancestry?.status === 'behind'
      ? ` (${ancestry.behindBy || ''} older)`
      : ancestry?.status === 'ahead'
        ? ` (${ancestry.aheadBy || ''} newer)`
        : '';
  return `${commitLink(revision, look.image?.platforms[0], links)}${distance}`;
}
