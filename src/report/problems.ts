import type { AssertImageError } from '../base/errors.ts';

/** How many inputs are wrong: one may have several wrong lines. 0 where the error is about something else. */
export function wrongInputs({ code, message }: AssertImageError): number {
  if (code !== 'input') return 0;
  return new Set(message.split('\n').map((line) => /^[\w.-]+/.exec(line)?.[0] ?? line)).size;
}
