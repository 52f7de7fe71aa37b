import { AssertImageError } from '../base/errors.ts';
import { parseRegistryHost } from '../reference/host.ts';
import type { PlainHttp, TrustedAuthHost } from '../registry/hosts.ts';

/** Times that a workflow can wait for: a job on GitHub's runners ends after 6 hours, on others after days. */
const MAX_TIMEOUT_MS = 24 * 60 * 60 * 1000;

/** Reads `90s`, `10m`, `1h30m`. */
export function parseDurationMs(text: string, minMs: number): number {
  const match = /^(?:([0-9]{1,4})h)?(?:([0-9]{1,5})m)?(?:([0-9]{1,6})s)?$/.exec(text);
  const [hours, minutes, seconds] = (match ?? []).slice(1).map((part) => Number(part ?? 0)) as [
    number?,
    number?,
    number?,
  ];
  const ms = ((hours ?? 0) * 3600 + (minutes ?? 0) * 60 + (seconds ?? 0)) * 1000;
  if (match === null || text === '' || ms < minMs || ms > MAX_TIMEOUT_MS) {
    const limits = `${minMs > 0 ? '1s' : '0s'} to 24h`;
    const hint = /^[0-9]+$/.test(text)
      ? `It needs a unit: ${text}s, ${text}m; ${limits}.`
      : `Write 90s, 10m or 1h30m; ${limits}.`;
    throw new AssertImageError('input', `${JSON.stringify(text)} is not a length of time.`, { hint });
  }
  return ms;
}

export function parsePlainHttp(text: string): PlainHttp {
  if (text === 'none') return { loopback: false, hosts: [] };
  const items = splitList(text);
  if (items.length === 0 || items.includes('none')) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is not a list of registries.`, {
      hint: 'Write host[:port] and loopback, with commas between, or none alone.',
    });
  }
  const hosts = items.filter((item) => item !== 'loopback').map(parseRegistryHost);
  return { loopback: items.includes('loopback'), hosts };
}

export function parseTrustedAuthHost(text: string): TrustedAuthHost {
  const parts = text.split('=');
  if (parts.length !== 2 || parts.includes('')) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is not a pair.`, {
      hint: 'Write registry=auth-host.',
    });
  }
  const [registry, authHost] = parts as [string, string];
  return { registry: parseRegistryHost(registry), authHost: parseAuthHost(authHost) };
}

/** As a URL has it: without the default port. */
function parseAuthHost(text: string): string {
  if (!/^[A-Za-z0-9.:[\]-]+$/.test(text) || !URL.canParse(`https://${text}`)) {
    throw new AssertImageError('input', `${JSON.stringify(text)} is not a host.`, { hint: 'Write host or host:port.' });
  }
  return new URL(`https://${text}`).host;
}

export function splitList(text: string): string[] {
  return text.split(/[\s,]+/).filter((part) => part !== '');
}

const COMMENT_MODES = ['never', 'always', 'on-failure'] as const;
export type CommentMode = (typeof COMMENT_MODES)[number];

export function parseCommentMode(text: string): CommentMode {
  const mode = COMMENT_MODES.find((known) => known === text);
  if (mode) return mode;
  throw new AssertImageError('input', `${JSON.stringify(text)} is not a mode.`, {
    hint: `Use ${COMMENT_MODES.slice(0, -1).join(', ')} or ${COMMENT_MODES.at(-1)}.`,
  });
}

/** One pattern selects no more than a registry lists in a few pages. */
const MAX_COUNT = 10_000;

export function parseCount(text: string): number {
  if (/^[1-9][0-9]{0,4}$/.test(text) && Number(text) <= MAX_COUNT) return Number(text);
  throw new AssertImageError('input', `${JSON.stringify(text)} is not a number of images.`, {
    hint: `Use a whole number from 1 to ${MAX_COUNT}.`,
  });
}

export function parseRequire(text: string): 'all' | 'any' {
  if (text === 'all' || text === 'any') return text;
  throw new AssertImageError('input', `${JSON.stringify(text)} is neither all nor any.`, { hint: 'Use all or any.' });
}
