import {
  isSameRepository,
  parseSigner,
  parseSourceRepository,
  type ProvenanceExpectation,
  type Signer,
  type Source,
} from '../expectations/provenance/signer.ts';
import type { Run } from '../inputs/run.ts';
import { SERVER } from '../provenance/identity.ts';
import type { Reader } from './reader.ts';

/** What else was asked that provenance depends on. */
export interface Beside {
  /** The commit that is expected; null: any. */
  readonly revision: string | null;
  /** The commit was written down, and is not that of this run. */
  readonly isExplicit: boolean;
  readonly containsCommit: string | null;
}

/** What signed provenance has to say; null where that cannot be told. Loaded only where it is asked for. */
export function readProvenance(reader: Reader, run: Run, beside: Beside): ProvenanceExpectation | null {
  const text = reader.text('signer-workflow');
  const server = run.origin?.server ?? '';
  if (server !== SERVER) {
    reader.add({
      input: 'signer-workflow',
      message: `signatures are read for ${SERVER} alone, and this is ${server === '' ? 'no run of it' : JSON.stringify(server)}.`,
      hint: 'On any other server the names of owners and repositories are those of others there. Set signer-workflow to none.',
    });
    return null;
  }
  const signers = text === 'auto' ? text : reader.lines('signer-workflow', parseSigner);
  const source = readSource(reader, run, beside);
  if (source === null) return null;
  assertBound(reader, signers, source, beside);
  return { signers, source, revision: beside.revision };
}

function readSource(reader: Reader, run: Run, { isExplicit, containsCommit }: Beside): Source | null {
  const text = reader.text('source-repository');
  const own = run.repository ?? '';
  const number = run.origin?.repositoryId ?? '';
  const id = /^[0-9]+$/.test(number) ? number : null;
  if (text === 'auto') return readOwn(reader, own, id);
  const repository = reader.whole('source-repository', parseSourceRepository);
  if (repository === undefined) return null;
  if (isSameRepository(repository, own)) return { repository, id };
  if (!isExplicit) {
    reader.add({
      input: 'source-repository',
      message: `${repository} is not the repository of this run, whose commit revision: auto stands for.`,
      hint: 'Give the full commit ID as revision, or set it to any and name a workflow with its ref.',
    });
  }
  if (containsCommit !== null) {
    reader.add({
      input: 'contains-commit',
      message: `commits of another repository (${repository}) are not compared.`,
      hint: 'Leave it out, or leave out source-repository.',
    });
  }
  return { repository, id: null };
}

function readOwn(reader: Reader, repository: string, id: string | null): Source | null {
  const isKnown = reader.attempt('source-repository', () => parseSourceRepository(repository)) !== undefined;
  if (isKnown && id !== null) return { repository, id };
  if (isKnown)
    reader.add({
      input: 'source-repository',
      message: 'auto needs the number of this repository, and the CI does not say it.',
      hint: 'Name the repository: owner/name.',
    });
  return null;
}

/** Without a commit to expect, and for a file of another repository, the ref is all that ties a signature to anything. */
function assertBound(
  reader: Reader,
  signers: readonly Signer[] | 'auto',
  { repository }: Source,
  { revision }: Beside,
): void {
  const add = (message: string, hint: string): void => reader.add({ input: 'signer-workflow', message, hint });
  if (signers === 'auto') {
    if (revision === null)
      add(
        'auto with revision: any would take any commit of any branch.',
        'Name a workflow with its ref, or expect a revision.',
      );
    return;
  }
  for (const signer of signers) {
    if (signer.ref !== null) continue;
    const name = `${signer.repository}/${signer.path}`;
    if (revision === null) add(`with revision: any, ${name} must be given with its ref.`, 'Write it behind an @.');
    else if (!isSameRepository(signer.repository, repository))
      add(
        `${name} is in another repository than ${repository}, and must be given with its ref.`,
        'Write it behind an @.',
      );
  }
}
