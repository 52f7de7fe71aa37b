/** What the bundle opens to: the program (main.ts) and the library (index.ts). Each loads what it needs. */
import type { assertImage as api } from './library/api.ts';
import { takeOptions } from './library/taken.ts';

export { run } from './run.ts';

export const assertImage: typeof api = async (options) => {
  // Before anything is waited for: from the call on, they belong to it.
  const taken = takeOptions(options);
  return (await import('./index.ts')).assertTaken(taken);
};
