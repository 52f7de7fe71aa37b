import { quoteOrCount } from '../../base/shorten.ts';
import { SLSA_V1 } from '../../image/bundles.ts';
import { isCommitId } from '../revision/commit-id.ts';
import { parseWorkflowFile, SERVER, TOKEN_ISSUER } from '../../provenance/identity.ts';
import { isAbout } from '../../provenance/statement.ts';
import type { Attestation } from '../../provenance/verify.ts';
import type { Digest } from '../../reference/digest.ts';
import { formatSigner, isSameRepository, type ProvenanceExpectation, type Signer } from './signer.ts';

/** Why an attestation does not count: the first condition that it does not meet. */
export interface Unmet {
  /** How many it meets before that one; the nearest is told. */
  readonly met: number;
  /** A sentence. */
  readonly message: string;
  /** What was there instead. */
  readonly actual: string | null;
  readonly hint?: string | undefined;
}

type Condition = (
  attestation: Attestation,
  expected: ProvenanceExpectation,
  digest: Digest,
) => Omit<Unmet, 'met'> | null;

/** Of events for which the commit is the head of the default branch, while what is built may be anything. */
export const FOREIGN_TRIGGERS: ReadonlySet<string> = new Set(['pull_request_target', 'workflow_run', 'issue_comment']);

/**
 * The conditions on what a verified certificate and its statement say, in the order of the contract. The predicate is
 * the workflow's word, and decides nothing.
 */
const CONDITIONS: readonly Condition[] = [
  ({ statement: { predicateType } }) =>
    predicateType === SLSA_V1
      ? null
      : unmet(`it is signed, but states ${quote(predicateType)}, and not ${SLSA_V1}.`, predicateType),
  ({ statement }, _, digest) => {
    if (isAbout(statement, digest)) return null;
    const subject = statement.subjects[0] === undefined ? null : `sha256:${statement.subjects[0]}`;
    return unmet(
      `it is signed, but about ${subject ?? 'nothing'}, not about ${digest}.`,
      subject,
      'Is that the index of this image? Check and deploy the digest that was attested.',
    );
  },
  ({ identity: { issuer } }) =>
    TOKEN_ISSUER.test(issuer)
      ? null
      : unmet(`it is signed with a token of ${quote(issuer)}, which is not read here.`, issuer),
  checkSigner,
  checkTrigger,
  checkSource,
  checkRevision,
];

/** The first condition that is not met; null where all are. */
export function firstUnmet(attestation: Attestation, expected: ProvenanceExpectation, digest: Digest): Unmet | null {
  for (const [met, condition] of CONDITIONS.entries()) {
    const found = condition(attestation, expected, digest);
    if (found !== null) return { met: MET_BY_SIGNATURE + met, ...found };
  }
  return null;
}

/** What a verified signature is worth on the way to the nearest. */
export const MET_BY_SIGNATURE = 2;

function checkSigner(
  { identity: { signer } }: Attestation,
  { signers, source }: ProvenanceExpectation,
): ReturnType<Condition> {
  const file = parseWorkflowFile(signer);
  const isListed = (allowed: Signer): boolean =>
    isSameRepository(allowed.repository, file?.repository ?? '') &&
    allowed.path === file?.path &&
    (allowed.ref === null || allowed.ref === file.ref);
  const isAllowed =
    file !== null &&
    (signers === 'auto' ? isSameRepository(file.repository, source.repository) : signers.some(isListed));
  if (isAllowed) return null;
  const name = file === null ? quote(signer) : formatSigner(file);
  const why = signers === 'auto' ? `not a workflow of ${source.repository}` : 'which signer-workflow does not list';
  return unmet(`signed by ${name}, ${why}.`, name, 'If that workflow may sign this image, list it in signer-workflow.');
}

function checkTrigger(
  { identity: { trigger } }: Attestation,
  { signers }: ProvenanceExpectation,
): ReturnType<Condition> {
  if (trigger === null || trigger === '')
    return unmet('it is signed, but its certificate does not say for which event the run began.', null);
  if (signers !== 'auto' || !FOREIGN_TRIGGERS.has(trigger)) return null;
  return unmet(
    `it is signed by a run for ${trigger}, whose commit need not be what was built.`,
    trigger,
    'Name the workflow in signer-workflow if it may do so.',
  );
}

function checkSource(
  { identity: { source, sourceId } }: Attestation,
  { source: expected }: ProvenanceExpectation,
): ReturnType<Condition> {
  if (source === null || !isSameRepository(source, `${SERVER}/${expected.repository}`))
    return unmet(
      `it is signed for the repository ${quote(source ?? '')}; expected ${expected.repository}.`,
      source,
      'If that repository may build this image, name it in source-repository.',
    );
  if (expected.id === null || sourceId === expected.id) return null;
  return unmet(
    `it is signed for a repository of this name with the number ${quote(sourceId ?? '')}; this one is ${expected.id}.`,
    sourceId,
  );
}

function checkRevision(
  { identity: { revision, run } }: Attestation,
  { revision: expected }: ProvenanceExpectation,
): ReturnType<Condition> {
  if (revision === null || !isCommitId(revision))
    return unmet('it is signed, but its certificate does not name a commit.', revision);
  if (expected === null || revision.toLowerCase() === expected) return null;
  const where = run === null || run.length > MAX_QUOTED_CHARS ? '' : ` (run ${run})`;
  const hint = 'Do not deploy it. Wait for the build of the expected commit, or name its digest.';
  return unmet(`the provenance is signed, but for commit ${revision}; expected ${expected}${where}.`, revision, hint);
}

function unmet(message: string, actual: string | null, hint?: string): Omit<Unmet, 'met'> {
  return { message, actual, hint };
}

const MAX_QUOTED_CHARS = 200;
/** Text of a certificate or statement. */
export function quote(text: string): string {
  return quoteOrCount(text, MAX_QUOTED_CHARS);
}
