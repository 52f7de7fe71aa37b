/** For scenarios of signed provenance: one image, a registry, GitHub's API and storage, and two instances of Sigstore. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import type { ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, afterEach, beforeAll, beforeEach, expect } from 'vitest';
import { type BuiltImage, type BuiltIndex } from './images.ts';
import { Internet, json, type SiteRequest } from './internet.ts';
import { FakeRegistry } from './registry.ts';
import { runAction, type Run, type RunOptions } from './runner.ts';
import { REPOSITORY_ID, SigningInstance } from './signing.ts';

export let registry: FakeRegistry;
export let internet: Internet;
export let publicInstance: SigningInstance;
export let ownInstance: SigningInstance;
let folder: string;

export const GITHUB_TOKEN = 'ghs_0123456789abcdef';
export const STORAGE = 'tmaproduction.blob.core.windows.net';

beforeAll(async () => {
  publicInstance = await SigningInstance.start();
  ownInstance = await SigningInstance.start('GitHub, Inc.');
  folder = mkdtempSync(path.join(tmpdir(), 'assert-image-signed-'));
  writeFileSync(path.join(folder, 'roots.jsonl'), `${publicInstance.trustedRoot()}\n${ownInstance.trustedRoot()}\n`);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

beforeEach(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  internet = await Internet.start();
  attestations.clear();
  answer = null;
  internet.site('api.github.com', answerApi);
});
afterEach(async () => {
  assertNoTokenElsewhere();
  await registry.stop();
  await internet.stop();
});

/** What GitHub has, by digest. */
export const attestations = new Map<string, unknown[]>();
type Answer = (request: SiteRequest, response: ServerResponse) => void;
let answer: Answer | null = null;

/** Answers in place of GitHub. */
export function githubAnswers(instead: Answer): void {
  answer = instead;
}

/** Source: docs.github.com/rest/repos/attestations, List attestations. */
function answerApi(request: SiteRequest, response: ServerResponse): void {
  if (answer) return answer(request, response);
  const match = /^\/repos\/(.+)\/attestations\/(.+)$/.exec(request.path);
  const [, repository, digest] = (match ?? []).map((part) => decodeURIComponent(part));
  const found = attestations.get(`${repository} ${digest}`) ?? [];
  if (found.length === 0) return json(response, 404, { message: 'Not Found' });
  json(response, 200, { attestations: found });
}

export function putOnGitHub(digest: string, bundle: unknown, repository = 'acme/app'): void {
  const key = `${repository} ${digest}`;
  attestations.set(key, [...(attestations.get(key) ?? []), { bundle, repository_id: 1 }]);
}

/** No token, ever, to any host but the API and the registry. */
function assertNoTokenElsewhere(): void {
  for (const { host, headers } of internet.requests) {
    if (host === 'api.github.com') continue;
    expect({ host, authorization: headers.authorization }).toEqual({ host });
    expect(JSON.stringify({ host, headers })).not.toContain(GITHUB_TOKEN);
  }
  for (const { headers } of registry.requests) expect(JSON.stringify(headers)).not.toContain(GITHUB_TOKEN);
}

/** Pushes what was built as app:main, and returns its digest. */
export function push(built: BuiltImage | BuiltIndex): string {
  registry.push('app', 'main', built);
  return built.manifest.digest;
}

const SIGNED = { 'signer-workflow': 'acme/app/.github/workflows/build.yml' };

/** Checks app:main as a run of acme/app on github.com, trusting both instances of the tests. */
export function check(inputs: Record<string, string> = {}, options: RunOptions = {}): Promise<Run> {
  return runAction({
    ...options,
    inputs: {
      image: registry.reference('app', 'main'),
      'github-token': GITHUB_TOKEN,
      'trusted-root': path.join(folder, 'roots.jsonl'),
      ...internet.inputs,
      ...SIGNED,
      ...inputs,
    },
    env: {
      GITHUB_SERVER_URL: 'https://github.com',
      GITHUB_REPOSITORY_ID: REPOSITORY_ID,
      ...internet.env,
      ...options.env,
    },
  });
}

export interface Provenance {
  readonly verified: boolean;
  readonly reason?: string;
  readonly revision?: string;
  readonly signer?: string;
  readonly run?: string;
  readonly found?: string;
  readonly root?: string;
  readonly rejected?: readonly { place: string; reason: string }[];
}

export function provenanceOf({ outputs }: Run): Provenance {
  return JSON.parse(outputs['provenance'] ?? '') as Provenance;
}

export function expectPass(run: Run): void {
  expect(run.stdout).toContain('assert-image: pass');
  expect(run.outputs['result']).toBe('pass');
  expect(provenanceOf(run).verified).toBe(true);
}

export function expectFail(run: Run, ...texts: string[]): void {
  for (const text of texts) expect(run.stdout).toContain(text);
  expect(run.outputs['result']).toBe('fail');
  expect(run.outputs['reference']).toBe('');
  expect(provenanceOf(run).verified).toBe(false);
}

export function expectError(run: Run, ...texts: string[]): void {
  for (const text of texts) expect(run.stdout).toContain(text);
  expect(run.outputs['result']).toBe('error');
  expect(run.exitCode).toBe(2);
  expect(provenanceOf(run).verified).toBe(false);
}
