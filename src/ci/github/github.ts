import * as core from '@actions/core';
import { Secrets } from '../../base/secrets.ts';
import { finish } from '../../inputs/inputs.ts';
import type { Ci } from '../ci.ts';
import { hostOf } from './host.ts';
import { readEvent } from './event.ts';
import { factsOf } from './facts.ts';
import { readActionInputs } from './inputs.ts';
import { actionLog } from './log.ts';
import { GITHUB_WORDS } from './words.ts';

/** A step of a workflow: inputs in the environment, outputs and summary in files. */
export function gitHub(env: NodeJS.ProcessEnv): Ci {
  const secrets = new Secrets((secret) => core.setSecret(secret));
  const log = actionLog(secrets);
  const event = readEvent(env);
  return {
    log,
    secrets,
    words: GITHUB_WORDS,
    facts: factsOf(event, env),
    readInputs: () => finish(readActionInputs(env), secrets),
    hostOfCode: (asked) => hostOf(asked, env, log),
    prepare: () => import('./deliveries.ts'),
    deliver: async (verdict, asked) =>
      (await import('./deliveries.ts')).deliver(verdict, { asked, log, secrets, env, event }),
  };
}
