import type { Digest } from '../reference/digest.ts';
import type { Expectation, Field } from './expectation.ts';
import type { RevisionExpectation } from './revision.ts';

/** All that is expected of each checked image. */
export interface Expectations {
  readonly revision: RevisionExpectation | null;
  /** Where an image states its revision, also where none is expected. */
  readonly revisionFrom: readonly Field[];
  readonly digest: Digest | null;
  readonly fields: readonly Expectation[];
}

export function isNothingExpected({ revision, digest, fields }: Expectations): boolean {
  return revision === null && digest === null && fields.length === 0;
}
