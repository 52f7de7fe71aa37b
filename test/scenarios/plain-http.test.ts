/** Credentials over HTTP. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Internet } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

const PASSWORD = 'Sup3rS3cretPassw0rd-XYZ';

let internet: Internet;

beforeEach(async () => void (internet = await Internet.start()));

afterEach(() => internet.stop());

test('credentials go over HTTP to no host that plain-http does not name, also where it is trusted', async () => {
  const registry = await FakeRegistry.start({ username: 'u', password: PASSWORD });
  registry.override(({ path }, response) => {
    if (path.startsWith('/token')) return false;
    response.writeHead(401, { 'www-authenticate': 'Bearer realm="http://auth.example.com/token"' }).end();
    return true;
  });
  const run = await runAction({
    inputs: {
      image: registry.reference('app', 'main'),
      username: 'u',
      password: PASSWORD,
      'trusted-auth-hosts': `${registry.host()}=auth.example.com`,
    },
    env: { http_proxy: `http://${internet.proxyHost}` },
  });
  await registry.stop();
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain('names as its token service http://auth.example.com; not asked');
});
