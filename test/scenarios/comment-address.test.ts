/** The address of a comment. */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { Internet, json } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

let internet: Internet;

beforeEach(async () => void (internet = await Internet.start()));

afterEach(() => internet.stop());

test('the address of a comment is an output only where it is one', async () => {
  const registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  registry.push('app', 'main', buildImage());
  internet.site('api.github.com', ({ method, path }, response) =>
    path === '/graphql'
      ? json(response, 200, { data: { viewer: { login: 'github-actions[bot]' } } })
      : json(
          response,
          200,
          method === 'GET' ? [] : { html_url: 'https://x.example/$(id)`id`\n::set-output name=result::pass' },
        ),
  );
  const run = await runAction({
    inputs: {
      ...internet.inputs,
      image: registry.reference('app', 'main'),
      comment: 'always',
      'github-token': 'ghs_0123456789abcdef',
    },
    env: { ...internet.env, GITHUB_API_URL: 'https://api.github.com' },
    event: { name: 'pull_request', payload: { pull_request: { number: 7 } } },
  });
  await registry.stop();
  expect(run.outputs['comment-url']).toBe('');
});
