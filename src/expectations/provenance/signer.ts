import { AssertImageError } from '../../base/errors.ts';
import { isRepositoryName, parseNamedWorkflow } from '../../provenance/identity.ts';

/** A workflow whose signature counts. */
export interface Signer {
  /** `owner/name`; case does not count. */
  readonly repository: string;
  readonly path: string;
  /** `refs/…` or a full commit ID, compared whole; null: any. */
  readonly ref: string | null;
}

/** What signed provenance has to say. */
export interface ProvenanceExpectation {
  /** `auto`: any workflow of the source repository. */
  readonly signers: readonly Signer[] | 'auto';
  /** The repository that the image is built from. */
  readonly source: Source;
  /** The commit, in lower case; null: any, which then becomes the image's revision. */
  readonly revision: string | null;
}

export interface Source {
  /** `owner/name`; case does not count. */
  readonly repository: string;
  /** A name can change hands, its number cannot; null where it is not known. */
  readonly id: string | null;
}

/** Reads `owner/repo/.github/workflows/file.yml[@ref]`. @throws AssertImageError `input` */
export function parseSigner(text: string): Signer {
  const named = parseNamedWorkflow(text);
  if (named !== null) return named;
  throw new AssertImageError('input', `${JSON.stringify(text)} does not name a workflow.`, {
    hint: 'Write owner/repo/.github/workflows/file.yml, and behind an @ a full ref (refs/heads/main) or a full commit ID; no patterns.',
  });
}

/** Reads `owner/name`. @throws AssertImageError `input` */
export function parseSourceRepository(text: string): string {
  if (isRepositoryName(text)) return text;
  throw new AssertImageError('input', `${JSON.stringify(text)} does not name a repository.`, {
    hint: 'Write owner/name.',
  });
}

export function isSameRepository(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

export function formatSigner({ repository, path, ref }: Signer): string {
  return `${repository}/${path}${ref === null ? '' : `@${ref}`}`;
}

/** What is expected, in the words of the contract. */
export function formatExpected({ signers, source }: ProvenanceExpectation): string {
  const who = signers === 'auto' ? `any workflow of ${source.repository}` : signers.map(formatSigner).join(' or ');
  return `signed by ${who}`;
}
