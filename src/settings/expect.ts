import type { CelExpression } from '../expectations/cel/cel.ts';
import type { Expectation } from '../expectations/field/expectation.ts';
import type { Expectations } from '../expectations/expectations.ts';
import type { Policy } from '../expectations/policy/policy.ts';
import { parseCommit } from '../expectations/revision/commit-id.ts';
import { parseRevisionFrom, type RevisionPlace } from '../expectations/revision/stated.ts';
import type { RevisionExpectation } from '../expectations/revision/expectation.ts';
import { definitionOf, type InputName } from '../inputs/names.ts';
import type { WorkspaceFile } from '../inputs/workspace-file.ts';
import type { Run } from '../inputs/run.ts';
import { parseDigest } from '../reference/digest.ts';
import { readSignatures } from './signatures.ts';
import type { Reader } from './reader.ts';
import type { Parsers } from './parsers.ts';

/** What is expected, of inputs and policy together: they add up. */
export function readExpectations(
  reader: Reader,
  run: Run,
  file: WorkspaceFile | null,
  parsers: Parsers,
): { expectations: Expectations; notices: readonly string[] } {
  const policy = readPolicy(reader, file, parsers);
  const { fields, cel } = readLines(reader, parsers);
  const either = <T>(name: InputName, value: T | undefined, parse: (text: string) => T): T | undefined =>
    eitherOf(reader, name, value, parse);
  const revision = readRevision(reader, run, policy);
  const containsCommit =
    either('contains-commit', policy?.containsCommit, (text) => parseCommit(text, ' or any')) ?? null;
  if (policy?.containsCommit !== undefined && run.lacks.includes('contains-commit'))
    reader.add({ input: 'policy', message: 'contains-commit cannot be compared here.', hint: 'Leave it out.' });
  const isExplicit = writtenRevision(reader, policy) !== 'auto';
  return {
    expectations: {
      revision,
      revisionFrom: readRevisionFrom(reader, policy),
      containsCommit,
      provenance: readSignatures(
        reader,
        run,
        { revision: revision?.commit ?? null, isExplicit, containsCommit },
        parsers,
      ),
      digest: either('digest', policy?.digest, parseDigest) ?? null,
      fields: [...fields, ...(policy?.fields ?? [])],
      cel: [...cel, ...(policy?.cel ?? [])],
      metadataTests: policy?.metadataTest ? [policy.metadataTest] : [],
    },
    notices: [...(policy?.notices ?? []), ...(policy?.revisionFrom ? ['revision-from is taken from the policy.'] : [])],
  };
}

function readLines(
  reader: Reader,
  { parsePattern, parseCel }: Parsers,
): { fields: Expectation[]; cel: CelExpression[] } {
  return {
    fields: [
      ...reader.expectations('labels', 'label', parsePattern),
      ...reader.expectations('env', 'env', parsePattern),
      ...reader.expectations('annotations', 'annotation', parsePattern),
    ],
    cel: parseCel && reader.text('expect') !== 'none' ? reader.lines('expect', parseCel) : [],
  };
}

/** The revision as it was written, of the input or, where that says any, of the policy. */
function writtenRevision(reader: Reader, policy: Policy | null): string {
  const text = reader.text('revision');
  return text === 'any' ? (policy?.revision ?? 'any') : text;
}

/** A policy adds: beside an input of any it decides, beside another commit it is a question for the author. */
function readRevision(reader: Reader, run: Run, policy: Policy | null): RevisionExpectation | null {
  const ofInput = reader.whole('revision', (text) => parseRevision(text, run)) ?? null;
  const stated = policy?.revision;
  if (stated === undefined) return ofInput;
  const ofPolicy = reader.attempt('policy', () => parseRevision(stated, run)) ?? null;
  if (ofInput !== null && ofPolicy !== null && ofInput.commit !== ofPolicy.commit) contradiction(reader, 'revision');
  return ofInput ?? ofPolicy;
}

function readRevisionFrom(reader: Reader, policy: Policy | null): readonly RevisionPlace[] {
  const ofInput = reader.whole('revision-from', parseRevisionFrom) ?? [];
  if (policy?.revisionFrom === undefined) return ofInput;
  const isSame = JSON.stringify(ofInput) === JSON.stringify(policy.revisionFrom);
  if (reader.text('revision-from') !== inputDefault('revision-from') && !isSame) contradiction(reader, 'revision-from');
  return policy.revisionFrom;
}

function contradiction(reader: Reader, input: InputName): void {
  reader.add({ input, message: 'the policy says another one.', hint: 'Leave one of the two out.' });
}

const inputDefault = (name: InputName): string => definitionOf(name).default ?? '';

/** The input where it says something, else the policy; two that differ are a question for the author. */
function eitherOf<T>(
  reader: Reader,
  name: InputName,
  ofPolicy: T | undefined,
  parse: (text: string) => T,
): T | undefined {
  if (reader.text(name) === inputDefault(name)) return ofPolicy;
  const ofInput = reader.whole(name, parse);
  if (ofInput !== undefined && ofPolicy !== undefined && ofInput !== ofPolicy) {
    contradiction(reader, name);
  }
  return ofInput;
}

function readPolicy(reader: Reader, file: WorkspaceFile | null, { parsePolicy }: Parsers): Policy | null {
  if (file === null || parsePolicy === null) return null;
  const { policy, problems } = parsePolicy(file.text);
  for (const { line, column, message, hint } of problems) {
    const place = { file: file.path, line };
    reader.add({ input: `policy ${file.path}, line ${line}, column ${column}`, message: `${message}.`, hint, place });
  }
  return policy;
}

function parseRevision(text: string, run: Run): RevisionExpectation | null {
  if (text === 'any') return null;
  const { pullRequest, hints } = run;
  return { commit: text === 'auto' ? commitOf(run) : parseCommit(text), pullRequest, hints };
}

/** @throws AssertImageError `input` where the CI does not say it */
function commitOf({ commit }: Run): string {
  if (typeof commit !== 'string') throw commit;
  return commit;
}
