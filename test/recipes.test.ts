/** Each step of this action that any document gives to copy runs as it stands, and passes. docs.test.ts lints them. */
import { globSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { pack } from 'tar-stream';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { buildImage, buildIndex, COMMIT, descriptorOf, REVISION } from './support/images.ts';
import { CA_FILE, Internet, json } from './support/internet.ts';
import { readActionYml, ROOT, runAction } from './support/runner.ts';
import { REPOSITORY_ID, SigningInstance } from './support/signing.ts';

interface Step {
  readonly uses?: string;
  readonly with?: Record<string, unknown>;
}
interface Workflow {
  readonly on: unknown;
  readonly jobs: Record<string, { readonly steps: readonly Step[] }>;
}

/** Title, steps and event of every workflow and every list of steps that is to be copied. */
const documents = globSync(['*.md', 'docs/**/*.md'], { cwd: ROOT }).toSorted();
const recipes = documents
  .flatMap((file) =>
    [...readFileSync(path.join(ROOT, file), 'utf8').matchAll(/^```yaml\n([\s\S]*?)^```/gm)].map(
      ({ 1: yaml = '', index: at }): [string, readonly Step[], string] => {
        const value = parse(yaml) as Workflow | Step[];
        // A policy is no recipe; docs.test.ts runs those.
        if (!Array.isArray(value) && !('jobs' in value)) return ['', [], ''];
        const steps = Array.isArray(value) ? value : Object.values(value.jobs).flatMap((job) => job.steps);
        const on = Array.isArray(value) ? 'push' : value.on;
        const event = typeof on === 'string' ? on : (Object.keys(on as object)[0] as string);
        return [`${file} at ${at}`, steps.filter(({ uses }) => uses?.includes('assert-image')), event];
      },
    ),
  )
  .filter(([title]) => title !== '');
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

describe('each step of this action', () => {
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

  /** Values for expressions, and files that are there. */
  const substitute = (value: string): string =>
    value
      .replaceAll(/\$\{\{[^}]*\.digest \}\}/g, index.manifest.digest)
      .replaceAll(/\$\{\{ vars\.DEPLOYED_COMMIT \}\}/g, COMMIT)
      .replaceAll(/\$\{\{[^}]*\}\}/g, 'something')
      .replace('certificates/registry.pem', CA_FILE)
      .replace('oci-layout:', `oci-layout:${workspace}/`);

  test.each(recipes)('%s', async (_, steps, event) => {
    await writeArchive();
    writeFileSync(
      path.join(workspace, 'structure.yaml'),
      'schemaVersion: 2.0.0\nmetadataTest: { user: "10001:10001" }\n',
    );
    expect(steps.length).toBeGreaterThan(0);
    for (const step of steps) {
      const inputs = Object.fromEntries(
        Object.entries(step.with ?? {}).map(([name, value]) => [name, substitute(String(value))]),
      );
      expect(Object.keys(readActionYml().inputs)).toEqual(expect.arrayContaining(Object.keys(inputs)));
      const signer = inputs['signer-workflow'];
      if (signer !== undefined) {
        // Sigstore's own roots sign nothing for a test: an instance of the test stands for it.
        const sigstore = await SigningInstance.start('GitHub, Inc.');
        writeFileSync(path.join(workspace, 'trusted-root.jsonl'), sigstore.trustedRoot());
        inputs['trusted-root'] = 'trusted-root.jsonl';
        bundle = await sigstore.sign(index.manifest.digest, { extensions: { 9: signedBy(signer) } });
      }
      const result = await runAction({
        inputs: { ...internet.inputs, 'github-token': 'ghs_0123456789abcdef', ...inputs },
        env: {
          ...internet.env,
          GITHUB_WORKSPACE: workspace,
          ...(signer === 'none'
            ? {}
            : { GITHUB_SERVER_URL: 'https://github.com', GITHUB_REPOSITORY_ID: REPOSITORY_ID }),
        },
        event: { name: event, sha: COMMIT, payload: { pull_request: { number: 7, head: { sha: COMMIT } } } },
      });
      expect(result.stdout).toContain('assert-image: pass');
      expect(result.exitCode).toBe(0);
    }
  });
});

/** The name in a certificate of the workflow that a recipe names. */
function signedBy(workflow: string): string {
  return `https://github.com/${workflow}${workflow.includes('@') ? '' : '@refs/heads/main'}`;
}
