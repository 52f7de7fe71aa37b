import { AssertImageError } from '../base/errors.ts';
import type { Hints } from '../base/hints.ts';
import { parseCommit } from '../expectations/revision/commit-id.ts';
import type { InputName } from '../inputs/names.ts';
import type { Run } from '../inputs/run.ts';
import type { Options } from './options.ts';

const HINTS: Hints = {
  login: 'username and password',
  'how to log in': 'Give username and password.',
  'ECR login': '"aws ecr get-login-password"',
  checkout: 'is it the right folder?',
  expression: 'Is a variable not filled in?',
  'lower case': 'Names of images are in lower case.',
  labels: '"docker build --label org.opencontainers.image.revision=COMMIT"',
  'pull request head': 'its commit',
};
const LACKS: readonly InputName[] = ['contains-commit', 'signer-workflow', 'source-repository', 'trusted-root'];

/** The run as the caller tells it; nothing is read from the environment. */
export function runOfOptions({ run }: Options): Run {
  return {
    name: null,
    commit: commitOf(run?.commit),
    repository: run?.repository,
    lacks: LACKS,
    hints: HINTS,
    workspace: process.cwd(),
  };
}

function commitOf(commit: string | undefined): string | AssertImageError {
  const hint = 'Give run: { commit }, or a full commit ID as revision, or "any".';
  if (commit === undefined)
    return new AssertImageError('input', 'auto is the commit of run, and none is given.', { hint });
  try {
    return parseCommit(commit);
  } catch (error) {
    return new AssertImageError('input', `run.commit: ${(error as Error).message}`, { hint });
  }
}
