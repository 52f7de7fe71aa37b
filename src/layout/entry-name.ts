import path from 'node:path';
import type { Header } from 'tar-stream';
import { AssertImageError } from '../base/errors.ts';
import { shorten } from '../base/shorten.ts';

/** No other path has a meaning, so none can lead anywhere. */
const WANTED = /^(index\.json|oci-layout|blobs\/sha(256|512)\/[a-f0-9]+)$/;

/** Tells what "docker save" wrote; no image is read from it, so it is as good twice. */
const DOCKER_SAVE = 'manifest.json';

/** What stood in the archive before an entry. */
export interface Seen {
  readonly names: Set<string>;
  readonly links: Set<string>;
}

/** `a/b/c`: `a` and `a/b`. */
function parentsOf(name: string): string[] {
  const parts = name.split('/').slice(0, -1);
  return parts.map((_, at) => parts.slice(0, at + 1).join('/'));
}

/**
 * The name of an entry that we read, null for any other. Tools differ in what they make of a second entry, of
 * another spelling and of a link (tar and skopeo take the last, and follow): each is an error.
 */
export function nameOf({ name, type, linkname, pax }: Header, seen: Seen, file: string): string | null {
  const plain = path.posix.normalize(`/${name}`).slice(1).replace(/\/$/, '');
  const ambiguous = (what: string): AssertImageError =>
    new AssertImageError(
      'ambiguous',
      `${JSON.stringify(file)} has ${shorten(plain, 200)} ${what}; other tools may read another.`,
    );
  // The real name of a sparse file stands in its extended header, or in a form that is not read here.
  if (Object.keys(pax ?? {}).some((key) => key.startsWith('GNU.sparse.'))) throw ambiguous('as a sparse file');
  const through = parentsOf(plain).find((parent) => seen.links.has(parent));
  if (through !== undefined) throw ambiguous('behind a link');
  if (linkname) {
    if (/^(blobs(\/sha(256|512))?)?$/.test(plain)) throw ambiguous('as a link');
    seen.links.add(plain);
  }
  if (plain === DOCKER_SAVE && type === 'file') return plain;
  if (!WANTED.test(plain)) return null;
  if (name.replace(/^\.\//, '') !== plain) throw ambiguous(`also as ${JSON.stringify(name.slice(0, 100))}`);
  if (linkname || (type !== 'file' && type !== 'contiguous-file'))
    throw ambiguous(`as a ${type ?? 'file of another kind'}`);
  if (seen.names.has(plain)) throw ambiguous('twice');
  seen.names.add(plain);
  return plain;
}
