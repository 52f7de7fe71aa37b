/** Docker Hub's API and its token. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { Internet, json } from '../support/internet.ts';
import { runAction } from '../support/runner.ts';

const PASSWORD = 'Sup3rS3cretPassw0rd-XYZ';

let internet: Internet;

beforeEach(async () => void (internet = await Internet.start()));

afterEach(() => internet.stop());

test("Docker Hub's API gives a token, or nothing that is sent on", async () => {
  internet.site('hub.docker.com', ({ path }, response) =>
    path === '/v2/auth/token'
      ? json(response, 200, { access_token: 'not a token' })
      : json(response, 200, { results: [], next: null }),
  );
  const run = await runAction({
    inputs: { ...internet.inputs, image: 'docker.io/acme/*:main', username: 'u', password: PASSWORD },
    env: internet.env,
  });
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain('the token of hub.docker.com holds characters that no token has');
  expect(internet.conversation()).toHaveLength(1);
});
