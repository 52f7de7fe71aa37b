import { AssertImageError } from '../base/errors.ts';
import { SLSA_V1 } from '../image/bundles.ts';
import type { ProvenanceFacts } from '../image/stated-provenance.ts';
import { Fields } from '../json/fields.ts';
import type { Json } from '../json/strict-json.ts';
import type { Statement } from './statement.ts';

/** What differs between the two versions of SLSA as BuildKit writes them (solver/llbsolver/provenance/types). */
interface Form {
  readonly buildType: string;
  /** Where the build definition stands: where its source is, and what it is called. */
  readonly source: readonly [path: readonly string[], entryPoint: string];
  readonly vcs: readonly string[];
  readonly buildTypeAt: readonly string[];
  readonly builder: readonly string[];
}

const V02: Form = {
  buildType: 'https://mobyproject.org/buildkit@v1',
  source: [['invocation', 'configSource'], 'entryPoint'],
  vcs: ['metadata', 'https://mobyproject.org/buildkit@v1#metadata', 'vcs'],
  buildTypeAt: ['buildType'],
  builder: ['builder', 'id'],
};
const V1: Form = {
  buildType: 'https://github.com/moby/buildkit/blob/master/docs/attestations/slsa-definitions.md',
  source: [['buildDefinition', 'externalParameters', 'configSource'], 'path'],
  vcs: ['runDetails', 'metadata', 'buildkit_metadata', 'vcs'],
  buildTypeAt: ['buildDefinition', 'buildType'],
  builder: ['runDetails', 'builder', 'id'],
};

/**
 * What BuildKit states, or the build type of another builder, whose predicates are not read.
 *
 * @throws AssertImageError `malformed`, `ambiguous`
 */
export function readBuildKit({ predicateType, predicate }: Statement, what: string): ProvenanceFacts | string {
  const form = predicateType === SLSA_V1 ? V1 : V02;
  const buildType = textAt(predicate, form.buildTypeAt, what);
  if (buildType !== form.buildType) return buildType ?? '';
  const [path, entryPoint] = form.source;
  const context = objectAt(predicate, path, what);
  const uri = textOf(context, 'uri') || null;
  const digests = context?.stringMap('digest');
  const vcs = objectAt(predicate, form.vcs, what);
  // A tarball's hash has 64 digits too; and materials name base images and other inputs, so that they are never asked.
  const isGit = uri !== null && isGitAddress(uri);
  const commit = isGit ? bounded('sha1', digests?.get('sha1')) || sha256Commit(digests?.get('sha256')) : undefined;
  return {
    predicateType,
    buildType,
    builder: textAt(predicate, form.builder, what) ?? '',
    revision: commit || textOf(vcs, 'revision') || null,
    source: (commit ? uri : textOf(vcs, 'source')) || uri,
    entryPoint: textOf(context, entryPoint) || null,
  };
}

function sha256Commit(digest: string | undefined): string | undefined {
  return digest?.length === 64 ? digest : undefined;
}

/**
 * What BuildKit takes for a repository of git: by its scheme, or by a path that ends in `.git` before the fragment
 * that names branch and folder (frontend/dockerfile/dfgitutil/git_ref.go).
 */
export function isGitAddress(uri: string): boolean {
  const address = uri.split(/[#?]/, 1)[0] as string;
  return GIT_ADDRESSES.some((form) => form.test(address));
}

const GIT_ADDRESSES: readonly RegExp[] = [
  /^(git:\/\/|ssh:\/\/|git@)/i,
  // With a user, a port or an address in brackets, too; and as `host/path.git`, without a scheme.
  /^https?:\/\/[^/]+\/.*\.git$/i,
  /^[^/:]+(:[0-9]+)?\/.*\.git$/,
  /^[\w.-]+@[\w.-]+:.*\.git$/,
];

/** The object at the end of a path; null where a step is missing. @throws AssertImageError `malformed` where one is no object */
function objectAt(value: Json | undefined, path: readonly string[], what: string): Fields | null {
  let at = value;
  for (const step of path) {
    if (at === undefined || at === null) return null;
    at = new Fields(at, `the predicate of ${what}`, [step]).value(step);
  }
  return at === undefined || at === null ? null : new Fields(at, `${path.join('.')} of ${what}`, NAMES);
}

const NAMES = ['uri', 'digest', 'entryPoint', 'path', 'source', 'revision', 'id', 'buildType'];

/** Real ones have some dozens; they stand in messages and reports, and there is one for each platform. */
const MAX_TEXT_CHARS = 2048;

function textOf(fields: Fields | null, name: string): string | undefined {
  return bounded(name, fields?.string(name));
}

/** @throws AssertImageError `malformed` */
function bounded(name: string, text: string | undefined): string | undefined {
  if (text === undefined || text.length <= MAX_TEXT_CHARS) return text;
  throw new AssertImageError('malformed', `${name} in the provenance has ${text.length} characters.`);
}

function textAt(value: Json | undefined, path: readonly string[], what: string): string | undefined {
  const name = path.at(-1) as string;
  return textOf(objectAt(value, path.slice(0, -1), what), name);
}
