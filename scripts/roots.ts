/**
 * Writes src/provenance/public-root.json: the root of trust of Sigstore's public instance, fetched by TUF from the one
 * that is there, with the date of this visit; nothing where it is the same and its date is not old. `--seed <date>`
 * begins again with what the package @sigstore/tuf carries, which is as old as that date.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import type { EmbeddedRoot } from '../src/provenance/public-root.ts';
import { TARGET, TUF_ORIGIN } from '../src/provenance/public-root.ts';
import { visitTuf } from '../src/provenance/tuf.ts';

const root = path.resolve(import.meta.dirname, '..');
const file = path.join(root, 'src/provenance/public-root.json');

async function fetchFile(name: string): Promise<Uint8Array | null> {
  const answer = await fetch(`${TUF_ORIGIN}/${name}`, { redirect: 'error' });
  if (answer.status === 404 || answer.status === 403) return null;
  if (!answer.ok) throw new Error(`${name}: HTTP ${answer.status}`);
  return new Uint8Array(await answer.arrayBuffer());
}

function seed(date: string): EmbeddedRoot {
  const seeds = JSON.parse(readFileSync(path.join(root, 'node_modules/@sigstore/tuf/seeds.json'), 'utf8')) as Record<
    string,
    { 'root.json': string; targets: Record<string, string> }
  >;
  const { 'root.json': tufRoot, targets } = seeds[TUF_ORIGIN] as (typeof seeds)[string];
  return { fetchedAt: new Date(date).toISOString(), versions: null, root: tufRoot, trustedRoot: targets[TARGET] ?? '' };
}

async function refresh(before: EmbeddedRoot): Promise<EmbeddedRoot> {
  const start = { root: Buffer.from(before.root, 'base64'), versions: before.versions };
  const known = Buffer.from(before.trustedRoot, 'base64');
  const visit = await visitTuf({ fetch: fetchFile }, start, { name: TARGET, known });
  const encode = (bytes: Uint8Array): string => Buffer.from(bytes).toString('base64');
  return {
    fetchedAt: new Date().toISOString(),
    versions: visit.versions,
    root: encode(visit.root),
    trustedRoot: encode(visit.target),
  };
}

/** The root that a release carries may be 180 days old. */
const MAX_AGE_DAYS = 60;

function isWorthIt(before: EmbeddedRoot, next: EmbeddedRoot): boolean {
  const days = (Date.parse(next.fetchedAt) - Date.parse(before.fetchedAt)) / (24 * 60 * 60 * 1000);
  return before.root !== next.root || before.trustedRoot !== next.trustedRoot || days > MAX_AGE_DAYS;
}

const [, , option, date] = process.argv;
const before = JSON.parse(readFileSync(file, 'utf8')) as EmbeddedRoot;
const next = option === '--seed' ? seed(date ?? '') : await refresh(before);
if (option === '--seed' || isWorthIt(before, next)) {
  writeFileSync(file, `${JSON.stringify(next, null, 2)}\n`);
  console.log(`${path.relative(root, file)}: the root of ${next.fetchedAt}`);
} else {
  console.log(`${path.relative(root, file)}: unchanged, and its date is recent`);
}
