/** What the bundle opens to: the program (main.ts) and the library (index.ts). Each loads what it needs. */
import type { assertImage as api } from './library/api.ts';

export { run } from './run.ts';

export const assertImage: typeof api = async (options) => (await import('./index.ts')).assertImage(options);
