import type { Check } from '../../expectations/check.ts';
import type { Finding } from '../../expectations/provenance/finding.ts';
import type { Image } from '../../image/image.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Revisions, Seen } from '../../gate/verdict.ts';
import { codeSpan } from '../../base/inert.ts';
import { count, formatBytes, formatTime } from '../units.ts';
import { folded, table } from './blocks.ts';
import type { Links } from '../occasion.ts';
import { commitLink } from './links.ts';

/** Longer ones are in the report file. */
const MAX_CELL_CHARS = 200;
/** Of one table; the report file has the rest. */
export const MAX_ROWS = 200;

/** What the image is, a column for each platform. */
export function formatFacts({ image, revisions }: Seen, links: Links, provenance: Finding | null = null): string[] {
  if (image === null) return [];
  const context = { links, revisions };
  const rows = FACTS.map(([title, read]) => [
    title,
    ...image.platforms.map((platform) => read(platform, image, context)),
  ]);
  const told = rows.filter((row) => row.slice(1).some((cell) => cell !== ''));
  const facts = table(['', ...image.platforms.map(({ name }) => codeSpan(name))], told);
  return [...formatSigned(provenance), ...facts];
}

/** One row: who signed, in which run, about which commit. */
function formatSigned(provenance: Finding | null): string[] {
  if (!provenance?.identity) return [];
  const { signer, run, revision } = provenance.identity;
  const cells = [signer, run ?? '', revision ?? ''].map((text) => optional(text || undefined));
  return table(['signed by', 'run', 'about commit'], [cells]);
}

interface Context {
  readonly links: Links;
  readonly revisions: Revisions;
}

type Fact = (platform: PlatformImage, image: Image, context: Context) => string;

const FACTS: readonly (readonly [title: string, read: Fact])[] = [
  ['revision', (platform, _, context) => revisionCell(platform, context)],
  ['version', ({ configFile }) => optional(configFile.config.labels.get('org.opencontainers.image.version'))],
  ['created', ({ configFile: { created } }) => createdCell(created)],
  ['digest', ({ manifestDigest }, image) => digestCell(manifestDigest, image)],
  ['image ID', ({ imageId }, image) => digestCell(imageId, image)],
  ['size', ({ size, layers }) => formatBytes(size) + inLayers(layers.length)],
  ['user', ({ configFile }) => optional(configFile.config.user || undefined)],
  ['entrypoint', ({ configFile }) => listCell(configFile.config.entrypoint)],
  ['cmd', ({ configFile }) => listCell(configFile.config.cmd)],
  ['ports', ({ configFile }) => optional(configFile.config.exposedPorts?.join(', ') || undefined)],
];

/** Whole where there is room; of several platforms the report file has them whole. */
function digestCell(digest: string, { platforms }: Image): string {
  return codeSpan(platforms.length === 1 ? digest : `${digest.slice(0, 'sha256:'.length + 12)}…`);
}

function revisionCell(platform: PlatformImage, { revisions, links }: Context): string {
  const stated = revisions.get(platform.name);
  return stated === undefined ? '' : commitLink(stated, platform, links);
}

function createdCell(created: string | null): string {
  if (created === null) return '';
  const date = new Date(created);
  return Number.isNaN(date.getTime()) ? codeSpan(created, MAX_CELL_CHARS) : formatTime(date);
}

/** Empty where they are not told. */
function inLayers(count: number): string {
  return count === 0 ? '' : ` in ${count} layer${count === 1 ? '' : 's'}`;
}

const optional = (text: string | undefined): string => (text === undefined ? '' : codeSpan(text, MAX_CELL_CHARS));
const listCell = (list: readonly string[] | null): string =>
  list === null || list.length === 0 ? '' : codeSpan(JSON.stringify(list), MAX_CELL_CHARS);

/** Of one image: as many as a thousand expectations on two platforms give. */
const MAX_CHECKS = 2000;

/** What holds, each expectation once. */
export function formatPassed(checks: readonly Check[]): string[] {
  const passed = checks.filter(({ holds }) => holds);
  const failed = new Set(checks.filter(({ holds }) => !holds).map(({ expectation }) => expectation));
  const expectations = [...new Set(passed.map(({ expectation }) => expectation))];
  const told = expectations.slice(0, MAX_CHECKS).map((expectation) => {
    const platforms = passed.filter((check) => check.expectation === expectation).map(({ platform }) => platform ?? '');
    const where = failed.has(expectation) ? ` on ${codeSpan(platforms.join(', '), MAX_CELL_CHARS)}` : '';
    return `- ✅ ${codeSpan(expectation, MAX_CELL_CHARS)}${where}`;
  });
  return told.length === 0 ? [] : [...told, ''];
}

/** Folded away, for there can be hundreds; platforms with the same labels share a table. */
export function formatLabels({ platforms }: Image): string[] {
  const groups = Map.groupBy(platforms, ({ configFile }) => JSON.stringify([...configFile.config.labels]));
  return [...groups.values()].flatMap((group) => {
    const { labels } = (group[0] as PlatformImage).configFile.config;
    const told = [...labels].slice(0, MAX_ROWS);
    const rows = told.map(([key, value]) => [codeSpan(key, MAX_CELL_CHARS), codeSpan(value, MAX_CELL_CHARS)]);
    const places =
      groups.size === 1 ? '' : ` of platform ${group.map((each) => platforms.indexOf(each) + 1).join(', ')}`;
    const cut = labels.size > MAX_ROWS ? `, of which ${MAX_ROWS} are shown` : '';
    return folded(`${count(labels.size, 'label')}${places}${cut}`, table(['label', 'value'], rows));
  });
}
