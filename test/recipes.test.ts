/**
 * Each workflow and each list of steps that any document gives to copy, run by GitHub's own parser and evaluator: this action and
 * scripts as they stand, other actions left out. docs.test.ts lints them.
 */
import { existsSync, globSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse, stringify } from 'yaml';
import { buildImage, buildIndex, COMMIT, descriptorOf, REVISION } from './support/images.ts';
import { CA_FILE, Internet, json } from './support/internet.ts';
import { ROOT } from './support/runner.ts';
import { REPOSITORY_ID, SigningInstance } from './support/signing.ts';
import { type JobResult, runWorkflow } from './support/workflow.ts';

/** Every workflow, and every list of steps, that is to be copied; steps alone stand in a job behind one that builds. */
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).toSorted();
const recipes = documents
  .flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(
      ({ 1: yaml = '', index: at }): [string, string, string] => {
        const value = parse(yaml) as { on: unknown } | unknown[];
        // A policy is no recipe; docs.test.ts runs those.
        if (!Array.isArray(value) && !('jobs' in value)) return ['', '', ''];
        const on = Array.isArray(value) ? 'push' : value.on;
        const event = typeof on === 'string' ? on : (Object.keys(on as object)[0] as string);
        return [`${file} at ${at}`, Array.isArray(value) ? workflowOf(value) : yaml, event];
      },
    ),
  )
  .filter(([title]) => title !== '');

function workflowOf(steps: readonly unknown[]): string {
  const build = {
    'runs-on': 'ubuntu-latest',
    outputs: { digest: '${{ steps.push.outputs.digest }}' },
    steps: [{ id: 'push', uses: 'docker/build-push-action@v6' }],
  };
  return stringify({ on: 'push', jobs: { build, job: { 'runs-on': 'ubuntu-latest', needs: 'build', steps } } });
}
const OPTIONS = {
  config: { User: '10001:10001' },
  created: new Date().toISOString(),
  labels: {
    [REVISION]: COMMIT,
    'org.opencontainers.image.version': '1.2.3',
    'org.opencontainers.image.source': 'https://github.com/acme/app',
  },
};
const image = buildImage(OPTIONS);
const index = buildIndex([image, buildImage({ ...OPTIONS, platform: 'linux/arm64' })]);

test('recipes are found', () => expect(recipes.length).toBeGreaterThan(19));

describe('each job', () => {
  let internet: Internet;
  let workspace: string;
  /** What the stand-in of GitHub has, signed as the step expects it. */
  let bundle: unknown;
  beforeEach(async () => {
    internet = await Internet.start();
    workspace = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
    for (const host of ['ghcr.io', 'registry.example.com', 'registry-1.docker.io', 'europe-docker.pkg.dev']) {
      internet.site(host, ({ path: at }, response) => {
        if (at.includes('/referrers/') || at.includes('/manifests/sha256-'))
          return json(response, 404, { errors: [{ code: 'MANIFEST_UNKNOWN' }] });
        if (at === '/v2/_catalog') return json(response, 200, { repositories: ['team/a', 'team/b'] });
        if (at.endsWith('/tags/list')) return json(response, 200, { tags: ['main', 'v1'] });
        const built = [index, ...index.children].find(({ manifest }) => at.endsWith(manifest.digest)) ?? index;
        const config = index.children.find((child) => at.endsWith(child.config.digest))?.config;
        if (config) return void response.writeHead(200).end(config.bytes);
        response
          .writeHead(200, { 'content-type': built.manifest.mediaType, 'docker-content-digest': built.manifest.digest })
          .end(built.manifest.bytes);
      });
    }
    internet.site('api.github.com', ({ method, path: at }, response) => {
      if (at.includes('/attestations/')) return json(response, 200, { attestations: [{ bundle }] });
      if (at.includes('/compare/')) return json(response, 200, { status: 'ahead' });
      return method === 'GET' ? json(response, 200, []) : json(response, 201, { html_url: 'https://github.example/c' });
    });
  });
  afterEach(async () => {
    await internet.stop();
    rmSync(workspace, { recursive: true, force: true });
  });

  async function writeArchive(): Promise<void> {
    const archive = pack();
    archive.entry({ name: 'oci-layout' }, '{"imageLayoutVersion":"1.0.0"}');
    archive.entry(
      { name: 'index.json' },
      JSON.stringify({ schemaVersion: 2, manifests: [descriptorOf(image.manifest)] }),
    );
    for (const blob of [image.manifest, image.config])
      archive.entry({ name: `blobs/sha256/${blob.digest.slice(7)}` }, blob.bytes);
    archive.finalize();
    const chunks: Buffer[] = [];
    for await (const chunk of archive) chunks.push(chunk as Buffer);
    writeFileSync(path.join(workspace, 'image.tar'), Buffer.concat(chunks));
  }

  /** What a step names that is not here: scripts and programs, which note what they were given. */
  function writePrograms(text: string): void {
    mkdirSync(path.join(workspace, 'bin'));
    const called = [...text.matchAll(/\.\/([a-z-]+\.sh)/g)].map(([, name]) => name as string);
    // The pusher says what.
    const note = (name: string): string =>
      `#!/bin/sh\necho "${name} $*" >> "${workspace}/called"\necho "digest=${index.manifest.digest}" >> "$GITHUB_OUTPUT"\n`;
    for (const name of new Set(called)) writeFileSync(path.join(workspace, name), note(name), { mode: 0o755 });
    for (const name of ['crane']) writeFileSync(path.join(workspace, 'bin', name), note(name), { mode: 0o755 });
  }

  const contextsFor = (text: string, event: string): Record<string, unknown> => ({
    github: {
      sha: COMMIT,
      ref: 'refs/heads/main',
      repository: 'acme/app',
      event_name: event,
      token: 'ghs_0123456789abcdef',
      event: { number: 7, pull_request: { number: 7, head: { sha: COMMIT } } },
    },
    vars: { DEPLOYED_COMMIT: COMMIT, ...named(text, 'vars') },
    secrets: named(text, 'secrets'),
  });
  /** A value for each secret or variable that an expression names. */
  const named = (text: string, context: string): Record<string, string> =>
    Object.fromEntries(
      [...text.matchAll(new RegExp(`${context}\\.(\\w+)`, 'g'))]
        .filter(([, name]) => name !== 'DEPLOYED_COMMIT')
        .map(([, name]) => [name as string, 'something']),
    );

  /** Sigstore's own roots sign nothing for a test: an instance of the test stands for it. */
  async function signFor(text: string): Promise<{ inputs: Record<string, string>; env: Record<string, string> }> {
    const [, signer] = /signer-workflow: (?!none)(\S+)/.exec(text) ?? [];
    if (signer === undefined) return { inputs: {}, env: {} };
    const sigstore = await SigningInstance.start('GitHub, Inc.');
    writeFileSync(path.join(workspace, 'trusted-root.jsonl'), sigstore.trustedRoot());
    bundle = await sigstore.sign(index.manifest.digest, { extensions: { 9: signedBy(signer) } });
    const env = { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY_ID: REPOSITORY_ID };
    return { inputs: { 'trusted-root': 'trusted-root.jsonl' }, env };
  }

  async function runRecipe(text: string, event: string): Promise<ReadonlyMap<string, JobResult>> {
    await writeArchive();
    writePrograms(text);
    writeFileSync(
      path.join(workspace, 'structure.yaml'),
      'schemaVersion: 2.0.0\nmetadataTest: { user: "10001:10001" }\n',
    );
    mkdirSync(path.join(workspace, '.github'));
    writeFileSync(
      path.join(workspace, '.github/image-policy.yaml'),
      'expect:\n  - image.config.User == "10001:10001"\n',
    );
    const contexts = contextsFor(text, event);
    writeFileSync(path.join(workspace, 'event.json'), JSON.stringify((contexts['github'] as { event: unknown }).event));
    const signed = await signFor(text);
    const digest = { digest: index.manifest.digest };
    return runWorkflow(
      text.replaceAll('certificates/registry.pem', CA_FILE).replaceAll('oci-layout:', `oci-layout:${workspace}/`),
      {
        workspace,
        contexts,
        inputs: { ...internet.inputs, ...signed.inputs },
        outputs: { push: digest, google: { access_token: 'ya29.something' } },
        env: {
          PATH: `${workspace}/bin:${process.env['PATH']}`,
          HOME: workspace,
          GITHUB_ACTIONS: 'true',
          GITHUB_EVENT_NAME: event,
          GITHUB_EVENT_PATH: path.join(workspace, 'event.json'),
          GITHUB_SHA: COMMIT,
          GITHUB_REF: 'refs/heads/main',
          GITHUB_REPOSITORY: 'acme/app',
          GITHUB_SERVER_URL: 'https://github.example',
          GITHUB_WORKSPACE: workspace,
          GITHUB_RUN_NUMBER: '7',
          ...internet.env,
          ...signed.env,
        },
      },
    );
  }

  test.each(recipes)('%s', async (_, text, event) => {
    const results = await runRecipe(text, event);
    const steps = [...results.values()].flatMap((job) => job.steps);
    const gates = steps.filter(({ name }) => name.includes('/assert-image@'));
    expect(gates.length).toBeGreaterThan(0);
    for (const { log, outcome } of gates) {
      expect(log).toContain('assert-image: pass');
      expect(outcome).toBe('success');
    }
    expect([...results.values()].map(({ result }) => result)).toEqual([...results].map(() => 'success'));
    // What is handed on is a digest, never nothing.
    const called = existsSync(path.join(workspace, 'called'))
      ? readFileSync(path.join(workspace, 'called'), 'utf8')
      : '';
    for (const line of called.split('\n').filter((each) => each.startsWith('deploy.sh')))
      expect(line).toMatch(/^deploy\.sh \S+@sha256:[a-f0-9]{64}$/);
  });

  test.each([
    ['an output that does not exist', 'steps.image.outputs.reference', 'steps.image.outputs.refrence'],
    ['a step that does not exist', 'steps.image.outputs.reference', 'steps.img.outputs.reference'],
  ])('%s would hand on nothing, which is seen', async (_, before, after) => {
    const [, text = '', event = ''] = recipes.find(([title]) => title.startsWith('docs/recipes.md')) ?? [];
    expect(text).toContain(before);
    await runRecipe(text.replace(before, after), event);
    expect(readFileSync(path.join(workspace, 'called'), 'utf8')).toMatch(/^deploy\.sh $/m);
  });
});

/** The name in a certificate of the workflow that a recipe names. */
function signedBy(workflow: string): string {
  return `https://github.com/${workflow}${workflow.includes('@') ? '' : '@refs/heads/main'}`;
}
