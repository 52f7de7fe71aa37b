import { isMap, type Node } from 'yaml';
import { type Digest, parseDigest } from '../../reference/digest.ts';
import { type CelExpression, parseCel } from '../cel/cel.ts';
import { type Expectation, type FieldKind, formatExpectation } from '../field/expectation.ts';
import { parseExpectation } from '../field/parse.ts';
import { parsePattern } from '../field/pattern.ts';
import { parseCommit } from '../revision/commit-id.ts';
import { parseRevisionFrom, type RevisionPlace } from '../revision/stated.ts';
import { PolicyDocument, type PolicyProblem } from './document.ts';
import { type LineKind, readLines } from './lines.ts';
import { type MetadataTest, METADATA_FILE_KEYS, readMetadataFile } from './metadata-test.ts';

/** What a policy file adds to the inputs. Undefined: it says nothing about that. */
export interface Policy {
  readonly revision: string | undefined;
  readonly revisionFrom: readonly RevisionPlace[] | undefined;
  readonly containsCommit: string | undefined;
  readonly digest: Digest | undefined;
  readonly fields: readonly Expectation[];
  readonly cel: readonly CelExpression[];
  readonly metadataTest: MetadataTest | null;
  readonly notices: readonly string[];
}

/** The inputs that expect something, by their own names. */
const OWN_KEYS = ['revision', 'revision-from', 'contains-commit', 'digest', 'labels', 'env', 'annotations', 'expect'];

/** Reads a policy in our own form, or a container-structure-test file; all that is wrong is in `problems`. */
export function parsePolicy(text: string): { policy: Policy; problems: readonly PolicyProblem[] } {
  const document = new PolicyDocument(text);
  const policy = document.root === null ? emptyPolicy(document) : readRoot(document, document.root);
  return { policy, problems: document.problems.toSorted((a, b) => a.line - b.line || a.column - b.column) };
}

function readRoot(document: PolicyDocument, root: Node): Policy {
  const isMetadataFile = isMap(root) && METADATA_FILE_KEYS.some((key) => root.has(key));
  if (isMetadataFile) return { ...NOTHING, ...readMetadataFile(document, root) };
  const entries = document.entries(root, OWN_KEYS, 'the policy');
  if (entries.size === 0 && document.problems.length === 0) document.add(root, 'the policy expects nothing', EXPECT);
  const whole = <T>(name: string, parse: (text: string) => T): T | undefined => {
    if (!entries.has(name)) return undefined;
    const node = entries.get(name);
    const value = document.string(node, name);
    return value === undefined ? undefined : document.attempt(node, () => parse(value));
  };
  const fields = (['labels', 'env', 'annotations'] as const).flatMap((name) =>
    entries.has(name) ? readFields(document, entries.get(name), name, FIELD_KINDS[name]) : [],
  );
  const cel = entries.has('expect') ? readLines(document, entries.get('expect'), EXPRESSIONS) : [];
  return {
    ...NOTHING,
    // `any` would take away what an input expects, and a policy only adds.
    revision: whole('revision', (value) => (value === 'auto' ? value : parseCommit(value, ' or auto'))),
    revisionFrom: whole('revision-from', parseRevisionFrom),
    containsCommit: whole('contains-commit', (value) => parseCommit(value, '')),
    digest: whole('digest', parseDigest),
    fields,
    cel,
  };
}

const EXPECT = 'Write labels, env, annotations or expect.';

const EXPRESSIONS: LineKind<CelExpression> = { name: 'expect', parse: parseCel, meaning: ({ source }) => source };

const FIELD_KINDS = { labels: 'label', env: 'env', annotations: 'annotation' } as const;

/** A map is equality by key; a list or a text has one expectation a line, as in the input. */
function readFields(
  document: PolicyDocument,
  node: Node | null | undefined,
  name: string,
  kind: FieldKind,
): Expectation[] {
  if (!isMap(node))
    return readLines(document, node, {
      name,
      parse: (line) => parseExpectation(line, kind, parsePattern),
      meaning: formatExpectation,
    });
  if (node.items.length === 0)
    document.add(node, `${name} holds nothing`, 'Write an expectation, or leave the key out.');
  return [...document.entries(node, null, name)].flatMap(([key, valueNode]) => {
    const value = document.string(valueNode, `${name}: ${key}`);
    if (key === '') document.add(valueNode, `a key of ${name} is empty`, 'Write the name of the field.');
    return value === undefined || key === ''
      ? []
      : [{ field: { kind, key }, condition: { operator: '=' as const, value } }];
  });
}

const NOTHING: Policy = {
  revision: undefined,
  revisionFrom: undefined,
  containsCommit: undefined,
  digest: undefined,
  fields: [],
  cel: [],
  metadataTest: null,
  notices: [],
};

function emptyPolicy(document: PolicyDocument): Policy {
  if (document.problems.length === 0) document.add(null, 'the policy is empty', EXPECT);
  return NOTHING;
}
