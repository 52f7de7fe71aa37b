import { AssertImageError } from '../base/errors.ts';

/** Prefixes by which other tools name other places than a registry. */
const TRANSPORTS = /^(oci|oci-archive|docker-archive|docker-daemon|containers-storage|dir|ostree|https?):/i;

/** An `@` that starts no digest may end a password or a token: such a text is never repeated. */
export function refuseCredentials(input: string): void {
  const rest = input.replace(/@(sha256|sha384|sha512|md5|blake3):[0-9a-zA-Z]*$/, '');
  if (!rest.includes('@')) return;
  throw new AssertImageError(
    'input',
    'the image reference has an "@" that starts no digest; it may hold credentials, so it is not repeated here.',
    {
      hint: 'A digest is written @sha256:…; did an expression evaluate to nothing? Credentials go into the inputs username and password, or come from ⟦login⟧.',
    },
  );
}

export function refuseForeignText(text: string, input: string): void {
  if (/^[^$]+\$$|^\^/.test(text))
    throw invalidReferenceError(
      input,
      'it looks like a regular expression',
      'Patterns are * and ?, not regular expressions.',
    );
  if (/\$|\{\{|\}\}/.test(text)) {
    throw invalidReferenceError(input, 'it holds an unexpanded variable or expression', '⟦expression⟧');
  }
  if (/[\s\u0000-\u001f\u007f]/u.test(text))
    throw invalidReferenceError(input, 'it holds white space or a control character', spaceHint(text));
  const transport = TRANSPORTS.exec(text)?.[1];
  if (transport === undefined) return;
  if (/^https?$/i.test(transport))
    throw invalidReferenceError(input, 'it is a URL', 'Leave out the scheme: host/repository:tag.');
  throw invalidReferenceError(
    input,
    `the transport "${transport}:" is not supported here`,
    `An OCI image layout is oci-layout:PATH[:tag]. For an image on Docker Hub that is called "${transport}", write docker.io/library/${transport}.`,
  );
}

function spaceHint(text: string): string {
  return /[,;]|\S\s+\S/.test(text)
    ? 'Write one reference per line, without commas.'
    : 'Remove it; did a value end in a line break?';
}

/** Text that Docker silently reads as an official image on Docker Hub, against the author's intent. */
export function refuseOneSegmentTraps(name: string, tag: string | null, input: string): void {
  if (name.includes('/')) return;
  const full = `docker.io/library/${name}${tag === null ? '' : `:${tag}`}`;
  const hint = `Write host/repository:tag; if you do mean the official image on Docker Hub, write ${full}.`;
  if (name === 'localhost' || name.startsWith('[') || name.includes('.')) {
    throw invalidReferenceError(input, 'it looks like a registry host, and the repository is missing', hint);
  }
  if (tag !== null && looksLikePort(tag)) {
    throw invalidReferenceError(input, 'it looks like host:port, and the repository is missing', hint);
  }
  if (/^[a-f0-9]{64}$/.test(name) || (/^sha(256|512)$/.test(name) && tag !== null && /^[a-f0-9]{64,}$/.test(tag))) {
    throw invalidReferenceError(input, 'it is a bare digest', 'Write registry/repository@sha256:….');
  }
}

/** Ports in use by registries; `node:20` and `redis:7` are tags, `app:20261101` is no port. */
function looksLikePort(tag: string): boolean {
  if (!/^[1-9][0-9]*$/.test(tag)) return false;
  const port = Number(tag);
  return port === 80 || port === 443 || (port >= 1024 && port <= 65535);
}

export function invalidReferenceError(input: string, reason: string, hint: string): AssertImageError {
  return new AssertImageError('input', `invalid reference ${JSON.stringify(input)}: ${reason}.`, { hint });
}
