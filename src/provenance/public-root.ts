import { AssertImageError } from '../base/errors.ts';
import embedded from './public-root.json' with { type: 'json' };
import { PUBLIC_INSTANCE } from './identity.ts';
import { parseTrustedRoot, type TrustedRoots } from './trusted-root.ts';
import { type TufRepository, type TufVersions, visitTuf } from './tuf.ts';

/** The repository of Sigstore's public instance. Source: sigstore/root-signing. */
export const TUF_ORIGIN = 'https://tuf-repo-cdn.sigstore.dev';
export const TARGET = 'trusted_root.json';

/** A root of trust, and how old it is. */
export interface DatedRoots {
  readonly roots: TrustedRoots;
  /** When it was known to be the newest, in RFC 3339; null for a file of the user's. */
  readonly date: string | null;
  readonly notices: readonly string[];
}

/** A root that this release carries: `npm run roots` writes it, with the date of its visit. */
export interface EmbeddedRoot {
  readonly fetchedAt: string;
  readonly versions: TufVersions | null;
  /** Base64. */
  readonly root: string;
  readonly trustedRoot: string;
}

const MAX_AGE_DAYS = 180;
const DAY_MS = 24 * 60 * 60 * 1000;
/** Faults of the moment, after which the root that is embedded will do for a while. */
const UNREACHABLE: ReadonlySet<string> = new Set([
  'unreachable',
  'timeout',
  'unavailable',
  'rate-limited',
  'tls',
  'denied',
]);

/**
 * The root of the public instance as it is today; the one that this release carries, with a notice, where its
 * repository cannot be reached.
 *
 * @throws AssertImageError `protocol` for an answer that is not to be trusted, also where the embedded one is too old
 */
export async function refreshPublicRoot(
  repository: TufRepository,
  now: Date,
  { fetchedAt, versions, ...start }: EmbeddedRoot = embedded,
): Promise<DatedRoots> {
  const known = Buffer.from(start.trustedRoot, 'base64');
  try {
    const root = Buffer.from(start.root, 'base64');
    const { target } = await visitTuf(repository, { root, versions }, { name: TARGET, known });
    return { roots: rootsOf(target), date: now.toISOString(), notices: [] };
  } catch (error) {
    if (!(error instanceof AssertImageError) || !UNREACHABLE.has(error.code)) throw error;
    const days = Math.floor((now.getTime() - Date.parse(fetchedAt)) / DAY_MS);
    if (days > MAX_AGE_DAYS) throw tooOldError(days, error);
    const notice = `Sigstore's trusted root could not be refreshed (${error.message.replace(/\.$/, '')}); that of ${fetchedAt.slice(0, 10)} was used.`;
    return { roots: rootsOf(known), date: fetchedAt, notices: [notice] };
  }
}

function rootsOf(document: Uint8Array): TrustedRoots {
  const root = parseTrustedRoot(document, "Sigstore's trusted root");
  if (root.instance !== PUBLIC_INSTANCE)
    throw new AssertImageError('protocol', "Sigstore's trusted root is of another instance.");
  return new Map([[root.instance, root]]);
}

function tooOldError(days: number, cause: AssertImageError): AssertImageError {
  return new AssertImageError(
    'protocol',
    `Sigstore's trusted root could not be refreshed, and the one that this release carries is ${days} days old: ${cause.message}`,
    {
      hint: `More than ${MAX_AGE_DAYS} days are too many. Use a newer release, or give a file as trusted-root.`,
      cause,
    },
  );
}
