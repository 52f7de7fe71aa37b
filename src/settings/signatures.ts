import type { ProvenanceExpectation } from '../expectations/provenance/signer.ts';
import type { Run } from '../inputs/run.ts';
import type { WorkspaceFile } from '../inputs/workspace-file.ts';
import type { TrustedRoots } from '../provenance/trusted-root.ts';
import type { Parsers } from './parsers.ts';
import type { Beside } from './provenance.ts';
import type { Reader } from './reader.ts';

/** What signed provenance has to say; null where none is asked for. */
export function readSignatures(
  reader: Reader,
  run: Run,
  beside: Beside,
  { readProvenance }: Pick<Parsers, 'readProvenance'>,
): ProvenanceExpectation | null {
  if (run.lacks.includes('signer-workflow')) return null; // That it was asked for has been reported.
  if (readProvenance !== null) return readProvenance(reader, run, beside);
  // Who sets these expects a signature, and must not get a green without one.
  for (const input of ['source-repository', 'trusted-root'] as const) {
    if (reader.text(input) === 'auto' || reader.text(input) === '') continue;
    reader.add({
      input,
      message: 'it is given, but signer-workflow is none, so that no signature is asked for.',
      hint: 'Set signer-workflow, or leave this out.',
    });
  }
  return null;
}

/** The roots of a file; null for those of the public instance. */
export function readTrustedRoot(
  reader: Reader,
  file: WorkspaceFile | null,
  { parseTrustedRoots }: Pick<Parsers, 'parseTrustedRoots'>,
): TrustedRoots | null {
  if (file === null || parseTrustedRoots === null) return null;
  return reader.attempt('trusted-root', () => parseTrustedRoots(file.text, file.path)) ?? null;
}
