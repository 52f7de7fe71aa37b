import type { FilePlace } from './errors.ts';

/** The log of a run. Every line is made inert and free of secrets. */
export interface Log {
  line(text: string): void;
  group(title: string, lines: readonly string[]): void;
  /** Also shown on the run's page, if there is one. */
  annotate(level: 'error' | 'warning' | 'notice', title: string, text: string, place?: FilePlace): void;
  /** How far it has come: a line of the runner's log, one line that changes on a terminal, nothing in a file. */
  progress(text: string): void;
  /** Of something that goes on: how often it is worth telling, in milliseconds. */
  readonly progressEveryMs: number;
  debug(text: string): void;
}

/** Of a caller that wants no log. */
export const SILENT: Log = {
  line: () => {},
  group: () => {},
  annotate: () => {},
  progress: () => {},
  progressEveryMs: Infinity,
  debug: () => {},
};
