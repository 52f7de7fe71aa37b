/**
 * Names that the peers' suites ask for, where code has changed its shape since they were written. They run against a
 * checkout (see .ci/run), and take from here what is here.
 */
import type { Index, Manifest } from '../src/image/manifest.ts';
import { notAnImageError } from '../src/image/document-kind.ts';
import { parseManifest as parse } from '../src/image/manifest.ts';
import { fetchToken as fetch, type Token, type TokenRequest } from '../src/registry/auth/token.ts';
import type { TimeLimit } from '../src/base/deadline.ts';

// What has only moved.
export { AssertImageError } from '../src/base/errors.ts';
export { inertJson, inertLines, logLine, visible } from '../src/base/inert.ts';
export { commitOfEvent } from '../src/ci/github/commit.ts';
export { findCredentials } from '../src/credentials/credentials.ts';
export { dockerConfigStores } from '../src/credentials/docker-config.ts';
export { evaluateCel, parseCel } from '../src/expectations/cel/cel.ts';
export { parsePartialPattern, parsePattern } from '../src/expectations/field/pattern.ts';
export { parseDescriptor } from '../src/image/descriptor.ts';
export { chooseChallenge, parseChallenges } from '../src/registry/auth/challenge.ts';

/**
 * An index that calls itself an artifact is judged by its entries (src/image/index-tree.ts), which a parser of one
 * document does not have: without an entry for a platform it was, and is, no container image by itself.
 */
export function parseManifest(bytes: Uint8Array, contentType: string | undefined, what: string): Index | Manifest {
  const document = parse(bytes, contentType, what);
  if (document.kind === 'index' && document.artifactType !== null) throw notAnImageError('it is an artifact', what);
  return document;
}

/** The deadline came in two parts. */
export function fetchToken(request: Omit<TokenRequest, 'limit'> & TimeLimit): Promise<Token> {
  return fetch({ ...request, limit: request });
}
