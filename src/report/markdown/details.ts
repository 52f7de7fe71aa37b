import { codeSpan } from '../../base/inert.ts';
import { paragraph } from '../../base/prose.ts';
import { type Look, nameOf, type Verdict } from '../../gate/verdict.ts';
import { groupImages } from '../groups.ts';
import type { Occasion } from '../occasion.ts';
import { count } from '../units.ts';
import { folded } from './blocks.ts';
import { formatFacts, formatLabels, formatPassed } from './image.ts';

/** Of one list; the report file has the rest. */
const MAX_NOTICES = 50;

/** All that a reader may want to look up, folded: notices, then what each image says. */
export function* formatDetails(verdict: Verdict, occasion: Occasion, withLabels: boolean): Generator<string> {
  yield* formatNotices(verdict);
  const looks = groupImages(verdict.looks).flatMap(({ looks: [first] }) => (first?.image ? [first] : []));
  if (looks.length === 0) return;
  const isOnly = verdict.looks.length === 1;
  yield `<details><summary>Everything the image${isOnly ? ' says' : 's say'}</summary>`;
  yield '';
  for (const look of looks) yield* formatLook(look, occasion, { withLabels, isOnly });
  yield* ['</details>', ''];
}

function formatLook(look: Look, { links }: Occasion, how: { withLabels: boolean; isOnly: boolean }): string[] {
  const { image, checks, provenance } = look;
  return [
    ...(how.isOnly ? [] : [`### ${codeSpan(nameOf(look))}`, '']),
    ...formatPassed(checks),
    ...formatFacts(look, links, provenance),
    ...(image && how.withLabels ? formatLabels(image) : []),
  ];
}

/** Each once, however many images it is about. */
function formatNotices({ looks, skipped }: Verdict): string[] {
  const notices = [...new Set(looks.flatMap((look) => look.notices))];
  const told = notices.slice(0, MAX_NOTICES).map((notice) => `- ${paragraph(notice)}`);
  const more = notices.length - told.length;
  const list = [...told, ...(more > 0 ? [`- and ${more} more, which are in the report file`] : [])];
  const others = skipped.length === 0 ? [] : [`- ${count(skipped.length, 'tag')} skipped: not a container image`];
  const all = [...list, ...others];
  return all.length === 0 ? [] : folded(count(notices.length + others.length, 'notice'), [...all, '']);
}
