/** A proxy password that cannot be read. */
import { expect, test } from 'vitest';
import { run } from '../support/one-image.ts';

test('a proxy password with a bare % is an error that says so', async () => {
  const result = await run(
    {},
    { image: 'r.example.com/app:main' },
    { HTTPS_PROXY: 'http://user:pa%ss@proxy.example.com:3128' },
  );
  expect(result.stdout).toContain('HTTPS_PROXY does not hold a proxy');
  expect(result.stdout).not.toContain('pa%ss');
  expect(result.exitCode).toBe(2);
});
