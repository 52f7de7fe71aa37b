/** Harbor, as a stand-in behind its real host name. */
import { describe, expect, test } from 'vitest';
import {
  internet,
  basic,
  PASSWORD,
  TOKEN,
  type Registry,
  serve,
  tokensBeside,
  run,
  login,
  expectPass,
  expectError,
} from '../../support/stand-ins.ts';

describe('Harbor (harbor#3114: the realm is built from an external URL that is often http)', () => {
  const harbor: Registry = {
    host: 'harbor.example.com',
    repository: 'team/app',
    challenge: 'Bearer realm="https://harbor.example.com/service/token",service="harbor-registry"',
    accepts: `Bearer ${TOKEN}`,
  };

  test('a robot with $ and +, a challenge without a scope (A-4)', async () => {
    tokensBeside(harbor, '/service/token', basic('robot$team+ci', PASSWORD));
    expectPass(await run('harbor.example.com/team/app:main', { username: 'robot$team+ci', password: PASSWORD }));
  });

  test('an http realm behind https is refused, and the text says what to fix (A-16)', async () => {
    serve({ ...harbor, challenge: 'Bearer realm="http://harbor.example.com/service/token",service="harbor-registry"' });
    expectError(
      await run('harbor.example.com/team/app:main', login),
      'http://harbor.example.com; not asked',
      'external URL set to https',
    );
    expect(internet.requests).toHaveLength(1);
  });
});
