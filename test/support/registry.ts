/**
 * A registry in this process, over real HTTP: registry, token service and CDN each on a port of
 * their own. Behaviour follows the distribution specification and distribution's token.md; every
 * request is written down, so that a test can say what must not be sent.
 */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { OCI_INDEX } from '../../src/image/media-types.ts';
import {
  type Blob,
  blobOf,
  buildBundleArtifact,
  BUNDLE_TYPE,
  type BuiltImage,
  type BuiltIndex,
  descriptorOf,
} from './images.ts';

export type HostName = 'registry' | 'auth' | 'cdn';

export interface SeenRequest {
  readonly host: HostName;
  readonly method: string;
  /** Path and query. */
  readonly path: string;
  readonly headers: IncomingMessage['headers'];
  readonly body: string;
}

/** Answers a request instead of the registry; returns false to let the registry answer. */
export type Override = (request: SeenRequest, response: ServerResponse) => boolean | void | Promise<boolean | void>;

export interface RegistryOptions {
  readonly auth?: 'none' | 'bearer' | 'basic';
  readonly username?: string;
  readonly password?: string;
  /** Whether anonymous requests get a token. */
  readonly isPublic?: boolean;
  readonly cdn?: boolean;
  /** Tags on a page at the most. */
  readonly page?: number;
  /** `api`: referrers are listed by the API; `tag`: by their tag, as clients write it; `empty`: by the tag, and the API lists none. */
  readonly referrers?: 'api' | 'tag' | 'empty';
  /** The token service on the registry's own host and port. */
  readonly sameHostAuth?: boolean;
}

/** What an attached artifact differs in. */
export interface AttachOptions {
  readonly artifactType?: string;
  /** Laid over its entry in lists. */
  readonly entry?: Record<string, unknown>;
  /** Laid over its manifest. */
  readonly manifest?: Record<string, unknown>;
  /** Laid over the descriptor of its subject. */
  readonly subject?: Record<string, unknown>;
}

export const TOKEN = 'token-9d4f2c7a1b';

export class FakeRegistry {
  readonly requests: SeenRequest[] = [];
  readonly connections: Record<HostName, number> = { registry: 0, auth: 0, cdn: 0 };
  readonly options: RegistryOptions;
  readonly #servers = new Map<HostName, Server>();
  readonly #manifests = new Map<string, Blob>();
  readonly #blobs = new Map<string, Blob>();
  readonly #referrers = new Map<string, unknown[]>();
  readonly #overrides: Override[] = [];

  private constructor(options: RegistryOptions) {
    this.options = options;
  }

  static async start(options: RegistryOptions = {}): Promise<FakeRegistry> {
    const registry = new FakeRegistry(options);
    for (const host of ['registry', 'auth', 'cdn'] as const) {
      const server = createServer((request, response) => void registry.#answer(host, request, response));
      server.on('connection', () => (registry.connections[host] += 1));
      await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
      registry.#servers.set(host, server);
    }
    return registry;
  }

  async stop(): Promise<void> {
    for (const server of this.#servers.values()) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
  }

  /** `127.0.0.1:PORT` */
  host(name: HostName = 'registry'): string {
    return `127.0.0.1:${((this.#servers.get(name) as Server).address() as AddressInfo).port}`;
  }

  reference(repository: string, tag: string): string {
    return `${this.host()}/${repository}:${tag}`;
  }

  push(repository: string, tag: string | null, built: BuiltImage | BuiltIndex): void {
    const images = 'children' in built ? built.children : [built];
    for (const image of images) {
      this.putManifest(repository, image.manifest.digest, image.manifest);
      for (const blob of [image.config, ...(image.blobs ?? [])]) this.#blobs.set(`${repository}/${blob.digest}`, blob);
    }
    this.putManifest(repository, built.manifest.digest, built.manifest);
    if (tag !== null) this.putManifest(repository, tag, built.manifest);
  }

  putManifest(repository: string, tagOrDigest: string, blob: Blob): void {
    this.#manifests.set(`${repository}/${tagOrDigest}`, blob);
  }

  deleteManifest(repository: string, tagOrDigest: string): void {
    this.#manifests.delete(`${repository}/${tagOrDigest}`);
  }

  deleteBlob(repository: string, digest: string): void {
    this.#blobs.delete(`${repository}/${digest}`);
  }

  /** Attaches an artifact to a manifest, as `actions/attest` does with push-to-registry. */
  attach(repository: string, subject: Blob, bundle: unknown, options: AttachOptions = {}): void {
    const type = options.artifactType ?? BUNDLE_TYPE;
    const { manifest, blobs } = buildBundleArtifact(subject, bundle, {
      artifactType: type,
      subject: { ...descriptorOf(subject), ...options.subject },
      ...options.manifest,
    });
    this.putManifest(repository, manifest.digest, manifest);
    for (const blob of blobs) this.#blobs.set(`${repository}/${blob.digest}`, blob);
    const entry = { ...descriptorOf(manifest), artifactType: type, ...options.entry };
    const key = `${repository}/${subject.digest}`;
    this.#referrers.set(key, [...(this.#referrers.get(key) ?? []), entry]);
    if (this.options.referrers === 'api') return;
    this.putManifest(repository, subject.digest.replace(':', '-'), this.#listOf(key));
  }

  #listOf(key: string): Blob {
    return blobOf({ schemaVersion: 2, mediaType: OCI_INDEX, manifests: this.#referrers.get(key) ?? [] }, OCI_INDEX);
  }

  override(override: Override): void {
    this.#overrides.push(override);
  }

  /** `GET registry /v2/app/manifests/main`, in order of arrival. */
  lines(): string[] {
    return this.requests.map(({ method, host, path }) => `${method} ${host} ${path}`);
  }

  async #answer(host: HostName, message: IncomingMessage, response: ServerResponse): Promise<void> {
    const chunks: Buffer[] = [];
    for await (const chunk of message) chunks.push(chunk as Buffer);
    const request: SeenRequest = {
      host,
      method: message.method ?? '',
      path: message.url ?? '',
      headers: message.headers,
      body: Buffer.concat(chunks).toString(),
    };
    this.requests.push(request);
    for (const override of this.#overrides) {
      if ((await override(request, response)) !== false) return;
    }
    const path = request.path.split('?')[0] as string;
    if (host === 'cdn') return this.#answerCdn(request, response);
    if (host === 'auth' || path === '/token') return this.#answerToken(request, response);
    if (!this.#isAuthorized(request)) return this.#challenge(path, response);
    if (path === '/v2/') return send(response, 200, '{}', { 'docker-distribution-api-version': 'registry/2.0' });
    if (path === '/v2/_catalog') return this.#answerCatalog(response);
    const list = /^\/v2\/(.+)\/tags\/list$/.exec(path);
    if (list) return this.#answerTags(list[1] as string, request.path, response);
    const referrers = /^\/v2\/(.+)\/referrers\/([^/]+)$/.exec(path);
    if (referrers) return this.#answerReferrers(referrers[1] as string, referrers[2] as string, response);
    const match = /^\/v2\/(.+)\/(manifests|blobs)\/([^/]+)$/.exec(path);
    if (!match) return notFound(response, 'NOT_FOUND');
    const [, repository, kind, name] = match as unknown as [string, string, string, string];
    return kind === 'manifests'
      ? this.#answerManifest(repository, name, response)
      : this.#answerBlob(repository, name, response);
  }

  #answerManifest(repository: string, name: string, response: ServerResponse): void {
    const blob = this.#manifests.get(`${repository}/${name}`);
    if (!blob) return notFound(response, 'MANIFEST_UNKNOWN');
    send(response, 200, blob.bytes, { 'content-type': blob.mediaType, 'docker-content-digest': blob.digest });
  }

  #answerReferrers(repository: string, subject: string, response: ServerResponse): void {
    if (this.options.referrers !== 'api' && this.options.referrers !== 'empty') return notFound(response, 'NOT_FOUND');
    const key = this.options.referrers === 'api' ? `${repository}/${subject}` : '';
    send(response, 200, this.#listOf(key).bytes, { 'content-type': OCI_INDEX });
  }

  #answerCatalog(response: ServerResponse): void {
    const repositories = [...new Set([...this.#manifests.keys()].map((key) => key.slice(0, key.lastIndexOf('/'))))];
    send(response, 200, JSON.stringify({ repositories: repositories.toSorted() }), {
      'content-type': 'application/json',
    });
  }

  /** Pages by `n` and `last` (distribution-spec, Listing Tags), of at most `options.page`. */
  #answerTags(repository: string, path: string, response: ServerResponse): void {
    const query = new URL(path, 'http://registry.example').searchParams;
    const size = Math.min(Number(query.get('n') ?? 100), this.options.page ?? 1000);
    const prefix = `${repository}/`;
    const all = [...this.#manifests.keys()]
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length));
    const tags = all.filter((tag) => !tag.includes(':')).toSorted();
    if (all.length === 0) return notFound(response, 'NAME_UNKNOWN');
    const from = query.get('last') === null ? 0 : tags.indexOf(query.get('last') as string) + 1;
    const page = tags.slice(from, from + size);
    const link =
      from + size < tags.length
        ? { link: `</v2/${repository}/tags/list?n=${size}&last=${page.at(-1)}>; rel="next"` }
        : {};
    send(response, 200, JSON.stringify({ name: repository, tags: page }), {
      'content-type': 'application/json',
      ...link,
    });
  }

  #answerBlob(repository: string, digest: string, response: ServerResponse): void {
    const blob = this.#blobs.get(`${repository}/${digest}`);
    if (!blob) return notFound(response, 'BLOB_UNKNOWN');
    if (this.options.cdn === false)
      return send(response, 200, blob.bytes, { 'content-type': 'application/octet-stream' });
    const location = `http://${this.host('cdn')}/${repository}/${digest}?signature=presigned-5e1f`;
    response.writeHead(307, { location }).end();
  }

  /** As S3 does: a presigned URL and an Authorization header together are an error (catalogue R-2). */
  #answerCdn(request: SeenRequest, response: ServerResponse): void {
    if (request.headers.authorization) return send(response, 400, '<Error>Only one auth mechanism allowed</Error>');
    const blob = this.#blobs.get((request.path.split('?')[0] as string).slice(1));
    if (!blob) return send(response, 404, '<Error>NoSuchKey</Error>');
    send(response, 200, blob.bytes, { 'content-type': 'binary/octet-stream' });
  }

  #answerToken(request: SeenRequest, response: ServerResponse): void {
    const { username, password, isPublic } = this.options;
    const basic = `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
    const given = request.headers.authorization;
    const isAllowed = given === undefined ? (isPublic ?? password === undefined) : given === basic;
    if (!isAllowed) {
      return send(
        response,
        401,
        JSON.stringify({ errors: [{ code: 'UNAUTHORIZED', message: 'incorrect username or password' }] }),
      );
    }
    send(response, 200, JSON.stringify({ token: TOKEN, expires_in: 300 }), { 'content-type': 'application/json' });
  }

  #isAuthorized({ headers }: SeenRequest): boolean {
    const { auth = 'bearer', username, password } = this.options;
    if (auth === 'none') return true;
    if (auth === 'bearer') return headers.authorization === `Bearer ${TOKEN}`;
    return headers.authorization === `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
  }

  #challenge(path: string, response: ServerResponse): void {
    const repository = /^\/v2\/(.+)\/(manifests|blobs|tags)\//.exec(path)?.[1];
    const scope = repository ? `,scope="repository:${repository}:pull"` : '';
    const realm = `http://${this.host(this.options.sameHostAuth ? 'registry' : 'auth')}/token`;
    const challenge =
      this.options.auth === 'basic' ? 'Basic realm="sample"' : `Bearer realm="${realm}",service="sample"${scope}`;
    const body = JSON.stringify({
      errors: [{ code: 'UNAUTHORIZED', message: 'authentication required', detail: [{ secret: 'detail' }] }],
    });
    send(response, 401, body, { 'www-authenticate': challenge, 'content-type': 'application/json' });
  }
}

export function send(
  response: ServerResponse,
  status: number,
  body: string | Buffer,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-length': Buffer.byteLength(body), ...headers }).end(body);
}

function notFound(response: ServerResponse, code: string): void {
  send(response, 404, JSON.stringify({ errors: [{ code, message: code.toLowerCase() }] }), {
    'content-type': 'application/json',
  });
}
