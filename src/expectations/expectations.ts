import type { Digest } from '../reference/digest.ts';
import type { CelExpression } from './cel/cel.ts';
import type { Expectation } from './field/expectation.ts';
import type { MetadataTest } from './policy/metadata-test.ts';
import type { ProvenanceExpectation } from './provenance/signer.ts';
import type { RevisionExpectation } from './revision/expectation.ts';
import type { RevisionPlace } from './revision/stated.ts';

/** All that is expected of each checked image. */
export interface Expectations {
  readonly revision: RevisionExpectation | null;
  /** Where an image states its revision, also where none is expected. */
  readonly revisionFrom: readonly RevisionPlace[];
  /** A full commit ID in lower case, of which the stated revision must be a descendant. */
  readonly containsCommit: string | null;
  /** What signed provenance has to say; null: none is asked for. */
  readonly provenance: ProvenanceExpectation | null;
  readonly digest: Digest | null;
  readonly fields: readonly Expectation[];
  readonly cel: readonly CelExpression[];
  readonly metadataTests: readonly MetadataTest[];
}

/** Only that an image can be read, and where it states its revision. */
export function nothingExpected(revisionFrom: readonly RevisionPlace[]): Expectations {
  const none = {
    provenance: null,
    revision: null,
    containsCommit: null,
    digest: null,
    fields: [],
    cel: [],
    metadataTests: [],
  };
  return { ...none, revisionFrom };
}

export function isNothingExpected({
  revision,
  containsCommit,
  provenance,
  digest,
  fields,
  cel,
  metadataTests,
}: Expectations): boolean {
  const one = revision ?? containsCommit ?? provenance ?? digest;
  return one === null && fields.length + cel.length + metadataTests.length === 0;
}
