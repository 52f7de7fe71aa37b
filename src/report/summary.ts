import * as core from '@actions/core';
import type { Secrets } from '../secrets.ts';

/** Adds to the run's summary page. The runner drops a summary whose file it cannot read: the verdict does not depend on it. */
export async function writeSummary(markdown: string, secrets: Secrets): Promise<void> {
  await core.summary.addRaw(secrets.redact(markdown), true).write();
}
