import type { Image } from '../../image/image.ts';
import type { Check } from '../check.ts';
import { isCommitId } from './commit-id.ts';
import { type RevisionPlace, statedRevision } from './stated.ts';

/** How one commit stands to another, in the words of GitHub's compare API. */
export type Ancestry =
  | {
      readonly status: 'identical' | 'ahead' | 'behind' | 'diverged';
      readonly aheadBy: number;
      readonly behindBy: number;
    }
  /** The repository does not have one of the two, or does not show it. */
  | { readonly status: 'unknown' };

/** What is said of each stated revision, by that revision in lower case. */
export type AncestryAnswers = ReadonlyMap<string, Ancestry>;

/** Where the code lives. */
export interface History {
  /** Where `head` stands as seen from `base`: `ahead` means that it descends from it. @throws AssertImageError where it cannot be asked */
  compare(base: string, head: string): Promise<Ancestry>;
}

/** The stated revisions that have to be asked about: full commit IDs, and not the wanted commit itself. */
export function revisionsToAsk(commit: string, from: readonly RevisionPlace[], image: Image): string[] {
  const stated = image.platforms.map((platform) => statedRevision(from, platform)?.value.toLowerCase());
  return [
    ...new Set(stated.filter((revision) => revision !== undefined && isCommitId(revision) && revision !== commit)),
  ] as string[];
}

/** One check a platform: its revision is the commit, or descends from it. */
export function checkAncestry(
  commit: string,
  from: readonly RevisionPlace[],
  image: Image,
  answers: AncestryAnswers,
): Check[] {
  return image.platforms.map((platform): Check => {
    const found = statedRevision(from, platform);
    const stated = found?.value;
    const revision = stated?.toLowerCase();
    const isSame = revision === commit;
    const answer = revision === undefined ? undefined : answers.get(revision);
    const holds = isSame || answer?.status === 'identical' || answer?.status === 'ahead';
    return {
      topic: 'contains-commit',
      name: 'contains-commit',
      expectation: `contains-commit ${commit}`,
      platform: platform.name,
      holds,
      expected: commit,
      // contains-commit asks about ancestry only, so the variable's value stays hidden.
      actual: found === undefined || found.place.kind === 'env' ? null : found.value,
      isAbsent: found === undefined,
      ...(holds ? { message: '' } : explain(commit, stated, answer)),
    };
  });
}

/**
 * What an `ahead` is worth: GitHub resolves the commits of all forks by the address of the repository that they come
 * from, and does not tell whose a commit is. Null where no check rests on it.
 */
export function noticeOnForks(commit: string, answers: AncestryAnswers): string | null {
  const rests = [...answers.values()].some(({ status }) => status === 'ahead');
  return rests
    ? `contains-commit: the stated revision descends from ${commit}; a commit that a fork adds on top of it would too. Only signed provenance says whose it is.`
    : null;
}

/** What is wrong, and what to do. */
function explain(
  commit: string,
  stated: string | undefined,
  answer: Ancestry | undefined,
): Pick<Check, 'message' | 'hint' | 'remark'> {
  if (stated === undefined)
    return {
      message: 'the image does not state its revision, so it cannot be placed in history',
      hint: 'Let the build write it into the label org.opencontainers.image.revision.',
    };
  if (!isCommitId(stated))
    return {
      message: 'the image states a revision that is not a full commit ID; GitHub was not asked about it',
      hint: 'Let the build write the full commit ID.',
    };
  const commits = (number: number): string => `${number} commit${number === 1 ? '' : 's'}`;
  switch (answer?.status) {
    case 'behind':
      return {
        message: `the image is built from an ancestor of ${commit}, ${commits(answer.behindBy)} behind`,
        hint: `Build the image from a commit that contains ${commit}.`,
        remark: `${commits(answer.behindBy)} behind`,
      };
    case 'diverged':
      return {
        message: `the image is built from another line of history: ${commits(answer.behindBy)} of ${commit} are missing, and ${commits(answer.aheadBy)} are its own`,
        hint: `Merge ${commit} into the branch that the image is built from.`,
        remark: 'on another line of history',
      };
    default:
      return {
        message: `this repository does not have the commit that the image states, or not ${commit}`,
        hint: 'Was the image built elsewhere, or is its label inherited from a base image?',
        remark: 'not in this repository',
      };
  }
}
