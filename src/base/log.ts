/** The log of a run. Every line is made inert and free of secrets. */
export interface Log {
  line(text: string): void;
  group(title: string, lines: readonly string[]): void;
  /** Also shown on the run's page, if there is one. */
  annotate(level: 'error' | 'warning' | 'notice', title: string, text: string): void;
  debug(text: string): void;
}
