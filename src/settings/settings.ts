import type { Expectations } from '../expectations/expectations.ts';
import type { WorkspaceFile } from '../inputs/workspace-file.ts';
import type { Run } from '../inputs/run.ts';
import type { Problem, RawInputs } from '../inputs/raw-inputs.ts';
import { parseRegistryHost } from '../reference/host.ts';
import { parseWantedPlatform, type WantedPlatform } from '../reference/platform.ts';
import type { TrustedRoots } from '../provenance/trusted-root.ts';
import { parseReference, type Reference } from '../reference/reference.ts';
import { parseSelector, type Selector } from '../reference/selector.ts';
import type { PlainHttp, TrustedAuthHost } from '../registry/hosts.ts';
import { readExpectations } from './expect.ts';
import { readTrustedRoot } from './signatures.ts';
import type { Parsers } from './parsers.ts';
import type { Login } from './login.ts';
import { Reader } from './reader.ts';
import {
  type CommentMode,
  parseCount,
  parseRequire,
  parseCommentMode,
  parseDurationMs,
  parsePlainHttp,
  parseTrustedAuthHost,
} from './values.ts';

/** Everything that was asked, parsed. Times in milliseconds. */
export interface Settings {
  readonly images: readonly Selector[];
  /** What one pattern may select. */
  readonly maxImages: number;
  readonly require: 'all' | 'any';
  readonly platforms: readonly WantedPlatform[] | 'all';
  readonly expectations: Expectations;
  /** Of a file; null: that of the public instance, kept fresh. */
  readonly trustedRoots: TrustedRoots | null;
  /** What the author should know of the settings themselves. */
  readonly notices: readonly string[];
  readonly failOnMismatch: boolean;
  readonly compareWith: Reference | null;
  readonly summary: boolean;
  readonly comment: CommentMode;
  /** The job's matrix as JSON; tells its comments apart. */
  readonly matrix: string;
  readonly timeoutMs: number;
  /** 0: one look. */
  readonly waitTimeoutMs: number;
  readonly registry: RegistrySettings;
}

export interface RegistrySettings {
  /** For the one registry of `image`; null: none given. */
  readonly login: Login | null;
  /** Whose they are; empty where there is no login. */
  readonly loginRegistry: string;
  readonly githubToken: string;
  /** Path of a PEM file; empty: none. */
  readonly caFile: string;
  readonly plainHttp: PlainHttp;
  readonly trustedAuthHosts: readonly TrustedAuthHost[];
  readonly allowed: readonly string[] | 'any';
}

/** All that settings are made of. */
export interface Given {
  readonly inputs: RawInputs;
  readonly run: Run;
  readonly policy: WorkspaceFile | null;
  readonly trustedRoot: WorkspaceFile | null;
  readonly parsers: Parsers;
  /** What is known to be wrong. */
  readonly problems: readonly Problem[];
}

/**
 * Raw inputs to settings: every parser is called once, and every problem of every input is
 * reported at once.
 *
 * @throws AssertImageError `input` that lists them all
 */
export function parseSettings({ inputs, run, policy, trustedRoot, parsers, problems }: Given): Settings {
  const reader = new Reader(inputs, problems);
  const images = reader.lines('image', parseSelector);
  const { expectations, notices } = readExpectations(reader, run, policy, parsers);
  const settings: Settings = {
    images,
    maxImages: reader.whole('max-images', parseCount) ?? 0,
    require: reader.whole('require', parseRequire) ?? 'all',
    platforms: reader.keywordOrList('platforms', 'all', parseWantedPlatform),
    expectations,
    trustedRoots: readTrustedRoot(reader, trustedRoot, parsers),
    notices,
    failOnMismatch: reader.boolean('fail-on-mismatch'),
    compareWith: reader.whole('compare-with', (text) => (text === 'none' ? null : parseReference(text))) ?? null,
    summary: reader.boolean('summary'),
    comment: reader.whole('comment', parseCommentMode) ?? 'never',
    matrix: reader.text('matrix'),
    waitTimeoutMs: reader.whole('wait-timeout', (text) => parseDurationMs(text, 0)) ?? 0,
    timeoutMs: reader.whole('timeout', (text) => parseDurationMs(text, 1)) ?? 0,
    registry: {
      login: reader.login(images),
      loginRegistry: images.find(({ registry }) => registry !== '')?.registry ?? '',
      githubToken: reader.text('github-token'),
      caFile: reader.text('ca-file'),
      plainHttp: reader.whole('plain-http', parsePlainHttp) ?? { loopback: true, hosts: [] },
      trustedAuthHosts: reader.listOrNone('trusted-auth-hosts', parseTrustedAuthHost),
      allowed: reader.keywordOrList('allowed-registries', 'any', parseRegistryHost),
    },
  };
  const references = settings.compareWith === null ? images : [...images, settings.compareWith];
  for (const { registry } of references.filter((reference) => reference.registry !== ''))
    reader.assertAllowed(registry, settings.registry.allowed);
  reader.assertNoProblems();
  return settings;
}
