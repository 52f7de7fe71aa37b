import * as core from '@actions/core';
import { Secrets } from '../../base/secrets.ts';
import { finish, type Read } from '../../inputs/inputs.ts';
import type { Run } from '../../inputs/run.ts';
import type { Ci } from '../ci.ts';
import { hostOf } from './host.ts';
import { readEvent } from './event.ts';
import { gitHubRun } from './run.ts';
import { readActionInputs } from './inputs.ts';
import { actionLog } from './log.ts';

/** What differs where another server runs workflows as GitHub does. */
export interface Forge {
  readonly run: Run;
  readonly restrict: (read: Read) => Read;
}

/** A step of a workflow: inputs in the environment, outputs and summary in files. */
export function gitHub(env: NodeJS.ProcessEnv, forge?: Forge): Ci {
  const secrets = new Secrets((secret) => core.setSecret(secret));
  const log = actionLog(secrets);
  const event = readEvent(env);
  const run = forge?.run ?? gitHubRun(event, env);
  return {
    log,
    secrets,
    run,
    readInputs: () => {
      const read = finish(readActionInputs(env), secrets);
      return forge?.restrict(read) ?? read;
    },
    hostOfCode: (asked) => hostOf(asked, env, log),
    prepare: () => import('./deliveries.ts'),
    deliver: async (verdict, asked) =>
      (await import('./deliveries.ts')).deliver(verdict, { asked, log, secrets, env, event, run }),
  };
}
