import { styleText } from 'node:util';
import { AssertImageError } from '../../base/errors.ts';
import { logLine } from '../../base/inert.ts';
import type { Log } from '../../base/log.ts';
import type { Secrets } from '../../base/secrets.ts';
import type { Format } from '../../inputs/flag-names.ts';

const STREAMS = [process.stdout, process.stderr];
type Style = 'red' | 'green' | 'yellow';
const LEVELS: Readonly<Record<'error' | 'warning' | 'notice', Style | null>> = {
  error: 'red',
  warning: 'yellow',
  notice: null,
};
const MARKS: Readonly<Record<string, Style>> = { '✓': 'green', '✗': 'red', '!': 'red' };
const RESULTS: Readonly<Record<string, Style>> = { pass: 'green', fail: 'red', missing: 'red', error: 'red' };

/** The log of a command, whose reader may go away and whose disk may be full. */
export interface CommandLog extends Log {
  /** Waits until all has been written. @throws AssertImageError `output` where it was lost */
  readonly assertWritten: () => Promise<void>;
}

/** Waits until a slow pipe has taken everything, and until it has been told what became of it. */
async function flush(stream: NodeJS.WriteStream): Promise<void> {
  await new Promise<void>((resolve) => void stream.write('', () => resolve()));
  await new Promise((resolve) => void setImmediate(resolve));
}

/** @returns what waits until all has been written, and throws where it was lost */
function watchForLoss(): () => Promise<void> {
  let lost: string | null = null;
  for (const stream of STREAMS) {
    // A closed pipe is not a failure: its reader has seen enough.
    stream.on('error', ({ code = 'unknown' }: NodeJS.ErrnoException) => {
      if (code !== 'EPIPE') lost ??= code;
    });
  }
  return async () => {
    for (const stream of STREAMS) await flush(stream);
    if (lost !== null) throw new AssertImageError('output', `the output could not be written (${lost}).`);
  };
}

/**
 * No workflow commands. The report goes to standard output, and to standard error where that has to stay clean for a
 * program; all else goes to standard error. Colours and the progress line are for terminals.
 */
export function commandLog(secrets: Secrets, format: Format, isQuiet: boolean, env: NodeJS.ProcessEnv): CommandLog {
  const clean = (text: string): string => logLine(secrets.redact(text));
  const out = format === 'reference' ? process.stderr : process.stdout;
  const hasProgress = !isQuiet && process.stderr.isTTY && env['TERM'] !== 'dumb';
  const assertNotLost = watchForLoss();
  let isLineOpen = false;
  const closeLine = (): void => {
    if (isLineOpen) process.stderr.write('\r\u001b[2K');
    isLineOpen = false;
  };
  const report = (text: string): void => {
    closeLine();
    if (format !== 'json') out.write(`${painted(clean(text), out)}\n`);
  };
  return {
    line: report,
    group: (title, lines) => [title, ...lines.map((text) => `  ${text}`)].forEach(report),
    annotate: (level, _title, text) => {
      if (isQuiet && level !== 'error') return;
      closeLine();
      for (const line of text.split('\n'))
        process.stderr.write(`${paint(LEVELS[level], `${level}:`, process.stderr)} ${clean(line)}\n`);
    },
    progressEveryMs: 100,
    progress: (text) => {
      if (!hasProgress) return;
      const width = (process.stderr.columns || 80) - 1;
      process.stderr.write(`\r\u001b[2K${clean(text).slice(0, width)}`);
      isLineOpen = true;
    },
    debug: () => {},
    assertWritten: async () => {
      closeLine();
      await assertNotLost();
    },
  };
}

/** The mark that a line begins with, or the result that it states. */
function painted(line: string, stream: NodeJS.WriteStream): string {
  const mark = /^(\s*)([✓✗!])(?= )/u.exec(line);
  if (mark)
    return `${mark[1]}${paint(MARKS[mark[2] as string], mark[2] as string, stream)}${line.slice(mark[0].length)}`;
  const verdict = /^(assert-image: )(pass|fail|missing|error)(?=:)/.exec(line);
  if (!verdict) return line;
  return `${verdict[1]}${paint(RESULTS[verdict[2] as string], verdict[2] as string, stream)}${line.slice(verdict[0].length)}`;
}

/** NO_COLOR and FORCE_COLOR are followed by Node itself. (nodejs.org/api/util.html, styleText) */
function paint(style: Style | null | undefined, text: string, stream: NodeJS.WriteStream): string {
  return style ? styleText(style, text, { stream }) : text;
}
