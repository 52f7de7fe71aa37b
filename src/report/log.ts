import * as core from '@actions/core';
import type { Secrets } from '../secrets.ts';
import { logLine } from './inert.ts';

/** Where a run speaks. Every line is inert and free of secrets, whoever wrote it. */
export interface Log {
  line(text: string): void;
  group(title: string, lines: readonly string[]): void;
  /** Shown on the run's page; the runner keeps ten of each. */
  annotate(level: 'error' | 'warning' | 'notice', title: string, text: string): void;
  debug(text: string): void;
}

/** 4,096 in the runner (catalogue I-20); the rest is in the log. */
const MAX_ANNOTATION_CHARS = 4000;

const ANNOTATORS = { error: core.error, warning: core.warning, notice: core.notice } as const;

/** The runner's log. */
export function actionLog(secrets: Secrets): Log {
  const clean = (text: string): string => logLine(secrets.redact(text));
  const cleanLines = (text: string): string => secrets.redact(text).split('\n').map(logLine).join('\n');
  return {
    line: (text) => core.info(clean(text)),
    group: (title, lines) => {
      core.startGroup(clean(title));
      for (const text of lines) core.info(clean(text));
      core.endGroup();
    },
    annotate: (level, title, text) =>
      ANNOTATORS[level](cleanLines(text).slice(0, MAX_ANNOTATION_CHARS), { title: clean(title) }),
    debug: (text) => {
      if (core.isDebug()) core.debug(clean(text));
    },
  };
}

/** By hand: no workflow commands; what is not the report goes to standard error. */
export function commandLineLog(secrets: Secrets, isReportJson: boolean): Log {
  const clean = (text: string): string => logLine(secrets.redact(text));
  const report = (text: string): void => void (isReportJson ? undefined : process.stdout.write(`${clean(text)}\n`));
  return {
    line: report,
    group: (title, lines) => [title, ...lines.map((text) => `  ${text}`)].forEach(report),
    annotate: (level, _title, text) => {
      for (const line of text.split('\n')) process.stderr.write(`${level}: ${clean(line)}\n`);
    },
    debug: () => {},
  };
}
