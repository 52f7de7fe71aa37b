import * as core from '@actions/core';
import { Secrets } from '../secrets.ts';
import { actionLog, commandLineLog, type Log } from './log.ts';

/** Log and secrets belong together: what is a secret is told to the runner before anything is written. */
export function openLog(mode: 'action' | 'command-line', argv: readonly string[]): { log: Log; secrets: Secrets } {
  if (mode === 'action') {
    const secrets = new Secrets((secret) => core.setSecret(secret));
    return { log: actionLog(secrets), secrets };
  }
  const secrets = new Secrets();
  const isReportJson = argv.some(
    (argument, at) => argument === '--format=json' || (argument === '--format' && argv[at + 1] === 'json'),
  );
  return { log: commandLineLog(secrets, isReportJson), secrets };
}
