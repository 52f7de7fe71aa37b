import type { PlatformImage } from '../image/platform-image.ts';
import { shorten } from '../base/shorten.ts';
import type { Seen } from '../gate/verdict.ts';

/** One thing that changed; null: it was not, or is not there. */
export interface Change {
  readonly what: string;
  readonly before: string | null;
  readonly after: string | null;
}

/** What differs between two images on one platform. */
export interface PlatformDiff {
  readonly platform: string;
  /** Where only one of the two has it. */
  readonly only: 'before' | 'after' | null;
  readonly changes: readonly Change[];
  readonly size: { readonly before: number; readonly after: number } | null;
  /** Full stated revisions, for a link to the commits between. */
  readonly revisions: { readonly before: string; readonly after: string } | null;
}

/** Old to new, platform by platform. Environment variables by name only, because values may be secret. */
export function diffImages(before: Seen, after: Seen | undefined): PlatformDiff[] {
  if (before.image === null || !after?.image || !after.isTold) return [];
  const [olds, news] = [before.image.platforms, after.image.platforms];
  const names = [...new Set([...news, ...olds].map(({ name }) => name))];
  return names.map((name) => {
    const [old, now] = [olds, news].map((platforms) => platforms.find((platform) => platform.name === name));
    if (!old || !now)
      return { platform: name, only: old ? 'before' : 'after', changes: [], size: null, revisions: null };
    const revisions = {
      before: before.revisions.get(name) ?? null,
      after: after.revisions.get(name) ?? null,
    };
    return {
      platform: name,
      only: null,
      changes: changesOf(old, now, revisions),
      size: { before: old.size, after: now.size },
      revisions:
        revisions.before !== null && revisions.after !== null && revisions.before !== revisions.after
          ? (revisions as { before: string; after: string })
          : null,
    };
  });
}

function changesOf(
  old: PlatformImage,
  now: PlatformImage,
  revision: { before: string | null; after: string | null },
): Change[] {
  const [a, b] = [old.configFile.config, now.configFile.config];
  const list = (value: readonly string[] | null): string | null => (value === null ? null : JSON.stringify(value));
  const sorted = (value: readonly string[] | null): string | null => list(value?.toSorted() ?? null);
  const all: Change[] = [
    { what: 'digest', before: old.manifestDigest, after: now.manifestDigest },
    { what: 'revision', ...revision },
    ...mapChanges('label', a.labels, b.labels),
    ...envChanges(a.env.values, b.env.values),
    { what: 'user', before: a.user || null, after: b.user || null },
    { what: 'entrypoint', before: list(a.entrypoint), after: list(b.entrypoint) },
    { what: 'cmd', before: list(a.cmd), after: list(b.cmd) },
    { what: 'working directory', before: a.workingDir || null, after: b.workingDir || null },
    { what: 'ports', before: sorted(a.exposedPorts), after: sorted(b.exposedPorts) },
    { what: 'volumes', before: sorted(a.volumes), after: sorted(b.volumes) },
    { what: 'layers', before: String(old.layers.length), after: String(now.layers.length) },
  ];
  return all.filter(({ before, after }) => before !== after).map(told);
}

/** Enough to see what it was; a text can be megabytes, and is told up to four times. */
const MAX_TOLD_CHARS = 4096;

function told({ what, before, after }: Change): Change {
  const cut = (text: string | null): string | null => text && shorten(text, MAX_TOLD_CHARS);
  return { what: shorten(what, MAX_TOLD_CHARS), before: cut(before), after: cut(after) };
}

function mapChanges(kind: string, before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys.map((key) => ({
    what: `${kind} ${key}`,
    before: before.get(key) ?? null,
    after: after.get(key) ?? null,
  }));
}

function envChanges(before: ReadonlyMap<string, string>, after: ReadonlyMap<string, string>): Change[] {
  const keys = [...new Set([...before.keys(), ...after.keys()])].toSorted();
  return keys
    .filter((key) => before.get(key) !== after.get(key))
    .map((key) => ({
      what: `env ${key}`,
      before: before.has(key) ? 'set' : null,
      after: after.has(key) ? (before.has(key) ? 'set to another value' : 'set') : null,
    }));
}
