/** The commands that are compared, each as a person would type it. */
import { execFileSync } from 'node:child_process';
import path from 'node:path';
import { ROOT } from '../../test/support/runner.ts';

const PEERS = path.join(ROOT, '.tmp/peers/bin');
const VERSIONS = path.join(ROOT, '.tmp/peers/versions');
export const PEER_PATH = `${process.env['PATH']}:${PEERS}`;
const CA_FILE = path.join(ROOT, 'test/support/tls/ca.pem');
/** Ahead of the PATH, as Go programs and Node see them. */
export const PEER_ENV = { PATH: PEER_PATH, HOME: path.join(ROOT, '.tmp'), SSL_CERT_FILE: CA_FILE };

export interface Tool {
  readonly name: string;
  /** What it tells of an index of two platforms. */
  readonly platforms: 'one' | 'both';
  readonly needs: string;
  readonly command: (reference: string) => readonly string[];
  readonly version: readonly string[];
}

export const OURS = 'assert-image';
export const CRANE = 'crane config';
export const TWO_CRANES = 'crane config, twice in a row';

/** `--revision any`: a run by hand has no commit to compare with. */
export const ourCommand = (reference: string, ...more: string[]): string[] => [
  process.execPath,
  path.join(ROOT, 'dist/index.js'),
  '--image',
  reference,
  '--ca-file',
  CA_FILE,
  '--revision',
  'any',
  '--env',
  'NODE_ENV=production',
  ...more,
];

const CRANE_ONE = 'crane config --platform';
export const TOOLS: readonly Tool[] = [
  {
    name: OURS,
    platforms: 'both',
    needs: process.execPath,
    command: (reference) => ourCommand(reference),
    version: ['sh', '-c', `echo this repository, Node ${process.version}`],
  },
  {
    name: CRANE,
    platforms: 'one',
    needs: 'crane',
    command: (reference) => ['crane', 'config', '--platform', 'linux/amd64', reference],
    version: ['sh', '-c', `grep -h crane ${VERSIONS} || crane version`],
  },
  {
    name: TWO_CRANES,
    platforms: 'both',
    needs: 'crane',
    command: (reference) => [
      'sh',
      '-c',
      `${CRANE_ONE} linux/amd64 "$1" && ${CRANE_ONE} linux/arm64 "$1"`,
      'sh',
      reference,
    ],
    version: ['true'],
  },
  {
    name: 'skopeo inspect --config',
    platforms: 'one',
    needs: 'skopeo',
    command: (reference) => ['skopeo', 'inspect', '--config', `docker://${reference}`],
    version: ['skopeo', '--version'],
  },
  {
    name: 'oras manifest fetch-config',
    platforms: 'one',
    needs: 'oras',
    command: (reference) => ['oras', 'manifest', 'fetch-config', '--platform', 'linux/amd64', reference],
    version: ['sh', '-c', `grep -h oras ${VERSIONS} || oras version`],
  },
  {
    name: 'docker buildx imagetools inspect',
    platforms: 'both',
    needs: 'docker-buildx',
    command: (reference) => ['docker-buildx', 'imagetools', 'inspect', '--format', '{{json .Image}}', reference],
    version: ['docker-buildx', 'version'],
  },
];

export function isInstalled(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { env: PEER_ENV, stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}

export function versionOf({ version }: Tool): string {
  const [program = '', ...args] = version;
  return execFileSync(program, args, { env: PEER_ENV, encoding: 'utf8' }).trim().split('\n')[0] ?? '';
}
