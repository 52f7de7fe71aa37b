import type { ProxyUrl } from './proxy.ts';
import type { SecureContext } from 'node:tls';

/** One request. */
export interface Request {
  readonly method: 'GET' | 'HEAD' | 'POST';
  readonly url: URL;
  readonly headers: Readonly<Record<string, string>>;
  readonly body?: string;
  /** A body of a 2xx answer above this many bytes is an error. */
  readonly maxBytes: number;
  /** A body of a 2xx answer that is shorter was cut: known from a descriptor. Absent: any length will do. */
  readonly minBytes?: number;
  /** Waited for before a body grows beyond so many bytes, so that not all that are under way are large at once. */
  readonly beforeLarge?: { readonly bytes: number; readonly wait: () => Promise<void> };
  readonly signal: AbortSignal;
  /** Of the look that asks, among those that are under way at once; absent: the first. */
  readonly lane?: number;
  /**
   * The path is one that this program has written, and may be shown in the debug log. What a server names
   * (redirects, realms, next pages) may carry a signature in its path.
   */
  readonly isPathOurs?: boolean;
}

/** What a server says of a refusal. */
export interface StatedError {
  readonly code: string;
  readonly message: string;
}

/** What every connection of a run has in common. */
export interface Network {
  /** The certificate authorities to trust; read at the first call, which takes some milliseconds. */
  readonly authorities: () => SecureContext;
  /** The proxy for a URL, or null for a direct connection. */
  readonly proxyFor: (url: URL) => ProxyUrl | null;
  /** Called after each request; for the debug log. */
  readonly onExchange: (exchange: Request, status: number, bytes: number, ms: number) => void;
  /** The fix for a certificate that is not trusted, where the environment explains it; null elsewhere. */
  readonly tlsHint: string | null;
  readonly userAgent: string;
  /** What the body of a refusal says, in the form of those who are asked. */
  readonly readErrors: (body: Uint8Array) => readonly StatedError[];
  /** Takes out what an answer repeats of our secrets, before a message quotes or cuts it. */
  readonly redact: (text: string) => string;
}
