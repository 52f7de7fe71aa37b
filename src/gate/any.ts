import { isOlder, newestFirst } from './newest.ts';
import { judge, type Look, type Verdict } from './verdict.ts';

/**
 * One that satisfies is enough, unless the provenance of a newer one could not be looked up: those who break the list of the
 * newest would get an older one deployed.
 */
export function judgeAny(all: readonly Look[]): Verdict {
  const looks = passedFirst(all);
  const verdict = judge(looks, 'any');
  const [chosen] = looks;
  if (verdict.result !== 'pass' || chosen === undefined) return verdict;
  const isOpen = looks.some((look) => look.isUnproven && !isOlder(look, chosen));
  return isOpen ? { ...verdict, result: 'error' } : verdict;
}

/** `require: any`: the outputs speak of the newest that satisfies. */
function passedFirst(looks: readonly Look[]): Look[] {
  const passed = newestFirst(looks.filter(({ result }) => result === 'pass'));
  return [...passed, ...looks.filter(({ result }) => result !== 'pass')];
}
