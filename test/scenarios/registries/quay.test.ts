/** Quay, as a stand-in behind its real host name. */
import { expect, test } from 'vitest';
import { internet, tokensBeside, run, expectError } from '../../support/stand-ins.ts';

test('Quay (okd#4: 401 for missing and private): an error that says both, never missing (A-18)', async () => {
  const challenge = 'Bearer realm="https://quay.io/v2/auth",service="quay.io",scope="repository:acme/app:pull"';
  tokensBeside({ host: 'quay.io', repository: 'acme/app', challenge, accepts: 'never' }, '/v2/auth', undefined);
  expectError(await run('quay.io/acme/app:main'), 'refuses to show', 'private and missing repositories');
  // With the token that its own challenge would bring it is still 401: no second exchange.
  expect(internet.requests.map(({ path }) => path)).toEqual(['/v2/auth', '/v2/acme/app/manifests/main']);
});
