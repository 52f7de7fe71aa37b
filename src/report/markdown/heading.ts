import { codeSpan } from '../../base/inert.ts';
import type { Topic } from '../../expectations/check.ts';
import { type Look, nameOf, type Result, type Verdict } from '../../gate/verdict.ts';
import type { Reference } from '../../reference/reference.ts';
import { agreedRevision } from '../agreed.ts';
import { shortName } from '../failed.ts';
import { isOneRepository } from '../groups.ts';
import type { Occasion } from '../occasion.ts';
import { count } from '../units.ts';
import { commitLink } from './links.ts';

export const MARKS: Readonly<Record<Result, string>> = { pass: '✅', fail: '❌', missing: '❌', error: '⚠️' };

/** The one sentence that says it. */
export function formatHeading(verdict: Verdict, occasion: Occasion): string {
  const { result, looks, error } = verdict;
  const [only] = looks;
  const text =
    only === undefined
      ? ofNone(error?.code === 'input' ? error.message.split('\n').length : 0)
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
  const { result, checks } = look;
  switch (result) {
    case 'missing':
      return 'does not exist';
    case 'error':
      return 'could not be checked';
    case 'pass':
      if (has(look, 'signature')) return `is signed for ${commitText(occasion)}`;
      if (has(look, 'revision')) return `matches ${commitText(occasion)}`;
      return checks.length === 0 ? 'exists' : `passes ${count(checks.length, 'check')}`;
    case 'fail':
      if (has(look, 'revision')) return `is not built from ${commitText(occasion)}`;
      return has(look, 'signature') ? 'is not signed as expected' : `fails ${count(failuresOf(look), 'check')}`;
  }
}

/** Whether what decides is of this topic: what failed where something failed, else what holds. */
function has({ result, checks }: Look, topic: Topic): boolean {
  return checks.some((check) => check.topic === topic && check.holds === (result === 'pass'));
}

/** Each expectation once, on however many platforms it failed. */
function failuresOf({ checks }: Look): number {
  return new Set(checks.filter(({ holds }) => !holds).map(({ expectation }) => expectation)).size;
}

function ofMany(verdict: Verdict, occasion: Occasion): string {
  const { looks, result } = verdict;
  const [first] = looks as [Look];
  const repository = isOneRepository(looks) && first.reference ? nameOfRepository(first.reference) : null;
  const noun = repository === null ? 'images' : 'tags';
  const of = repository === null ? '' : ` of ${repository}`;
  const matching = occasion.commit === null ? 'passes' : `matches ${commitText(occasion)}`;
  const passed = looks.filter((look) => look.result === 'pass').length;
  if (occasion.require === 'any' && result === 'pass')
    return `${codeSpan(shortName(first))} is the newest of ${looks.length} ${noun}${of} that ${matching}`;
  if (occasion.require === 'any' && result === 'fail') {
    const stated = agreedRevision(first);
    const newest = stated === null ? '' : `; the newest states ${commitLink(stated, undefined, occasion.links)}`;
    return `None of ${looks.length} ${noun}${of} ${matching}${newest}`;
  }
  if (passed === looks.length)
    return `All ${passed} ${noun}${of} ${occasion.commit === null ? 'pass' : `match ${commitText(occasion)}`}`;
  const bad = looks.filter((look) => look.result === result);
  const isCommit = bad.every((look) => has(look, 'revision'));
  return `${bad.length} of ${looks.length} ${noun}${of} ${predicate(result, bad.length === 1, isCommit, occasion)}`;
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
