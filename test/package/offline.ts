/** Run where there is no network but loopback: a registry, and the command on an image that passes and one that fails. */
import { execFile } from 'node:child_process';
import { buildImage, COMMIT, OTHER_COMMIT } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';

const registry = await FakeRegistry.start();
registry.push('app', 'good', buildImage());
const exitCodeOf = (revision: string): Promise<number> =>
  new Promise((resolve) => {
    const args = [process.argv[2] as string, registry.reference('app', 'good'), '--revision', revision];
    const child = execFile(process.execPath, args, { env: { HOME: '/nonexistent' } }, () =>
      resolve(child.exitCode ?? -1),
    );
  });
console.log(`${await exitCodeOf(COMMIT)} ${await exitCodeOf(OTHER_COMMIT)}`);
await registry.stop();
