/**
 * A stand-in for a registry that workflows use, behind its real host name; test/scenarios/registries has a file for each.
 * Behind each stands the source of what it does; [K] marks what is known only from hearsay.
 */
import { afterEach, beforeEach, expect } from 'vitest';
import { buildImage, type BuiltImage } from './images.ts';
import { Internet, json, registryError } from './internet.ts';
import { runAction, type Run } from './runner.ts';

export const image = buildImage();
export let internet: Internet;
beforeEach(async () => void (internet = await Internet.start()));
afterEach(() => internet.stop());

export const basic = (username: string, password: string): string =>
  `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
export const PASSWORD = 'pa55-word-of-alice';
export const TOKEN = 'opaque-token-1f2e3d';

export interface Registry {
  readonly host: string;
  readonly repository: string;
  readonly challenge: string | null;
  /** What lets a request in. */
  readonly accepts: string | null;
  readonly unauthorizedStatus?: number;
  readonly unauthorizedBody?: unknown;
  readonly blobHost?: string;
  readonly built?: BuiltImage;
  readonly headers?: Record<string, string>;
  readonly contentType?: string;
}

export function serve(registry: Registry): void {
  const built = registry.built ?? image;
  internet.site(registry.host, ({ path, headers }, response) => {
    if (registry.accepts !== null && headers.authorization !== registry.accepts) {
      const challenge: Record<string, string> =
        registry.challenge === null ? {} : { 'www-authenticate': registry.challenge };
      return json(
        response,
        registry.unauthorizedStatus ?? 401,
        registry.unauthorizedBody ?? registryError('UNAUTHORIZED'),
        challenge,
      );
    }
    if (path === `/v2/${registry.repository}/manifests/main`) {
      const extra = registry.headers ?? { 'docker-content-digest': built.manifest.digest };
      return void response
        .writeHead(200, { 'content-type': registry.contentType ?? built.manifest.mediaType, ...extra })
        .end(built.manifest.bytes);
    }
    if (path === `/v2/${registry.repository}/blobs/${built.config.digest}`) {
      if (registry.blobHost === undefined) return void response.writeHead(200).end(built.config.bytes);
      return void response
        .writeHead(307, { location: `https://${registry.blobHost}/config?X-Signature=presigned-77` })
        .end();
    }
    return json(response, 404, registryError('MANIFEST_UNKNOWN'));
  });
  if (registry.blobHost === undefined) return;
  internet.site(registry.blobHost, ({ headers }, response) => {
    // S3, Azure and R2 refuse a presigned URL that comes with credentials (R-2).
    if (headers.authorization)
      return void response.writeHead(400).end('<Error>Only one auth mechanism allowed</Error>');
    response.writeHead(200).end(built.config.bytes);
  });
}

/** A token service that wants exactly one Authorization header, or none. */
export function tokens(
  host: string,
  path: string,
  accepts: string | undefined,
  answer: unknown = { token: TOKEN },
): void {
  internet.site(host, (request, response) => {
    if (request.path !== path) return json(response, 404, {});
    if (request.headers.authorization !== accepts)
      return json(response, 401, registryError('UNAUTHORIZED', 'incorrect username or password'));
    return json(response, 200, answer);
  });
}

/** Both on one host, as most registries have it. */
export function tokensBeside(registry: Registry, path: string, accepts: string | undefined): void {
  serve(registry);
  const rest = internet.siteOf(registry.host);
  internet.site(registry.host, (request, response) => {
    if (request.path !== path) return rest(request, response);
    if (request.headers.authorization !== accepts)
      return json(response, 403, registryError('DENIED', 'requested access is denied'));
    return json(response, 200, { token: TOKEN, expires_in: 300 });
  });
}

export function run(
  reference: string,
  inputs: Record<string, string> = {},
  env: Record<string, string> = {},
): Promise<Run> {
  return runAction({ inputs: { image: reference, ...internet.inputs, ...inputs }, env: { ...internet.env, ...env } });
}

export const login = { username: 'alice', password: PASSWORD };
export const config = (auths: Record<string, unknown>): Record<string, string> => ({
  DOCKER_AUTH_CONFIG: JSON.stringify({ auths }),
});
export const authOf = (username: string, password: string): { auth: string } => ({
  auth: Buffer.from(`${username}:${password}`).toString('base64'),
});

export function expectPass(result: Run): void {
  expect(result.stdout).toContain('assert-image: pass');
  expect(result.exitCode).toBe(0);
}

export function expectError(result: Run, ...texts: string[]): void {
  expect(result.exitCode).toBe(2);
  expect(result.outputs['result']).toBe('error');
  for (const text of texts) expect(result.stdout).toContain(text);
  expect(result.stdout).not.toContain('detail-secret');
}
