/** Where a run speaks. Every line is inert and free of secrets, whoever wrote it. */
export interface Log {
  line(text: string): void;
  group(title: string, lines: readonly string[]): void;
  /** Shown on the run's page, where there is one. */
  annotate(level: 'error' | 'warning' | 'notice', title: string, text: string): void;
  debug(text: string): void;
}
