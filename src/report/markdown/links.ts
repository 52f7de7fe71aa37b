import { codeSpan } from '../../base/inert.ts';
import { isCommitId } from '../../expectations/revision/commit-id.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Reference } from '../../reference/reference.ts';
import type { Links, Occasion } from '../occasion.ts';

/** As git abbreviates. */
const SHORT_CHARS = 7;

/** A commit, shortened, and linked where its repository is known. */
export function commitLink(revision: string, platform: PlatformImage | undefined, links: Links): string {
  if (!isCommitId(revision)) return codeSpan(revision, 80);
  const url = repositoryUrl(platform, links);
  const short = codeSpan(revision.slice(0, SHORT_CHARS));
  return url === null ? short : `[${short}](${url}/commit/${revision})`;
}

/** The commits between two, linked where their repository is known; the text alone where it is not. */
export function compareLink(
  text: string,
  [before, after]: readonly [string, string],
  platform: PlatformImage | undefined,
  links: Links,
): string {
  const url = repositoryUrl(platform, links);
  return url !== null && isCommitId(before) && isCommitId(after)
    ? `[${text}](${url}/compare/${before}...${after})`
    : text;
}

/** The run, linked where it has a page. */
export function runLink({ run }: Occasion): string {
  return run.url === null ? '' : `[${run.name}](${run.url})`;
}

/** The page of the image's repository at its registry; empty where none is known. */
export function packageLink(
  { registry, repository, layout }: Reference,
  platform: PlatformImage,
  links: Links,
): string {
  if (layout !== undefined) return '';
  const [owner = '', ...rest] = repository.split('/');
  if (registry === 'docker.io')
    return `[package](https://hub.docker.com/${owner === 'library' ? '_' : `r/${owner}`}/${rest.join('/')})`;
  if (registry === 'quay.io') return `[package](https://quay.io/repository/${repository})`;
  const url = repositoryUrl(platform, links);
  const isOfOwner = url
    ?.slice(links.serverUrl.length + 1)
    .toLowerCase()
    .startsWith(`${owner}/`);
  return registry === 'ghcr.io' && isOfOwner
    ? `[package](${url}/pkgs/container/${encodeURIComponent(rest.join('/'))})`
    : '';
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
