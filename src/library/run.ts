import { AssertImageError } from '../base/errors.ts';
import type { Hints } from '../base/hints.ts';
import { parseCommit } from '../expectations/revision/commit-id.ts';
import type { InputName } from '../inputs/names.ts';
import type { Run } from '../inputs/run.ts';
import type { Problem } from '../inputs/raw-inputs.ts';
import { unknownOption } from './inputs.ts';
import type { Options } from './options.ts';
import type { TakenOptions } from './taken.ts';

export const LIBRARY_HINTS: Hints = {
  login: 'a call of its own for each registry',
  'how to log in': 'Give username and password.',
  'ECR login': '"aws ecr get-login-password"',
  checkout: 'that is the working directory.',
  expression: 'Is a variable not filled in?',
  'lower case': 'Names of images are in lower case.',
  labels: '"docker build --label org.opencontainers.image.revision=COMMIT"',
  'pull request head': 'its commit',
};
const LACKS: readonly InputName[] = ['contains-commit', 'signer-workflow', 'source-repository', 'trusted-root'];

const NAMES: readonly string[] = ['commit', 'repository'] satisfies (keyof NonNullable<Options['run']>)[];

/** The run as the caller tells it; nothing is read from the environment. What is wrong with it is added to the problems. */
export function runOfOptions({ values }: TakenOptions, problems: Problem[]): Run {
  const { run, policy } = values;
  const told = (typeof run === 'object' && run !== null ? run : {}) as Readonly<Record<string, unknown>>;
  if (run !== undefined && told !== run)
    problems.push({ input: 'run', message: 'it is not an object.', hint: 'Give { commit, repository }.' });
  for (const name of Object.keys(told)) if (!NAMES.includes(name)) problems.push(unknownOption(name, NAMES, 'run.'));
  const { repository, commit } = told;
  const isRepository = typeof repository === 'string' && /^[^/\s]+(\/[^/\s]+)+$/.test(repository);
  if (repository !== undefined && !isRepository)
    problems.push({ input: 'run.repository', message: 'it is not a name.', hint: 'Write owner/name.' });
  return {
    name: null,
    commit: commitOf(commit),
    repository: isRepository ? repository : undefined,
    lacks: LACKS,
    hints: LIBRARY_HINTS,
    // The folder may be gone, which is of no interest where nothing is read from it.
    workspace: policy === undefined ? '' : process.cwd(),
  };
}

function commitOf(commit: unknown): string | AssertImageError {
  const hint = 'Give run: { commit }, or a full commit ID as revision, or "any".';
  if (commit === undefined)
    return new AssertImageError('input', 'auto is the commit of run, and none is given.', { hint });
  try {
    if (typeof commit !== 'string') throw new Error('it is not a string.');
    return parseCommit(commit);
  } catch (error) {
    return new AssertImageError('input', `run.commit: ${(error as Error).message}`, { hint });
  }
}
