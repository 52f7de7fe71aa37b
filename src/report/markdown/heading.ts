import { codeSpan } from '../../base/inert.ts';
import type { Topic } from '../../expectations/check.ts';
import { isCommitId } from '../../expectations/revision/commit-id.ts';
import { newestOf } from '../../gate/newest.ts';
import { type Look, nameOf, type Result, type Verdict } from '../../gate/verdict.ts';
import type { Reference } from '../../reference/reference.ts';
import { agreedRevision } from '../agreed.ts';
import { isOneRepository, shortName } from '../failed.ts';
import type { Occasion } from '../occasion.ts';
import { wrongInputs } from '../problems.ts';
import { count, expectationsOf } from '../units.ts';
import { commitLink } from './links.ts';

export const MARKS: Readonly<Record<Result, string>> = { pass: '✅', fail: '❌', missing: '❌', error: '⚠️' };

/** The one sentence that says it. */
export function formatHeading(verdict: Verdict, occasion: Occasion): string {
  const { result, looks, error } = verdict;
  const [only] = looks;
  const text =
    only === undefined
      ? ofNone(error === null ? 0 : wrongInputs(error))
      : looks.length === 1
        ? `${codeSpan(nameOf(only))} ${ofOne(only, occasion)}`
        : ofMany(verdict, occasion);
  return `## ${MARKS[result]} ${text}`;
}

function ofNone(inputs: number): string {
  if (inputs === 0) return 'The image could not be checked';
  return inputs === 1 ? 'An input is wrong' : `${inputs} inputs are wrong`;
}

function ofOne(look: Look, occasion: Occasion): string {
  const { result, checks, reference, asked } = look;
  const commit = commitText(occasion);
  switch (result) {
    case 'missing':
      return reference === null && asked.kind !== 'reference' ? 'matches nothing' : 'does not exist';
    case 'error':
      return 'could not be checked';
    case 'pass':
      if (has(look, 'signature')) return occasion.commit === null ? 'is signed as expected' : `is signed for ${commit}`;
      if (has(look, 'revision')) return `matches ${commit}`;
      return checks.length === 0 ? 'exists' : `passes ${count(expectationsOf(checks), 'check')}`;
    case 'fail':
      if (has(look, 'revision')) return ofCommit(look, commit);
      if (has(look, 'signature')) return 'is not signed as expected';
      if (has(look, 'contains-commit')) return `does not contain ${containedCommit(look, occasion)}`;
      return `fails ${count(expectationsOf(checks.filter(({ holds }) => !holds)), 'check')}`;
  }
}

/** What is wrong with the commit: where it is another one, or is not stated as a whole. */
function ofCommit({ checks, image }: Look, commit: string): string {
  const failed = checks.filter(({ topic, holds }) => topic === 'revision' && !holds);
  const platforms = failed.map(({ platform }) => platform ?? '');
  const all = image?.platforms.length ?? 0;
  const some =
    platforms.length === all
      ? ''
      : platforms.length > 2
        ? ` on ${platforms.length} of ${all} platforms`
        : ` on ${codeSpan(platforms.join(', '))}`;
  if (failed.every(({ isAbsent }) => isAbsent)) return `does not state its commit${some}`;
  const isOther = failed.some(({ actual }) => actual !== null && isCommitId(actual));
  return isOther ? `is not built from ${commit}${some}` : `does not state ${commit}${some}`;
}

function containedCommit({ checks }: Look, { links }: Occasion): string {
  const check = checks.find(({ topic, holds }) => topic === 'contains-commit' && !holds);
  return commitLink(check?.expected ?? '', undefined, links);
}

/** Whether what decides is of this topic: what failed where something failed, else what holds. */
function has({ result, checks }: Look, topic: Topic): boolean {
  return checks.some((check) => check.topic === topic && check.holds === (result === 'pass'));
}

function ofMany(verdict: Verdict, occasion: Occasion): string {
  const { looks, result } = verdict;
  const [first] = looks as [Look];
  const repository = isOneRepository(looks) && first.reference ? nameOfRepository(first.reference) : null;
  const noun = repository === null ? 'images' : 'tags';
  const of = repository === null ? '' : ` of ${repository}`;
  if (occasion.require === 'any' && result !== 'error') {
    const name = codeSpan(repository === null ? nameOf(first) : shortName(first));
    const among = `${looks.length} ${noun}${of}`;
    const matches = occasion.commit === null ? 'passes' : `matches ${commitText(occasion)}`;
    const unread = looks.filter(({ error }) => error !== null).length;
    if (result === 'pass')
      return `${name} ${matches}${unread > 0 ? `; ${unread} of ${among} could not be read` : `: the newest of ${among} that does`}`;
    return `None of ${among} ${isAnyOtherwise(looks) ? 'passes' : matches}${ofNewest(newestOf(looks) ?? first, repository === null, occasion)}`;
  }
  const passed = looks.filter((look) => look.result === 'pass').length;
  if (passed === looks.length)
    return `${all(passed)} ${noun}${of} ${occasion.commit === null ? 'pass' : `match ${commitText(occasion)}`}`;
  const bad = looks.filter((look) => look.result === result);
  const isCommit = bad.every((look) => has(look, 'revision'));
  const some = bad.length === looks.length ? `${all(bad.length)} ${noun}` : `${bad.length} of ${looks.length} ${noun}`;
  return `${some}${of} ${predicate(result, bad.length === 1, isCommit, occasion)}`;
}

const all = (number: number): string => (number === 2 ? 'Both' : `All ${number}`);

/** Whether some have the commit, and fail by something else. */
function isAnyOtherwise(looks: readonly Look[]): boolean {
  return looks.some((look) => look.result === 'fail' && !has(look, 'revision'));
}

function ofNewest(look: Look, isLong: boolean, { links }: Occasion): string {
  const name = codeSpan(isLong ? nameOf(look) : shortName(look));
  if (look.result !== 'fail') return '';
  const stated = agreedRevision(look);
  if (has(look, 'revision'))
    return stated === null ? '' : `; the newest states ${commitLink(stated, undefined, links)}`;
  return `; the newest, ${name}, fails ${count(expectationsOf(look.checks.filter(({ holds }) => !holds)), 'check')}`;
}

function nameOfRepository(reference: Pick<Reference, 'registry' | 'repository'>): string {
  return codeSpan(`${reference.registry}/${reference.repository}`);
}

function predicate(result: Result, isOne: boolean, isCommit: boolean, occasion: Occasion): string {
  if (result === 'missing') return isOne ? 'does not exist' : 'do not exist';
  if (result === 'error') return 'could not be checked';
  if (isCommit) return `${isOne ? 'is' : 'are'} not built from ${commitText(occasion)}`;
  return isOne ? 'fails' : 'fail';
}

/** Of one image, "this commit" says it; a reader of many, or of another commit, wants to know which. */
function commitText({ commit, isOwnCommit, links }: Occasion): string {
  if (commit === null) return 'its expectations';
  return isOwnCommit ? 'this commit' : commitLink(commit, undefined, links);
}
