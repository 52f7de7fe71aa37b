import type { Deadline } from '../base/deadline.ts';
import { AssertImageError } from '../base/errors.ts';
import { type Descriptor, parseDescriptor } from '../image/descriptor.ts';
import { ACCEPT_MANIFESTS, OCI_INDEX } from '../image/media-types.ts';
import { Fields } from '../json/fields.ts';
import { parseStrictJson } from '../json/strict-json.ts';
import type { FollowedResponse } from '../net/redirects.ts';
import type { Digest } from '../reference/digest.ts';
import { toAnswerError } from './answer-errors.ts';
import type { Conversation } from './conversation.ts';

const MAX_LIST_BYTES = 4 * 1024 * 1024;
const INDEX_NAMES = ['schemaVersion', 'mediaType', 'artifactType', 'manifests', 'annotations', 'subject'];
/** What says that this registry could not tell; every other refusal means that it has no such list. */
const TROUBLE: ReadonlySet<number> = new Set([401, 403, 408, 429]);

/** Whom to ask, and about which repository. */
export interface Asked {
  readonly conversation: Conversation;
  readonly registry: string;
  readonly repository: string;
  readonly origin: string;
  readonly hadCredentials: () => boolean;
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
export async function listReferrers(asked: Asked, subject: Digest, deadline: Deadline): Promise<readonly Descriptor[]> {
  const byApi = await request(asked, `referrers/${subject}`, OCI_INDEX, deadline);
  if (byApi !== null && byApi.length > 0) return byApi;
  return (await request(asked, `manifests/${referrersTag(subject)}`, ACCEPT_MANIFESTS, deadline)) ?? [];
}

/** The entries of an index; null where there is none to be read. */
async function request(
  { conversation, registry, repository, origin, hadCredentials }: Asked,
  path: string,
  accept: string,
  deadline: Deadline,
): Promise<readonly Descriptor[] | null> {
  const url = new URL(`/v2/${repository}/${path}`, origin);
  const { signal, lane } = deadline;
  const limits = { maxBytes: MAX_LIST_BYTES, signal, lane, isPathOurs: true };
  const scope = `repository:${repository}:pull`;
  const answer = await conversation.authorized({ method: 'GET', url, headers: { accept }, ...limits }, scope, deadline);
  if (answer.status === 200) return entriesOf(answer);
  if (TROUBLE.has(answer.status) || answer.status >= 500)
    throw toAnswerError(answer, `the attestations of ${registry}/${repository}`, registry, hadCredentials());
  return null;
}

function entriesOf({ body, url }: FollowedResponse): readonly Descriptor[] | null {
  try {
    const what = `the list of ${url.host}`;
    const fields = new Fields(parseStrictJson(body, what), what, INDEX_NAMES);
    return fields.list('manifests')?.map((entry, at) => parseDescriptor(entry, `entry ${at + 1} of ${what}`)) ?? null;
  } catch (error) {
    if (error instanceof AssertImageError) return null;
    throw error;
  }
}
