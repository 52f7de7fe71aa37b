/** One comment, kept up to date. Sources: docs.github.com/rest/issues/comments, and GraphQL's viewer. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json } from '../support/internet.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction, type Run } from '../support/runner.ts';

interface Comment {
  id: number;
  body: string;
  html_url: string;
  user: { login: string };
}

const BOT = 'github-actions[bot]';
let internet: Internet;
let registry: FakeRegistry;
let comments: Comment[];
let who: string | null;
let refuse: ((method: string) => number | null) | null;

beforeEach(async () => {
  internet = await Internet.start();
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  registry.push('app', 'good', buildImage());
  registry.push('app', 'bad', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
  comments = [];
  who = BOT;
  refuse = null;
  internet.site('api.github.com', ({ method, path, query, body }, response) => {
    const status = refuse?.(method) ?? null;
    if (status !== null) return json(response, status, { message: 'Resource not accessible by integration' });
    if (path === '/graphql')
      return who === null ? json(response, 403, {}) : json(response, 200, { data: { viewer: { login: who } } });
    const list = /^\/repos\/acme\/app\/issues\/(\d+)\/comments$/.exec(path);
    if (list && method === 'GET') {
      const [page, size] = [Number(query.get('page')), Number(query.get('per_page'))];
      return json(response, 200, comments.slice((page - 1) * size, page * size));
    }
    if (method === 'GET') return json(response, 404, { message: 'Not Found' });
    const sent = JSON.parse(body) as { body: string };
    if (list && method === 'POST') {
      const id = comments.length + 1;
      comments.push({
        id,
        body: sent.body,
        html_url: `https://github.example/acme/app/pull/${list[1]}#issuecomment-${id}`,
        user: { login: who ?? BOT },
      });
      return json(response, 201, comments.at(-1));
    }
    const one = /^\/repos\/acme\/app\/issues\/comments\/(\d+)$/.exec(path);
    const comment = comments.find(({ id }) => id === Number(one?.[1]));
    if (!comment || method !== 'PATCH') return json(response, 404, {});
    comment.body = sent.body.replaceAll('\n', '\r\n');
    return json(response, 200, comment);
  });
});
afterEach(async () => {
  await internet.stop();
  await registry.stop();
});

const PULL_REQUEST = { name: 'pull_request', payload: { pull_request: { number: 7, head: { sha: OTHER_COMMIT } } } };
function run(
  tag: string,
  inputs: Record<string, string> = {},
  env: Record<string, string> = {},
  event: { name: string; payload?: unknown } = PULL_REQUEST,
): Promise<Run> {
  const image = registry.reference('app', tag);
  return runAction({
    inputs: {
      image,
      revision: COMMIT,
      comment: 'always',
      'github-token': 'ghs_0123456789abcdef',
      ...internet.inputs,
      ...inputs,
    },
    env: { ...internet.env, ...env },
    event,
  });
}
const methods = (): string[] => internet.requests.map(({ method, path }) => `${method} ${path}`);

describe('created once, then updated', () => {
  test('create, then update: it says of which run it speaks', async () => {
    const created = await run('good');
    expect(created.outputs['comment-url']).toBe('https://github.example/acme/app/pull/7#issuecomment-1');
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toMatch(/^<!-- assert-image:v1:[a-f0-9]{64} 7\.1 -->\n## ✅ /);

    internet.requests.length = 0;
    const same = await run('good', {}, { GITHUB_RUN_NUMBER: '8' });
    expect(same.stdout).toContain('comment: updated');
    expect(same.outputs['comment-url']).toBe(created.outputs['comment-url']);
    expect(methods().some((line) => line.startsWith('POST /repos'))).toBe(false);
    expect(comments[0]?.body).toContain('[run 8](');

    registry.push('app', 'good', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    await run('good', {}, { GITHUB_RUN_NUMBER: '9' });
    expect(comments).toHaveLength(1);
    expect(comments[0]?.body).toContain('## ❌ ');
  });

  test('the run that is older never overwrites', async () => {
    await run('good', {}, { GITHUB_RUN_NUMBER: '20' });
    const before = comments[0]?.body;
    registry.push('app', 'good', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    const older = await run('good', {}, { GITHUB_RUN_NUMBER: '19', GITHUB_RUN_ATTEMPT: '3' });
    expect(older.stdout).toContain('newer run, not overwritten');
    expect(comments[0]?.body).toBe(before);
    await run('good', {}, { GITHUB_RUN_NUMBER: '20', GITHUB_RUN_ATTEMPT: '2' });
    expect(comments[0]?.body).not.toBe(before);
  });

  test('on-failure: nothing while all is well, created on the first failure, then kept up to date', async () => {
    await run('good', { comment: 'on-failure' });
    expect(comments).toEqual([]);
    registry.push('app', 'good', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    await run('good', { comment: 'on-failure' }, { GITHUB_RUN_NUMBER: '8' });
    expect(comments).toHaveLength(1);
    registry.push('app', 'good', buildImage());
    await run('good', { comment: 'on-failure' }, { GITHUB_RUN_NUMBER: '9' });
    expect(comments[0]?.body).toContain('## ✅ ');
  });

  test('never asks nothing', async () => {
    await run('bad', { comment: 'never' });
    // How far the commit is behind, and nothing of comments.
    expect(methods().filter((line) => !line.includes('/compare/'))).toEqual([]);
  });
});

describe('which comment is ours', () => {
  test('a foreign comment with our marker is left alone', async () => {
    await run('good');
    (comments[0] as Comment).user.login = 'mallory';
    const stolen = comments[0]?.body;
    registry.push('app', 'good', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    await run('good', {}, { GITHUB_RUN_NUMBER: '8' });
    expect(comments.map(({ user }) => user.login)).toEqual(['mallory', BOT]);
    expect(comments[0]?.body).toBe(stolen);
  });

  test('a marker that does not stand at the very start is no marker', async () => {
    await run('good');
    (comments[0] as Comment).body = `Look:\n${comments[0]?.body}`;
    await run('good', {}, { GITHUB_RUN_NUMBER: '8' });
    expect(comments).toHaveLength(2);
  });

  test('another author: the one that GraphQL says we are', async () => {
    who = 'deploy-gate[bot]';
    await run('good');
    registry.push('app', 'good', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    await run('good', {}, { GITHUB_RUN_NUMBER: '8' });
    expect(comments.map(({ user }) => user.login)).toEqual(['deploy-gate[bot]']);
  });

  test('a token that may not ask who it is, is the workflow’s own', async () => {
    who = null;
    await run('good');
    await run('good', {}, { GITHUB_RUN_NUMBER: '8' });
    expect(comments).toHaveLength(1);
  });

  test('trouble of the moment says nothing of who we are: a warning, and not a second comment', async () => {
    who = 'deploy-gate[bot]';
    await run('good');
    registry.push('app', 'good', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    refuse = (method) => (method === 'POST' ? 502 : null);
    const result = await run('good', {}, { GITHUB_RUN_NUMBER: '8' });
    expect(result.stdout).toMatch(/^::warning /m);
    expect(comments).toHaveLength(1);
  });

  test('on the second page', async () => {
    await run('good');
    const [own] = comments as [Comment];
    comments = [
      ...Array.from({ length: 120 }, (_, at) => ({
        id: 1000 + at,
        body: 'hello',
        html_url: '',
        user: { login: 'somebody' },
      })),
      own,
    ];
    registry.push('app', 'good', buildImage({ labels: { [REVISION]: OTHER_COMMIT } }));
    await run('good', {}, { GITHUB_RUN_NUMBER: '8' });
    expect(comments).toHaveLength(121);
    expect(own.body).toContain('## ❌ ');
  });

  test('two gates keep two comments: by workflow file, job, matrix and step', async () => {
    await run('good');
    await run('good', {}, { GITHUB_JOB: 'other' });
    await run('good', {}, { GITHUB_WORKFLOW_REF: 'acme/app/.github/workflows/other.yml@refs/heads/main' });
    await run('good', {}, { GITHUB_ACTION: '__acme_assert-image_2' });
    await run('good', {}, { GITHUB_WORKFLOW_REF: 'acme/app/.github/workflows/gate@prod.yml@refs/heads/main' });
    await run('good', {}, { GITHUB_WORKFLOW_REF: 'acme/app/.github/workflows/gate@test.yml@refs/heads/main' });
    await run('good', { matrix: '{"region": "eu"}' });
    await run('good', { matrix: '{"region": "us"}' });
    expect(comments).toHaveLength(8);
  });

  test('one gate keeps one, for any image of this push and any name of the workflow', async () => {
    await run('good');
    await run('bad');
    await run('good', {}, { GITHUB_WORKFLOW: 'renamed' });
    await run('good', {}, { GITHUB_WORKFLOW_REF: 'acme/app/.github/workflows/deploy.yml@refs/heads/release' });
    expect(comments).toHaveLength(1);
  });

  test('without the file, by the name of the workflow', async () => {
    await run('good', {}, { GITHUB_WORKFLOW_REF: '' });
    await run('good', {}, { GITHUB_WORKFLOW_REF: '', GITHUB_WORKFLOW: 'other' });
    expect(comments).toHaveLength(2);
  });

  test('it ends with commit, run and time, and holds no age', async () => {
    await run('good');
    const body = comments[0]?.body ?? '';
    expect(body.trim().split('\n').at(-1)).toMatch(
      /^\[`c0ffee0`\]\(https:\S+\) · \[run 7\]\(https:\S+\/actions\/runs\/1001\) · [0-9]{4}-[0-9]{2}-[0-9]{2} [0-9]{2}:[0-9]{2} UTC$/,
    );
    expect(body).not.toMatch(/\bago\b|just now|took /);
  });
});

describe('the verdict stands, even if something goes wrong', () => {
  test.each([
    [
      'a fork’s token that may only read',
      (method: string): number | null => (method === 'POST' ? 403 : null),
      'pull-requests: write',
    ],
    ['a missing permission to list', (): number => 403, 'pull-requests: write'],
    ['a pull request that is not there', (): number => 404, 'does not know that'],
    ['GitHub in trouble', (): number => 502, 'could not be asked'],
  ])('%s: a warning', async (_, refusal, text) => {
    refuse = refusal;
    const passed = await run('good');
    expect(passed.stdout).toMatch(/^::warning /m);
    expect(passed.stdout).toContain(text);
    expect(passed.exitCode).toBe(0);
    expect(passed.outputs).toMatchObject({ result: 'pass', 'comment-url': '' });
    expect((await run('bad')).exitCode).toBe(1);
  });

  test.each([
    ['push', {}],
    ['workflow_run', { workflow_run: { pull_requests: [] } }],
    ['issue_comment', { issue: { number: 3 } }],
  ])('%s without a pull request: a notice', async (name, payload) => {
    const result = await run('good', {}, {}, { name, payload });
    expect(result.stdout).toContain('is not about a pull request');
    expect(result.exitCode).toBe(0);
    expect(internet.requests).toEqual([]);
  });

  test.each([
    ['pull_request_target', { pull_request: { number: 7 } }],
    ['issue_comment', { issue: { number: 7, pull_request: {} } }],
    ['workflow_run', { workflow_run: { pull_requests: [{ number: 7 }] } }],
  ])('%s on a pull request', async (name, payload) => {
    await run('good', {}, {}, { name, payload });
    expect(methods()).toContain('POST /repos/acme/app/issues/7/comments');
  });
});
