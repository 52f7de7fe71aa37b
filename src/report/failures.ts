import { formatError } from '../base/errors.ts';
import { type Look, nameOf, type Verdict } from '../gate/verdict.ts';
import { sentenceOf } from './sentence.ts';

/** One reason why the verdict is no pass, as it stands in the output `failures`. */
export interface Failure {
  readonly image: string;
  readonly platform: string | null;
  readonly expectation: string;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly message: string;
}

export function failuresOf(verdict: Verdict): Failure[] {
  const { result, looks, error } = verdict;
  // With `require: any`, what does not satisfy is no reason for anything.
  if (result === 'pass') return [];
  const own = error
    ? [{ ...NOTHING, image: '', expectation: 'inputs that can be used', message: formatError(error) }]
    : [];
  return [...own, ...looks.flatMap((look) => failuresOfLook(look, verdict))];
}

function failuresOfLook(look: Look, { distances }: Verdict): Failure[] {
  const { checks, error } = look;
  const image = nameOf(look);
  if (error) {
    const expectation = error.code === 'missing' ? 'the image exists' : 'the image can be read';
    return [{ ...NOTHING, image, expectation, message: formatError(error) }];
  }
  return checks
    .filter(({ holds }) => !holds)
    .map((check) => {
      const { platform, expectation, expected, actual } = check;
      return { image, platform, expectation, expected, actual, message: sentenceOf(check, distances) };
    });
}

const NOTHING = { platform: null, expected: null, actual: null } as const;
