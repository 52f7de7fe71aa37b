import { AssertImageError } from './errors.ts';
import type { Expectations } from './expectations/expectations.ts';
import { commitOfEvent } from './expectations/event-commit.ts';
import type { Expectation, FieldKind } from './expectations/expectation.ts';
import { formatExpectation } from './expectations/expectation.ts';
import { parseExpectation } from './expectations/parse.ts';
import { isCommitId, parseRevisionFrom, type RevisionExpectation } from './expectations/revision.ts';
import { payloadText, type RunEvent } from './inputs/event.ts';
import type { InputName } from './inputs/names.ts';
import type { Problem, RawInputs } from './inputs/raw-inputs.ts';
import { type Digest, parseDigest } from './reference/digest.ts';
import { parseRegistryHost } from './reference/host.ts';
import { parseWantedPlatform, type WantedPlatform } from './reference/platform.ts';
import { parseReference, type Reference } from './reference/reference.ts';
import type { PlainHttp, TrustedAuthHost } from './source/registry/hosts.ts';

/** Everything that was asked, parsed. Times in milliseconds. */
export interface Settings {
  readonly images: readonly Reference[];
  readonly platforms: readonly WantedPlatform[] | 'all';
  readonly expectations: Expectations;
  readonly failOnMismatch: boolean;
  readonly summary: boolean;
  readonly timeoutMs: number;
  readonly registry: RegistrySettings;
}

export interface RegistrySettings {
  /** For the one registry of `image`; null: none given. */
  readonly login: { readonly username: string; readonly password: string } | null;
  /** Whose they are; empty where there is no login. */
  readonly loginRegistry: string;
  readonly githubToken: string;
  /** Path of a PEM file; empty: none. */
  readonly caFile: string;
  readonly plainHttp: PlainHttp;
  readonly trustedAuthHosts: readonly TrustedAuthHost[];
}

const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/**
 * Raw inputs to settings: every parser is called once, and every problem of every input is
 * reported at once.
 *
 * @throws AssertImageError `input` that lists them all
 */
export function parseSettings(inputs: RawInputs, event: RunEvent, found: readonly Problem[]): Settings {
  const reader = new Reader(inputs, found);
  const images = reader.lines('image', parseReference);
  const settings: Settings = {
    images,
    platforms: reader.keywordOrList('platforms', 'all', parseWantedPlatform),
    expectations: {
      revision: reader.whole('revision', (text) => parseRevision(text, event)) ?? null,
      revisionFrom: reader.whole('revision-from', parseRevisionFrom) ?? [],
      digest: reader.whole('digest', (text): Digest | null => (text === 'any' ? null : parseDigest(text))) ?? null,
      fields: [...reader.expectations('labels', 'label'), ...reader.expectations('env', 'env')],
    },
    failOnMismatch: reader.boolean('fail-on-mismatch'),
    summary: reader.boolean('summary'),
    timeoutMs: reader.whole('timeout', (text) => parseDurationMs(text, 1)) ?? 0,
    registry: {
      login: reader.login(images),
      loginRegistry: images[0]?.registry ?? '',
      githubToken: inputs.values['github-token'].trim(),
      caFile: inputs.values['ca-file'].trim(),
      plainHttp: reader.whole('plain-http', parsePlainHttp) ?? { loopback: true, hosts: [] },
      trustedAuthHosts: reader.listOrNone('trusted-auth-hosts', parseTrustedAuthHost),
    },
  };
  const allowed = reader.keywordOrList('allowed-registries', 'any', parseRegistryHost);
  for (const { registry } of images) reader.assertAllowed(registry, allowed);
  reader.assertNoProblems();
  return settings;
}

function parseRevision(text: string, event: RunEvent): RevisionExpectation | null {
  if (text === 'any') return null;
  const head = payloadText(event, 'pull_request', 'head', 'sha');
  if (text === 'auto') return { commit: commitOfEvent(event), hints: { pullRequestHead: head } };
  if (isCommitId(text) && !/^0+$/.test(text)) return { commit: text.toLowerCase(), hints: { pullRequestHead: head } };
  throw new AssertImageError('input', `${JSON.stringify(text)} is no full commit ID.`, {
    hint: 'Give all 40 or 64 hex digits (an abbreviation can be met by chance), auto or any.',
  });
}

/** Reads `90s`, `10m`, `1h30m`. */
function parseDurationMs(text: string, minMs: number): number {
  const match = /^(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,6})s)?$/.exec(text);
  const [hours, minutes, seconds] = (match ?? []).slice(1).map((part) => Number(part ?? 0)) as [
    number?,
    number?,
    number?,
  ];
  const ms = ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
  if (match === null || text === '' || ms < minMs || ms > MAX_TIMEOUT_MS) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is no time that can be waited for.`, {
      hint: `Write ${minMs > 0 ? 'at least 1s' : '0s'} and at most 24h, like 90s, 10m or 1h30m.`,
    });
  }
  return ms;
}

function parsePlainHttp(text: string): PlainHttp {
  if (text === 'none') return { loopback: false, hosts: [] };
  const items = splitList(text);
  if (items.length === 0 || items.includes('none')) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is no list of registries.`, {
      hint: 'Write host[:port] and loopback, with commas between, or none alone.',
    });
  }
  const hosts = items.filter((item) => item !== 'loopback').map(parseRegistryHost);
  return { loopback: items.includes('loopback'), hosts };
}

function parseTrustedAuthHost(text: string): TrustedAuthHost {
  const parts = text.split('=');
  if (parts.length !== 2 || parts.includes('')) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is no pair.`, { hint: 'Write registry=auth-host.' });
  }
  const [registry, authHost] = parts as [string, string];
  return { registry: parseRegistryHost(registry), authHost: parseAuthHost(authHost) };
}

/** As a URL has it: without the default port. */
function parseAuthHost(text: string): string {
  if (!/^[A-Za-z0-9.:[\]-]+$/.test(text) || !URL.canParse(`https://${text}`)) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is no host.`, { hint: 'Write host or host:port.' });
  }
  return new URL(`https://${text}`).host;
}

function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

/** Calls parsers and collects what they refuse. */
class Reader {
  readonly #inputs: RawInputs;
  readonly #problems: Problem[];

  constructor(inputs: RawInputs, found: readonly Problem[]) {
    this.#inputs = inputs;
    this.#problems = [...found];
  }

  /** One value; undefined where it is wrong or empty, which has been reported. */
  whole<T>(name: InputName, parse: (text: string) => T): T | undefined {
    const text = this.#inputs.values[name].trim();
    return text === '' ? undefined : this.#attempt(name, undefined, () => parse(text));
  }

  boolean(name: InputName): boolean {
    const value = this.whole(name, (text) => {
      if (/^(true|True|TRUE)$/.test(text)) return true;
      if (/^(false|False|FALSE)$/.test(text)) return false;
      throw new AssertImageError('input', `${JSON.stringify(text)} is neither true nor false.`);
    });
    return value ?? true;
  }

  /** One item a line; blank lines and comments do not count. */
  lines<T>(name: InputName, parse: (text: string) => T): T[] {
    const lines = this.#inputs.values[name]
      .split(/\r\n|\n|\r/)
      .map((text, at) => ({ text: text.trim(), line: at + 1 }));
    const items = lines.filter(({ text }) => text !== '' && !text.startsWith('#'));
    if (items.length === 0 && this.#inputs.values[name].trim() !== '') {
      this.#problems.push({ input: name, message: 'it holds nothing but comments.' });
    }
    return items.flatMap(({ text, line }) => {
      const item = this.#attempt(name, lines.length > 1 ? line : undefined, () => parse(text));
      return item === undefined ? [] : [item];
    });
  }

  /** An empty list is wrong: `${{ a }},${{ b }}` may have become a comma. */
  keywordOrList<K extends string, T>(name: InputName, keyword: K, parse: (text: string) => T): K | T[] {
    const text = this.#inputs.values[name].trim();
    if (text === keyword) return keyword;
    const items = splitList(text);
    if (items.length === 0 && text !== '') this.#problems.push({ input: name, message: 'the list is empty.' });
    return items.flatMap((part) => this.#attempt(name, undefined, () => parse(part)) ?? []);
  }

  listOrNone<T>(name: InputName, parse: (text: string) => T): T[] {
    const items = this.keywordOrList(name, 'none', parse);
    return items === 'none' ? [] : items;
  }

  expectations(name: InputName, kind: FieldKind): Expectation[] {
    if (this.#inputs.values[name].trim() === 'none') return [];
    const seen = new Set<string>();
    return this.lines(name, (text) => {
      const expectation = parseExpectation(text, kind);
      const meaning = formatExpectation(expectation);
      if (seen.has(meaning)) {
        throw new AssertImageError('input', `${meaning} is expected twice.`, {
          hint: 'Remove one of the lines; did a value with a line break in it get in?',
        });
      }
      seen.add(meaning);
      return expectation;
    });
  }

  /** Both or neither, and for one registry only: credentials go nowhere by accident. */
  login(images: readonly Reference[]): RegistrySettings['login'] {
    const username = this.#inputs.values.username.trim();
    const { password } = this.#inputs.values;
    if (username === '' && password === '') return null;
    if (username === '' || password === '') {
      const [empty, set] = username === '' ? ['username', 'password'] : ['password', 'username'];
      this.#problems.push({
        input: empty,
        message: `it is empty, but ${set} is given.`,
        hint: 'Give both or neither; is the secret set, and may this run see it?',
      });
      return null;
    }
    const registries = [...new Set(images.map(({ registry }) => registry))];
    if (registries.length > 1) {
      this.#problems.push({
        input: 'username',
        message: `the images are in several registries (${registries.join(', ')}), and the credentials are of one.`,
        hint: 'Log in to each with docker/login-action, and leave out username and password.',
      });
    }
    return { username, password };
  }

  assertAllowed(registry: string, allowed: readonly string[] | 'any'): void {
    if (allowed === 'any' || allowed.includes(registry)) return;
    this.#problems.push({
      input: 'allowed-registries',
      message: `the registry ${registry} is not one of ${allowed.join(', ')}.`,
      hint: 'Nothing was sent to it.',
    });
  }

  assertNoProblems(): void {
    if (this.#problems.length === 0) return;
    const texts = this.#problems.map(({ input, line, message, hint }) => {
      const where = line === undefined ? input : `${input}, line ${line}`;
      return `${where}: ${hint === undefined ? message : `${message} ${hint}`}`;
    });
    throw new AssertImageError('input', texts.join('\n'));
  }

  #attempt<T>(input: InputName, line: number | undefined, parse: () => T): T | undefined {
    try {
      return parse();
    } catch (error) {
      if (!(error instanceof AssertImageError)) throw error;
      this.#problems.push({ input, ...(line === undefined ? {} : { line }), message: error.message, hint: error.hint });
      return undefined;
    }
  }
}
