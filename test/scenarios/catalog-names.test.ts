/** Names of a catalog, before they stand in a request. */
import { expect, test } from 'vitest';
import { FakeRegistry, send } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

test('a name of a catalog stands in no request before its grammar is checked', async () => {
  const registry = await FakeRegistry.start({ sameHostAuth: true });
  const names = ['team/../private/x', 'team/b:pull repository:private/y', 'team/%2e%2e/z', 'team/A'];
  registry.override(({ path }, response) =>
    path.startsWith('/v2/_catalog') ? send(response, 200, JSON.stringify({ repositories: names })) : false,
  );
  const run = await runAction({ inputs: { image: `${registry.host()}/team/**:*` } });
  await registry.stop();
  expect(run.exitCode).toBe(2);
  expect(run.stdout).toContain('lists a name that no reference may hold');
  expect(registry.lines().filter((line) => /private|%2e|team/.test(line))).toEqual([]);
});
