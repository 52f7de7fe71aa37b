import { formatError } from '../base/errors.ts';
import { type Look, nameOf, type Verdict } from '../gate/verdict.ts';

/** One reason why the verdict is no pass, as it stands in the output `failures`. */
export interface Failure {
  readonly image: string;
  readonly platform: string | null;
  readonly expectation: string;
  readonly expected: string | null;
  readonly actual: string | null;
  readonly message: string;
}

export function failuresOf({ result, looks, error }: Verdict): Failure[] {
  // With `require: any`, what does not satisfy is no reason for anything.
  if (result === 'pass') return [];
  const own = error
    ? [{ ...NOTHING, image: '', expectation: 'inputs that can be used', message: formatError(error) }]
    : [];
  return [...own, ...looks.flatMap(failuresOfLook)];
}

function failuresOfLook(look: Look): Failure[] {
  const { checks, error } = look;
  const image = nameOf(look);
  if (error) {
    const expectation = error.code === 'missing' ? 'the image exists' : 'the image can be read';
    return [{ ...NOTHING, image, expectation, message: formatError(error) }];
  }
  return checks
    .filter(({ holds }) => !holds)
    .map(({ platform, expectation, expected, actual, message }) => ({
      image,
      platform,
      expectation,
      expected,
      actual,
      message,
    }));
}

const NOTHING = { platform: null, expected: null, actual: null } as const;
