import type { Log } from '../base/log.ts';
import type { Verdict } from '../gate/verdict.ts';
import { type Cleaning, cleanVerdict } from './clean.ts';
import { formatReport } from './json.ts';
import { logVerdict } from './text.ts';

/** What a verdict is printed with. */
export interface Printing {
  readonly log: Log;
  /** The report in place of text. */
  readonly isJson: boolean;
  readonly clean: Cleaning;
  readonly failOnMismatch: boolean;
}

/** Standard output has the report, standard error what else there is to say. */
export function print(found: Verdict, { log, isJson, clean, failOnMismatch }: Printing): void {
  const verdict = cleanVerdict(found, clean);
  logVerdict(verdict, log, failOnMismatch);
  if (isJson) for (const piece of formatReport(verdict)) process.stdout.write(piece);
}
