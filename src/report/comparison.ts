import { formatError } from '../base/errors.ts';
import { quoted } from '../base/inert.ts';
import type { Log } from '../base/log.ts';
import type { Comparison, Verdict } from '../gate/verdict.ts';
import { formatReference } from '../reference/reference.ts';
import { diffImages } from './diff.ts';
import { count, formatBytesDifference } from './units.ts';

/** The report file has the rest. */
const MAX_LINES = 1000;

/** What differs from another image, folded, a group a platform. */
export function logComparison(comparison: Comparison, { looks }: Verdict, log: Log): void {
  const { reference, error } = comparison;
  const name = formatReference(reference);
  if (error) return log.annotate('notice', 'assert-image', `compare-with: ${formatError(error)}`);
  for (const { platform, only, changes, size } of diffImages(comparison, looks[0])) {
    const sizes = size ? `, size ${formatBytesDifference(size.after - size.before)}` : '';
    const title =
      only === null ? `${count(changes.length, 'change')}${sizes}` : only === 'before' ? 'no longer there' : 'new';
    const rows = changes
      .slice(0, MAX_LINES)
      .map(
        ({ what, before, after: now }) =>
          `${quoted(what)}: ${before === null ? '—' : quoted(before)} → ${now === null ? '—' : quoted(now)}`,
      );
    const more = changes.length > MAX_LINES ? [`… ${changes.length - MAX_LINES} more`] : [];
    log.group(`compared with ${name}, ${platform}: ${title}`, [...rows, ...more]);
  }
}
