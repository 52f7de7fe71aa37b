/**
 * A network of a test's own: addresses of every kind on its loopback device, names that a resolver of the
 * test's own answers for, and no way out. It takes user namespaces of Linux; where there are none, the
 * tests that need one are skipped out loud, and in CI that is an error.
 */
import { execFile, spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NODE } from './runner.ts';

/** Of RFC 5737 and RFC 3849, and so public to us; the others are what a registry must not send us to. */
export const ADDRESSES = [
  '203.0.113.10',
  '203.0.113.20',
  '10.0.0.5',
  '10.0.0.6',
  '169.254.169.254',
  '168.63.129.16',
  '192.0.0.1',
  '198.18.0.1',
  '2001:db8::10',
  'fd20:ce::254',
  'fec0::1',
  '64:ff9b::a00:5',
  '2002:a00:5::1',
] as const;

const ENTER = `
set -e
ip link set lo up
for address in $ADDRESSES; do
  case $address in *:*) ip -6 addr add "$address/128" dev lo nodad ;; *) ip addr add "$address/32" dev lo ;; esac
done
for file in hosts resolv.conf nsswitch.conf; do mount --bind "$ETC/$file" "/etc/$file"; done
exec "$@"
`;
const UNSHARE = ['--user', '--map-root-user', '--mount', '--net'];

export function canUnshare(): boolean {
  const { status } = spawnSync('unshare', [...UNSHARE, 'sh', '-c', 'ip link set lo up'], { stdio: 'ignore' });
  if (status === 0) return true;
  if (process.env['ASSERT_IMAGE_REQUIRE_NAMESPACES']) throw new Error('"unshare" or "ip" does not work here');
  console.warn('\n*** SKIPPED: the tests of addresses need user namespaces, and the programs unshare and ip ***\n');
  return false;
}

const LOOPBACK = '127.0.0.1 localhost\n::1 localhost\n';

/** Runs a module in such a network, its input as JSON in its argument; resolves to the JSON that it writes to its result file. */
export async function inNamespace<T>(module: string, input: unknown, hosts = LOOPBACK): Promise<T> {
  const etc = mkdtempSync(path.join(tmpdir(), 'assert-image-etc-'));
  writeFileSync(path.join(etc, 'hosts'), hosts);
  writeFileSync(path.join(etc, 'resolv.conf'), 'nameserver 127.0.0.1\noptions timeout:1 attempts:1\n');
  writeFileSync(path.join(etc, 'nsswitch.conf'), 'hosts: files dns\n');
  const result = path.join(etc, 'result.json');
  try {
    await new Promise<void>((resolve, reject) => {
      const args = [...UNSHARE, 'sh', '-c', ENTER, 'sh', NODE, module, result, JSON.stringify(input)];
      const env = { PATH: process.env['PATH'], ETC: etc, ADDRESSES: ADDRESSES.join(' ') };
      execFile('unshare', args, { env, timeout: 60_000 }, (error, _, stderr) =>
        error ? reject(new Error(`${module}: ${stderr || error.message}`)) : resolve(),
      );
    });
    return JSON.parse(readFileSync(result, 'utf8')) as T;
  } finally {
    rmSync(etc, { recursive: true, force: true });
  }
}
