import { AssertImageError } from '../base/errors.ts';
import type { HostOfCode } from './context.ts';

/** Where no host of the code can be asked. What would need one has been refused before. */
export const NO_HOST: HostOfCode = {
  compare: () => Promise.reject(new AssertImageError('internal', 'commits cannot be compared here.')),
  attestations: () => Promise.reject(new AssertImageError('internal', 'attestations cannot be looked up here.')),
};
