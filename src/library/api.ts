import type { Options } from './options.ts';
import type { Verdict } from './verdict.ts';

/** Checks images as the action does. Wrong options, too, are a verdict: it throws nothing. */
export declare function assertImage(options: Options): Promise<Verdict>;
