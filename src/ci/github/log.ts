import * as core from '@actions/core';
import type { Secrets } from '../../base/secrets.ts';
import { logLine } from '../../base/inert.ts';
import type { Log } from '../../base/log.ts';

/** 4,096 in the runner (actions/runner, ExecutionContext.cs); the rest is in the log. */
const MAX_ANNOTATION_CHARS = 4000;

const ANNOTATORS = { error: core.error, warning: core.warning, notice: core.notice } as const;

/** The runner's log. */
export function actionLog(secrets: Secrets): Log {
  const said = (text: string): string => secrets.redact(text);
  const clean = (text: string): string => logLine(said(text));
  const cleanLines = (text: string): string => said(text).split('\n').map(logLine).join('\n');
  return {
    line: (text) => core.info(clean(text)),
    group: (title, lines) => {
      core.startGroup(clean(title));
      for (const text of lines) core.info(clean(text));
      core.endGroup();
    },
    annotate: (level, title, text, place) =>
      ANNOTATORS[level](cleanLines(text).slice(0, MAX_ANNOTATION_CHARS), {
        title: clean(title),
        ...(place ? { file: clean(place.file), startLine: place.line } : {}),
      }),
    progressEveryMs: 5_000,
    progress: (text) => core.info(clean(text)),
    debug: (text) => {
      if (core.isDebug()) core.debug(clean(text));
    },
  };
}
