import type { Check } from '../../expectations/check.ts';
import type { Finding } from '../../expectations/provenance/finding.ts';
import type { Image } from '../../image/image.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Revisions, Seen } from '../../gate/verdict.ts';
import { codeSpan } from '../../base/inert.ts';
import { formatBytes, formatTime } from '../units.ts';
import { folded, table } from './blocks.ts';
import { commitLink, type Links } from './links.ts';

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

/** Failed expectations first: that is what readers look for. */
export function formatChecks(checks: readonly Check[]): string[] {
  const failed = checks.filter(({ holds }) => !holds).slice(0, MAX_CHECKS);
  const allPassed = checks.filter(({ holds }) => holds);
  const passed = allPassed.slice(0, MAX_CHECKS);
  const place = ({ platform }: Check): string => (platform === null ? 'image' : codeSpan(platform));
  const rowOf = (check: Check): string[] => ['✅', place(check), codeSpan(check.expectation, MAX_CELL_CHARS)];
  const rows = failed.map((check) => [
    '❌',
    place(check),
    codeSpan(check.expectation, MAX_CELL_CHARS),
    check.actual === null ? '—' : codeSpan(check.actual, MAX_CELL_CHARS),
  ]);
  const reasons = failed
    .filter(({ message }) => message !== '')
    .map((check) => `- ${place(check)}: ${codeSpan(check.message, 600)}`);
  const passedTable = table(['', 'platform', 'expected'], passed.map(rowOf));
  return [
    ...table(['', 'platform', 'expected', 'actual'], rows),
    ...reasons,
    ...(reasons.length === 0 ? [] : ['']),
    ...(failed.length === 0 ? passedTable : folded(`${allPassed.length} passed`, passedTable)),
  ];
}

/** Folded away: there can be hundreds. */
export function formatLabels({ platforms }: Image): string[] {
  return platforms.flatMap(({ configFile: { config } }, at) => {
    const { size } = config.labels;
    const told = [...config.labels].slice(0, MAX_ROWS);
    const rows = told.map(([key, value]) => [codeSpan(key, MAX_CELL_CHARS), codeSpan(value, MAX_CELL_CHARS)]);
    const platform = platforms.length === 1 ? '' : ` of platform ${at + 1}`;
    const cut = size > MAX_ROWS ? `, of which ${MAX_ROWS} are shown` : '';
    return folded(`${size} label${size === 1 ? '' : 's'}${platform}${cut}`, table(['label', 'value'], rows));
  });
}
