/** Each step of this action in docs/recipes.md runs as it stands, and passes. docs.test.ts lints the workflows. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildImage, buildIndex, COMMIT, descriptorOf } from './support/images.ts';
import { Internet, json } from './support/internet.ts';
import { readActionYml, ROOT, runAction } from './support/runner.ts';

interface Step {
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
}
interface Workflow {
  readonly on: unknown;
  readonly jobs: Record<string, { readonly steps: readonly Step[] }>;
}

const text = readFileSync(path.join(ROOT, 'docs/recipes.md'), 'utf8');
const recipes = [...text.matchAll(/^## (.+)\n[\s\S]*?^```yaml\n([\s\S]*?)^```/gm)].map(
  ([, title, yaml]) => [title, yaml] as [string, string],
);
const image = buildImage({ config: { User: 'app' } });
const index = buildIndex([image, buildImage({ config: { User: 'app' }, platform: 'linux/arm64' })]);

test('every recipe is found', () => {
  expect(recipes.map(([title]) => title)).toHaveLength(text.match(/^## /gm)?.length ?? 0);
});

describe('each step of this action', () => {
  let internet: Internet;
  let workspace: string;
  beforeEach(async () => {
    internet = await Internet.start();
    workspace = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
    for (const host of ['ghcr.io', 'registry.example.com']) {
      internet.site(host, ({ path: at }, response) => {
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
    internet.site('api.github.com', ({ method }, response) =>
      method === 'GET' ? json(response, 200, []) : json(response, 201, { html_url: 'https://github.example/c' }),
    );
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

  test.each(recipes)('%s', async (_, yaml) => {
    await writeArchive();
    const workflow = parse(yaml) as Workflow;
    const steps = Object.values(workflow.jobs).flatMap(({ steps: all }) =>
      all.filter(({ uses }) => uses?.includes('assert-image')),
    );
    expect(steps.length).toBeGreaterThan(0);
    const event = typeof workflow.on === 'string' ? workflow.on : (Object.keys(workflow.on as object)[0] as string);
    for (const step of steps) {
      const declared = readActionYml().inputs;
      const inputs = Object.fromEntries(
        Object.entries(step.with ?? {}).map(([name, value]) => {
          expect(Object.keys(declared)).toContain(name);
          const plain = String(value).replaceAll(/\$\{\{ steps\.\w+\.outputs\.digest \}\}/g, index.manifest.digest);
          return [name, plain.replace('oci-layout:', `oci-layout:${workspace}/`)];
        }),
      );
      const result = await runAction({
        inputs: { ...internet.inputs, 'github-token': 'ghs_0123456789abcdef', ...inputs },
        env: internet.env,
        event: { name: event, sha: COMMIT, payload: { pull_request: { number: 7, head: { sha: COMMIT } } } },
      });
      expect(result.stdout).toContain('assert-image: pass');
      expect(result.exitCode).toBe(0);
    }
  });
});
