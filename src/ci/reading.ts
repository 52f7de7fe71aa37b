import { AssertImageError } from '../base/errors.ts';
import type { Hints } from '../base/hints.ts';
import { visibleStart } from '../base/inert.ts';
import { isCommitId } from '../expectations/revision/commit-id.ts';
import type { InputName } from '../inputs/names.ts';
import type { Run } from '../inputs/run.ts';

const GIVE_REVISION = 'Give --revision "$(git rev-parse HEAD)".';

/**
 * The commit in a variable, or why there is none. Git is never asked: a checkout may be of something else.
 *
 * @param absent when the variable is not set, in the words of the CI's documentation
 */
export function commitIn(env: NodeJS.ProcessEnv, name: string, absent: string): string | AssertImageError {
  const value = (env[name] ?? '').trim();
  if (value === '') return noCommit(`${name} is not set. ${absent}`);
  if (!isCommitId(value)) return noCommit(`${name} is "${visibleStart(value, 80)}", not a commit.`);
  if (/^0+$/.test(value)) return noCommit(`${name} is all zeros, not a commit.`);
  return value.toLowerCase();
}

/** Why the commit of this run cannot be told. */
export function noCommit(message: string, hint: string = GIVE_REVISION): AssertImageError {
  return new AssertImageError('input', message, { hint });
}

/** What only a run on GitHub can do. */
const OF_GITHUB: readonly InputName[] = [
  'comment',
  'summary',
  'contains-commit',
  'signer-workflow',
  'source-repository',
  'trusted-root',
];

/** @param commit how the build writes the commit into the usual label, in a shell of this CI */
export function shellHints(commit: string, own: Partial<Hints> = {}): Hints {
  return {
    login: 'docker login',
    'how to log in': 'Set ASSERT_IMAGE_USERNAME and ASSERT_IMAGE_PASSWORD, or run docker login.',
    'ECR login': '"aws ecr get-login-password"',
    checkout: 'is the repository checked out here?',
    expression: 'Does the shell expand it?',
    'lower case':
      'Names of repositories of code may have capitals, image names not: in a shell, ${NAME,,} is the lower-case form.',
    labels: `"docker build --label org.opencontainers.image.revision=${commit}"`,
    'pull request head': 'its commit',
    ...own,
  };
}

/** A run outside of GitHub. */
export function runOf(
  own: Pick<Run, 'name' | 'commit' | 'hints'> & Partial<Run>,
  lacks: readonly InputName[] = OF_GITHUB,
): Run {
  return { lacks, workspace: process.cwd(), ...own };
}
