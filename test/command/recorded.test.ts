/**
 * What a terminal shows, as reviewed pages: help, pass, fail, a wait, forty tags. Look at a change, then take it with
 * `npx vitest run test/command/recorded -u`.
 */
import { afterEach, beforeEach, expect, test } from 'vitest';
import { buildImage, buildTwoPlatforms, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { inTerminal, screenOf } from '../support/terminal.ts';

let registry: FakeRegistry;
beforeEach(async () => {
  registry = await FakeRegistry.start();
  registry.push(
    'acme/app',
    'main',
    buildTwoPlatforms({ labels: { [REVISION]: COMMIT, 'org.opencontainers.image.version': '1.2.3' } }),
  );
  registry.push('acme/app', 'stale', buildTwoPlatforms({ labels: { [REVISION]: OTHER_COMMIT } }));
});
afterEach(() => registry.stop());

const image = (tag: string): string => registry.reference('acme/app', tag);
const GITLAB = { GITLAB_CI: 'true', CI_COMMIT_SHA: COMMIT };

async function pageOf(args: readonly string[], env: Record<string, string> = GITLAB): Promise<string> {
  const shown = args.map((arg) => (/[ *]/.test(arg) ? `'${arg}'` : arg)).join(' ');
  return `$ assert-image ${shown}\n${screenOf(await inTerminal(args, env))}`
    .replaceAll(/127\.0\.0\.1:[0-9]+/g, 'registry.example')
    .replaceAll(/waited [0-9]+ s/g, 'waited N s');
}
const PAGES: [name: string, args: () => string[], env?: Record<string, string>][] = [
  ['help', () => ['--help']],
  ['nothing', () => []],
  ['pass', () => [image('main'), '--labels', 'org.opencontainers.image.version=1.2.3']],
  ['fail', () => [image('stale'), '--expect', 'image.config.User == "app"']],
  ['fail-quiet', () => [image('main'), image('stale'), '--quiet']],
  ['no-ci', () => [image('main')], {}],
];

test.each(PAGES)('%s', async (name, args, env) => {
  await expect(await pageOf(args(), env)).toMatchFileSnapshot(`recorded/${name}.txt`);
});
test('wait', async () => {
  setTimeout(() => registry.push('acme/app', 'next', buildTwoPlatforms()), 1_000);
  await expect(await pageOf([image('next'), '--wait-timeout', '10s'])).toMatchFileSnapshot('recorded/wait.txt');
});
test('forty tags', async () => {
  for (let n = 1; n <= 40; n += 1) {
    const labels = { [REVISION]: n % 7 === 0 ? OTHER_COMMIT : COMMIT, 'org.opencontainers.image.version': `1.${n}` };
    const created = `2026-11-20T10:${String(n).padStart(2, '0')}:00Z`;
    registry.push('acme/web', `v1.${n}`, buildImage({ labels, created }));
  }
  const page = await pageOf([`${registry.host()}/acme/web:v1.*`]);
  await expect(page).toMatchFileSnapshot('recorded/forty-tags.txt');
});
