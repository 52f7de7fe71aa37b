/**
 * Docker's own registry server (`docker-registry` of Debian), filled by `umoci` and `skopeo`.
 * Token authentication is distribution's: RS256 tokens of a small service with its own key.
 */
import { type ChildProcess, execFile, execFileSync, spawn } from 'node:child_process';
import { createPrivateKey, createPublicKey, randomUUID, sign, type KeyObject } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:http';
import { type AddressInfo, connect, createServer as createTcpServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';
import type { BuiltImage, BuiltIndex } from './images.ts';
import { descriptorOf } from './images.ts';
import { hasProgram } from './runner.ts';

const execFileAsync = promisify(execFile);

const PROGRAMS = ['docker-registry', 'skopeo', 'umoci', 'htpasswd', 'openssl'];

/** Whether the suite can run here. In CI its absence is an error; on a laptop it is said out loud. */
export function canRunDockerRegistry(): boolean {
  const missing = PROGRAMS.filter((program) => !hasProgram(program));
  if (missing.length === 0) return true;
  if (process.env['ASSERT_IMAGE_REQUIRE_DOCKER_REGISTRY']) throw new Error(`not installed: ${missing.join(', ')}`);
  console.warn(`\n*** SKIPPED: the suite against Docker's own registry needs ${missing.join(', ')} ***\n`);
  return false;
}

export const USERNAME = 'alice';
export const PASSWORD = 'correct-horse-battery';

export interface DockerRegistryOptions {
  readonly auth?: 'none' | 'htpasswd' | 'token';
  readonly tls?: boolean;
}

export class DockerRegistry {
  readonly folder: string;
  readonly port: number;
  readonly options: DockerRegistryOptions;
  #process: ChildProcess | undefined;
  #tokenService: Server | undefined;

  private constructor(folder: string, port: number, options: DockerRegistryOptions) {
    this.folder = folder;
    this.port = port;
    this.options = options;
  }

  static async start(options: DockerRegistryOptions = {}): Promise<DockerRegistry> {
    const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-registry-'));
    const registry = new DockerRegistry(folder, await freePort(), options);
    if (options.tls) makeCertificates(folder);
    const auth = await registry.#authSection();
    const config = {
      version: '0.1',
      log: { level: 'error' },
      storage: { filesystem: { rootdirectory: path.join(folder, 'data') }, delete: { enabled: true } },
      http: {
        addr: `127.0.0.1:${registry.port}`,
        ...(options.tls
          ? { tls: { certificate: path.join(folder, 'server.pem'), key: path.join(folder, 'server.key') } }
          : {}),
      },
      ...auth,
    };
    const file = path.join(folder, 'config.yml');
    writeFileSync(file, JSON.stringify(config)); // JSON is YAML
    registry.#process = spawn('docker-registry', ['serve', file], { stdio: 'ignore' });
    await registry.#untilItListens();
    return registry;
  }

  get host(): string {
    return `127.0.0.1:${this.port}`;
  }

  /** `host:port` of the token service. */
  get authHost(): string {
    return `127.0.0.1:${((this.#tokenService as Server).address() as AddressInfo).port}`;
  }

  get caFile(): string {
    return path.join(this.folder, 'ca.pem');
  }

  /** Pushes a folder in the OCI image layout with skopeo; not synchronously, for the token service is in this process. */
  async push(layout: string, tag: string, repository: string, pushTag = tag): Promise<void> {
    const credentials =
      this.options.auth === undefined || this.options.auth === 'none'
        ? []
        : ['--dest-creds', `${USERNAME}:${PASSWORD}`];
    const target = `docker://${this.host}/${repository}:${pushTag}`;
    await execFileAsync(
      'skopeo',
      [
        '--insecure-policy',
        'copy',
        '-q',
        '--all',
        '--dest-tls-verify=false',
        ...credentials,
        `oci:${layout}:${tag}`,
        target,
      ],
      { timeout: 30_000 },
    );
  }

  async stop(): Promise<void> {
    this.#process?.kill('SIGKILL');
    await new Promise((resolve) => (this.#tokenService ? this.#tokenService.close(resolve) : resolve(undefined)));
    rmSync(this.folder, { recursive: true, force: true });
  }

  async #authSection(): Promise<Record<string, unknown>> {
    if (this.options.auth === 'htpasswd') {
      const file = path.join(this.folder, 'htpasswd');
      writeFileSync(file, execFileSync('htpasswd', ['-nbB', '-C', '4', USERNAME, PASSWORD]));
      return { auth: { htpasswd: { realm: 'sample', path: file } } };
    }
    if (this.options.auth !== 'token') return {};
    const key = makeTokenKey(this.folder);
    this.#tokenService = await startTokenService(key);
    const realm = `http://${this.authHost}/token`;
    return {
      auth: {
        token: { realm, service: 'sample', issuer: ISSUER, rootcertbundle: path.join(this.folder, 'token.pem') },
      },
    };
  }

  async #untilItListens(): Promise<void> {
    for (let attempt = 0; attempt < 200; attempt += 1) {
      const isUp = await new Promise<boolean>((resolve) => {
        const socket = connect(this.port, '127.0.0.1', () => resolve(true));
        socket.on('error', () => resolve(false));
        socket.on('connect', () => socket.destroy());
      });
      if (isUp) return;
      await sleep(50);
    }
    throw new Error('docker-registry did not start within 10 s');
  }
}

/** A one-platform layout, made by umoci as a user would. */
export function makeLayoutWithUmoci(
  folder: string,
  tag: string,
  labels: Record<string, string>,
  env: string[] = [],
): void {
  const image = `${folder}:${tag}`;
  execFileSync('umoci', ['init', '--layout', folder], { stdio: 'ignore' });
  execFileSync('umoci', ['new', '--image', image], { stdio: 'ignore' });
  const options = [
    ...Object.entries(labels).flatMap(([key, value]) => ['--config.label', `${key}=${value}`]),
    ...env.flatMap((entry) => ['--config.env', entry]),
    '--config.user',
    'app',
  ];
  execFileSync('umoci', ['config', '--image', image, ...options], { stdio: 'ignore' });
}

/** Our own layout writer: umoci knows no index. */
export function writeLayout(folder: string, tags: Record<string, BuiltImage | BuiltIndex>): void {
  const blobs = path.join(folder, 'blobs', 'sha256');
  mkdirSync(blobs, { recursive: true });
  writeFileSync(path.join(folder, 'oci-layout'), '{"imageLayoutVersion":"1.0.0"}');
  const put = ({ bytes, digest }: { bytes: Buffer; digest: string }): void =>
    writeFileSync(path.join(blobs, digest.slice('sha256:'.length)), bytes);
  const manifests = Object.entries(tags).map(([tag, built]) => {
    put(built.manifest);
    for (const image of 'children' in built ? built.children : [built]) {
      put(image.manifest);
      put(image.config);
      // skopeo copies layers too, so they have to be there.
      const { layers } = JSON.parse(image.manifest.bytes.toString()) as { layers: { digest: string; size: number }[] };
      if (layers.length > 0) throw new Error('images for a layout are built without layers');
    }
    return { ...descriptorOf(built.manifest), annotations: { 'org.opencontainers.image.ref.name': tag } };
  });
  writeFileSync(path.join(folder, 'index.json'), JSON.stringify({ schemaVersion: 2, manifests }));
}

const ISSUER = 'sample-issuer';

/** A CA and a certificate of 127.0.0.1 that it signed. */
function makeCertificates(folder: string): void {
  const file = (name: string): string => path.join(folder, name);
  const openssl = (...args: string[]): void => void execFileSync('openssl', args, { stdio: 'ignore' });
  openssl(
    'req',
    '-x509',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-days',
    '2',
    '-subj',
    '/CN=Sample CA',
    '-keyout',
    file('ca.key'),
    '-out',
    file('ca.pem'),
  );
  openssl(
    'req',
    '-newkey',
    'rsa:2048',
    '-nodes',
    '-subj',
    '/CN=sample',
    '-keyout',
    file('server.key'),
    '-out',
    file('server.csr'),
  );
  writeFileSync(file('san.cnf'), 'subjectAltName=IP:127.0.0.1');
  openssl(
    'x509',
    '-req',
    '-in',
    file('server.csr'),
    '-CA',
    file('ca.pem'),
    '-CAkey',
    file('ca.key'),
    '-CAcreateserial',
    '-days',
    '2',
    '-extfile',
    file('san.cnf'),
    '-out',
    file('server.pem'),
  );
}

interface TokenKey {
  readonly key: KeyObject;
  /** Base64 of the certificate, as JWT's `x5c` wants it. */
  readonly certificate: string;
}

function makeTokenKey(folder: string): TokenKey {
  const file = (name: string): string => path.join(folder, name);
  execFileSync(
    'openssl',
    [
      'req',
      '-x509',
      '-newkey',
      'rsa:2048',
      '-nodes',
      '-days',
      '2',
      '-subj',
      '/CN=tokens',
      '-keyout',
      file('token.key'),
      '-out',
      file('token.pem'),
    ],
    { stdio: 'ignore' },
  );
  const key = createPrivateKey(readFileSync(file('token.key')));
  createPublicKey(key);
  const certificate = readFileSync(file('token.pem'), 'utf8').replaceAll(/-----[A-Z ]+-----|\s/g, '');
  return { key, certificate };
}

/** Source: distribution docs/content/spec/auth/jwt.md. Grants what is asked to those who have the password. */
async function startTokenService({ key, certificate }: TokenKey): Promise<Server> {
  const server = createServer((request, response) => {
    const url = new URL(request.url ?? '', 'http://token.example');
    const expected = `Basic ${Buffer.from(`${USERNAME}:${PASSWORD}`).toString('base64')}`;
    if (request.headers.authorization !== expected) {
      response
        .writeHead(401, { 'content-type': 'application/json' })
        .end('{"errors":[{"code":"UNAUTHORIZED","message":"wrong password"}]}');
      return;
    }
    const access = url.searchParams.getAll('scope').map((scope) => {
      const [type, name, actions = ''] = scope.split(':');
      return { type, name, actions: actions.split(',') };
    });
    const now = Math.floor(Date.now() / 1000);
    const claims = {
      iss: ISSUER,
      sub: USERNAME,
      aud: url.searchParams.get('service'),
      exp: now + 300,
      nbf: now - 10,
      iat: now,
      jti: randomUUID(),
      access,
    };
    const part = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
    const text = `${part({ typ: 'JWT', alg: 'RS256', x5c: [certificate] })}.${part(claims)}`;
    const token = `${text}.${sign('RSA-SHA256', Buffer.from(text), key).toString('base64url')}`;
    response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify({ token }));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return server;
}

async function freePort(): Promise<number> {
  const server = createTcpServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => server.close(resolve));
  return port;
}
