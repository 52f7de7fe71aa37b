import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import { type Descriptor, parseDescriptor } from '../image/descriptor.ts';
import { ACCEPT_MANIFESTS, OCI_INDEX } from '../image/media-types.ts';
import { Fields } from '../json/fields.ts';
import { type Json, parseStrictJson } from '../json/strict-json.ts';
import type { FollowedResponse } from '../net/redirects.ts';
import type { Digest } from '../reference/digest.ts';
import { parseRetryAfter } from '../net/retry.ts';
import { hasMore } from '../net/next-page.ts';
import { header } from '../net/transport.ts';
import { notFoundMeaning, toAnswerError } from './answer-errors.ts';
import type { Conversation } from './conversation.ts';

const MAX_LIST_BYTES = 4 * 1024 * 1024;
const INDEX_NAMES = ['schemaVersion', 'mediaType', 'artifactType', 'manifests', 'annotations', 'subject'];
/** The registry says that it does not know; every other refusal of the API means that it has no such list. */
const TROUBLE: ReadonlySet<number> = new Set([401, 403, 408, 429]);

/** The entries of a list, and whether there are pages behind it. */
export interface Referrers {
  readonly entries: readonly Descriptor[];
  /** Of entries that cannot be read; each is judged on its own. */
  readonly broken: readonly AssertImageError[];
  readonly isCut: boolean;
}

/** Whom to ask, and about which repository. */
export interface Asked {
  readonly conversation: Conversation;
  readonly registry: string;
  readonly repository: string;
  readonly origin: string;
  readonly credentialsFrom: () => string | null;
}

/** The tag under which clients list referrers where a registry does not (distribution-spec, Referrers Tag Schema). */
export function referrersTag(subject: Digest): string {
  return subject.replace(':', '-');
}

/**
 * What refers to a manifest: by the referrers API, and by its tag where that answers with 404, with what is no
 * list, or with an empty one. Its artifact types and annotations are hearsay, for registries get them wrong.
 *
 * @throws AssertImageError where the registry did not let us look
 */
export async function listReferrers(asked: Asked, subject: Digest, deadline: Deadline): Promise<Referrers> {
  const byApi = await request(asked, `referrers/${subject}`, OCI_INDEX, deadline);
  const list = byApi.status === 200 ? entriesOf(byApi) : null;
  if (list !== null && (list.entries.length + list.broken.length > 0 || list.isCut)) return list;
  const byTag = await request(asked, `manifests/${referrersTag(subject)}`, ACCEPT_MANIFESTS, deadline);
  if (byTag.status === 404 && notFoundMeaning(byTag) !== 'denied') return NONE;
  const found = byTag.status === 200 ? entriesOf(byTag) : null;
  if (found === null) throw refusalError(asked, byTag);
  return found;
}

const NONE: Referrers = { entries: [], broken: [], isCut: false };

/** @throws AssertImageError where the registry says that it does not know */
async function request(asked: Asked, path: string, accept: string, deadline: Deadline): Promise<FollowedResponse> {
  const { conversation, repository, origin } = asked;
  const url = new URL(`/v2/${repository}/${path}`, origin);
  const { signal, lane } = deadline;
  const limits = { maxBytes: MAX_LIST_BYTES, signal, lane, isPathOurs: true };
  const scope = `repository:${repository}:pull`;
  const answer = await conversation.authorized({ method: 'GET', url, headers: { accept }, ...limits }, scope, deadline);
  if (TROUBLE.has(answer.status) || answer.status >= 500) throw refusalError(asked, answer);
  return answer;
}

function refusalError({ registry, repository, credentialsFrom }: Asked, answer: FollowedResponse): AssertImageError {
  const what = `the attestations of ${registry}/${repository}`;
  const pause = parseRetryAfter(header(answer, 'retry-after'), Date.now());
  if (answer.status === 403 && pause !== null)
    return new AssertImageError('rate-limited', `${registry} limits the rate (403), when asked for ${what}.`, {
      retryAfterMs: pause,
    });
  if (answer.status === 408)
    return new AssertImageError('unavailable', `${registry} is in trouble: HTTP 408, when asked for ${what}.`);
  return toAnswerError(answer, what, registry, credentialsFrom());
}

/** Null for what is no list; a manifest that happens to have that tag is one of nothing. @throws AssertImageError `too-large` */
function entriesOf(answer: FollowedResponse): Referrers | null {
  try {
    const what = `the list of ${answer.url.host}`;
    const fields = new Fields(parseStrictJson(answer.body, what), what, INDEX_NAMES);
    const read = (fields.list('manifests') ?? []).map((entry, at) => tryRead(entry, `entry ${at + 1} of ${what}`));
    const broken = read.filter((entry) => entry instanceof AssertImageError).slice(0, MAX_BROKEN);
    const entries = read.filter((entry): entry is Descriptor => !(entry instanceof AssertImageError));
    return { entries, broken, isCut: hasMore(answer) };
  } catch (error) {
    if (error instanceof AssertImageError && error.code !== 'too-large') return null;
    throw error;
  }
}

/** The rest of them tells no more. */
const MAX_BROKEN = 3;

function tryRead(entry: Json, what: string): Descriptor | AssertImageError {
  try {
    return parseDescriptor(entry, what);
  } catch (error) {
    if (error instanceof AssertImageError) return error;
    throw error;
  }
}
