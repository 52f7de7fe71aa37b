import * as core from '@actions/core';
import { AssertImageError } from '../../base/errors.ts';
import { OUTPUT_NAMES, type Outputs } from '../../report/outputs.ts';

/** @throws AssertImageError `output`: later steps would go on without what they wait for */
export function writeOutputs(outputs: Outputs, env: NodeJS.ProcessEnv): void {
  try {
    if (!env['GITHUB_OUTPUT']) throw new Error('GITHUB_OUTPUT is not set');
    // The result last, so that an interrupted write never reads as a pass.
    for (const name of OUTPUT_NAMES.toReversed()) core.setOutput(name, outputs[name]);
  } catch (cause) {
    throw new AssertImageError('output', `the outputs cannot be written: ${(cause as Error).message}.`, { cause });
  }
}
