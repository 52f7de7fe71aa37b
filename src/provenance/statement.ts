import { AssertImageError } from '../base/errors.ts';
import { Fields } from '../json/fields.ts';
import { type Json, parseStrictJson } from '../json/strict-json.ts';

export const SLSA_V02 = 'https://slsa.dev/provenance/v0.2';

/** An in-toto statement: a predicate about subjects. Source: in-toto/attestation, spec/v1/statement.md. */
export interface Statement {
  readonly predicateType: string;
  /** The sha256 of each subject that has one, in lower-case hex. */
  readonly subjects: readonly string[];
  readonly predicate: Json | undefined;
}

const TYPES: ReadonlySet<string> = new Set(['https://in-toto.io/Statement/v0.1', 'https://in-toto.io/Statement/v1']);

/** @throws AssertImageError `malformed` or `ambiguous`: strict JSON, with no name twice */
export function parseStatement(bytes: Uint8Array, what: string): Statement {
  const fields = new Fields(parseStrictJson(bytes, what), what, ['_type', 'subject', 'predicateType', 'predicate']);
  const type = fields.shortString('_type') ?? '';
  if (!TYPES.has(type)) throw new AssertImageError('malformed', `${what} is not an in-toto statement of v0.1 or v1.`);
  const subjects = fields.list('subject') ?? [];
  return {
    predicateType: fields.shortString('predicateType') ?? '',
    subjects: subjects.flatMap((subject, at) => sha256Of(subject, `subject ${at + 1} of ${what}`)),
    predicate: fields.value('predicate'),
  };
}

function sha256Of(subject: Json, what: string): string[] {
  const digest = new Fields(subject, what, ['name', 'digest']).stringMap('digest').get('sha256');
  return digest !== undefined && /^[0-9a-f]{64}$/.test(digest) ? [digest] : [];
}

/** Whether a statement is about the document of this digest. Digests of other algorithms are in no statement. */
export function isAbout({ subjects }: Pick<Statement, 'subjects'>, digest: string): boolean {
  return subjects.some((subject) => `sha256:${subject}` === digest);
}
