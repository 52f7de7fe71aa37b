import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { canRunDockerRegistry, DockerRegistry, PASSWORD, USERNAME, writeLayout } from '../support/docker-registry.ts';
import { buildTwoPlatforms } from '../support/images.ts';
import { runAction, type Run } from '../support/runner.ts';

const canRun = canRunDockerRegistry();

describe.skipIf(!canRun)('docker-registry with htpasswd over TLS with a private authority (H-10)', () => {
  const layouts = mkdtempSync(path.join(tmpdir(), 'assert-image-layouts-'));
  let registry: DockerRegistry;
  beforeAll(async () => {
    writeLayout(layouts, { main: buildTwoPlatforms({ manifest: { layers: [] } }) });
    registry = await DockerRegistry.start({ auth: 'htpasswd', tls: true });
    await registry.push(layouts, 'main', 'acme/app');
  });
  afterAll(async () => {
    await registry.stop();
    rmSync(layouts, { recursive: true, force: true });
  });

  const run = (inputs: Record<string, string>): Promise<Run> =>
    runAction({
      inputs: {
        image: `${registry.host}/acme/app:main`,
        'plain-http': 'none',
        username: USERNAME,
        password: PASSWORD,
        ...inputs,
      },
    });

  test('with the authority and the right password: pass', async () => {
    const result = await run({ 'ca-file': registry.caFile });
    expect(result.stdout).toContain('assert-image: pass');
    expect(result.exitCode).toBe(0);
  });

  test('with a wrong password: exit code 2', async () => {
    const result = await run({ 'ca-file': registry.caFile, password: 'wrong-password' });
    expect(result.stdout).toContain('were rejected by');
    expect(result.exitCode).toBe(2);
  });

  test('without the authority: exit code 2, and a text that names ca-file', async () => {
    const result = await run({});
    expect(result.stdout).toContain('ca-file');
    expect(result.exitCode).toBe(2);
  });
});
