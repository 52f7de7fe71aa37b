import { codeSpan } from '../../base/inert.ts';
import type { Look, Verdict } from '../../gate/verdict.ts';
import { latestCreated } from '../../image/created.ts';
import type { Image } from '../../image/image.ts';
import { formatPinned } from '../../reference/reference.ts';
import { agreedVersion } from '../agreed.ts';
import type { Occasion } from '../occasion.ts';
import { formatBytes, formatTime } from '../units.ts';
import { fence } from './blocks.ts';
import { commitLink, packageLink, runLink } from './links.ts';

const SEPARATOR = ' · ';
/** More would be a wall. */
const MAX_PLATFORMS = 8;
/** What can be copied at once. */
const MAX_PINNED = 3;

/** The line of facts: of the image, where there is one, and of the run. */
export function formatFactsLine({ looks, waited }: Verdict, occasion: Occasion, ofRun: readonly string[]): string[] {
  const [only] = looks.length === 1 ? looks : [];
  const facts = [
    ...(only ? factsOf(only, occasion) : []),
    ...(waited ? [`waited ${waited.seconds} s`] : []),
    ...ofRun.filter((fact) => !waited || !fact.startsWith('took ')),
  ].filter((fact) => fact !== '');
  return facts.length === 0 ? [] : [facts.join(SEPARATOR), ''];
}

/** What a job summary says of its run. */
export function factsOfRun(occasion: Occasion): string[] {
  return [`took ${formatSeconds(occasion.tookMs)}`, runLink(occasion)];
}

/** The last line of a comment: a reader has to know of which commit, run and time it speaks. */
export function formatFoot({ run, now, links }: Occasion): string {
  const commit = run.commit === null ? '' : commitLink(run.commit, undefined, links);
  const link = run.url === null ? run.name : `[${run.name}](${run.url})`;
  return [commit, link, formatTime(now)].filter((part) => part !== '').join(SEPARATOR);
}

function factsOf({ image, reference }: Look, { links }: Occasion): string[] {
  const [first] = image?.platforms ?? [];
  if (!image || !reference || first === undefined) return [];
  const version = agreedVersion(image);
  return [
    packageLink(reference, first, links),
    platformsText(image),
    version === null ? '' : codeSpan(version, 60),
    builtText(image),
    formatBytes(Math.max(...image.platforms.map(({ size }) => size))),
  ];
}

/** Names of platforms are the image's to write. */
function platformsText({ platforms, unchecked }: Image): string {
  const names = platforms.slice(0, MAX_PLATFORMS).map(({ name }) => platformText(name));
  const more = platforms.length - names.length;
  const rest = unchecked.length === 0 ? '' : ` (${unchecked.length} more not checked)`;
  return `${names.join(', ')}${more > 0 ? ` and ${more} more` : ''}${rest}`;
}

function platformText(name: string): string {
  return /^[a-z0-9]{1,20}(\/[a-z0-9]{1,20}){1,2}$/.test(name) ? name : codeSpan(name, 60);
}

function builtText(image: Image): string {
  const created = latestCreated(image);
  return created === null ? '' : `built ${formatTime(new Date(created))}`;
}

function formatSeconds(ms: number): string {
  return ms < 10_000 ? `${(ms / 1000).toFixed(1)} s` : `${Math.round(ms / 1000)} s`;
}

/** The reference by its digest, to copy: what was read; of several, what can be deployed. */
export function formatDigests({ looks, result }: Verdict, { require }: Occasion): string[] {
  const isMany = looks.length > 1;
  const shown =
    isMany && (result !== 'pass' || require === 'any') ? (result === 'pass' ? looks.slice(0, 1) : []) : looks;
  const pinned = shown.flatMap(({ reference, image }) =>
    reference && image ? [formatPinned(reference, image.digest)] : [],
  );
  const distinct = [...new Set(pinned)];
  return distinct.length > MAX_PINNED ? [] : fence(distinct);
}
