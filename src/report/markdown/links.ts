import { codeSpan } from '../../base/inert.ts';
import { isCommitId } from '../../expectations/revision/commit-id.ts';
import type { PlatformImage } from '../../image/platform-image.ts';

/** Where commits can be looked at. */
export interface Links {
  /** `GITHUB_SERVER_URL`, without a slash at its end; empty by hand. */
  readonly serverUrl: string;
  /** `owner/name` of this repository. */
  readonly repository: string;
}

/** A commit, linked where its repository is known. */
export function commitLink(revision: string, platform: PlatformImage | undefined, links: Links): string {
  const url = repositoryUrl(platform, links);
  return url !== null && isCommitId(revision)
    ? `[${codeSpan(revision.slice(0, 12))}](${url}/commit/${revision})`
    : codeSpan(revision, 80);
}

/** The commits between two, linked where their repository is known. */
export function compareLink(
  before: string,
  after: string,
  platform: PlatformImage | undefined,
  links: Links,
): string | null {
  const url = repositoryUrl(platform, links);
  return url !== null && isCommitId(before) && isCommitId(after)
    ? `[commits between](${url}/compare/${before}...${after})`
    : null;
}

/**
 * The repository that the image names as its source, else this one. Only on this very server, and
 * put together from checked parts: the label is the image's to write.
 */
function repositoryUrl(platform: PlatformImage | undefined, { serverUrl, repository }: Links): string | null {
  if (serverUrl === '') return null;
  const source = platform?.configFile.config.labels.get('org.opencontainers.image.source') ?? '';
  const path = source.startsWith(`${serverUrl}/`)
    ? source.slice(serverUrl.length + 1).replace(/(\.git)?\/?$/, '')
    : repository;
  const name = /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/.test(path) ? path : repository;
  return /^[A-Za-z0-9_.-]+\/[A-Za-z0-9_.-]+$/.test(name) ? `${serverUrl}/${name}` : null;
}
