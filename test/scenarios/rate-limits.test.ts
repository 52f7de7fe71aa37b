/** A registry that limits the rate in the middle of many images gets fewer looks, and they end well. */
import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage } from '../support/images.ts';
import { FakeRegistry, send } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const LATENCY_MS = 20;
let registry: FakeRegistry;
/** Looks that were under way at once, before the first refusal and since the last. */
let most: { before: number; since: number };
let refusals: number;
let refusedAtMs: number;
/** When each tag was first asked for. */
let begun: Map<string, number>;

beforeEach(async () => {
  registry = await FakeRegistry.start({ auth: 'none', cdn: false });
  most = { before: 0, since: 0 };
  refusals = 0;
  refusedAtMs = 0;
  begun = new Map();
});
afterEach(() => registry.stop());

function pushMany(images: number): void {
  for (let at = 0; at < images; at += 1) registry.push('app', `v${at}`, buildImage({ labels: { at: String(at) } }));
}

/** Answers as if it were far away, and refuses what `isOver` says is too much. */
function limited(isOver: (nowMs: number) => boolean, refuse: (response: ServerResponse) => void): void {
  let underWay = 0;
  registry.override(async ({ path }, response) => {
    if (path.includes('/tags/')) return false;
    underWay += 1;
    const isRefused = isOver(performance.now());
    const tag = /\/manifests\/(v[0-9]+)$/.exec(path)?.[1];
    if (tag !== undefined && !begun.has(tag)) begun.set(tag, performance.now());
    if (isRefused) refusals += 1;
    if (isRefused && refusals === 1) refusedAtMs = performance.now();
    if (isRefused) most.since = 0;
    else if (refusals === 0) most.before = Math.max(most.before, underWay);
    else most.since = Math.max(most.since, underWay);
    await sleep(LATENCY_MS);
    underWay -= 1;
    if (isRefused) refuse(response);
    return isRefused;
  });
}

const tooMany =
  (retryAfter?: string, status = 429) =>
  (response: ServerResponse): void =>
    send(response, status, '{}', retryAfter === undefined ? {} : { 'retry-after': retryAfter });

/** Every so many requests, all are refused for a while. */
function window(requests: number, pauseMs: number): (nowMs: number) => boolean {
  let left = requests;
  let endsAtMs = 0;
  return (nowMs) => {
    if (nowMs < endsAtMs) return true;
    left -= 1;
    if (left >= 0) return false;
    left = requests;
    endsAtMs = nowMs + pauseMs;
    return true;
  };
}

/** Tokens that come back by and by. */
function bucket(size: number, perSecond: number): (nowMs: number) => boolean {
  let tokens = size;
  let seenAtMs = performance.now();
  return (nowMs) => {
    tokens = Math.min(size, tokens + ((nowMs - seenAtMs) * perSecond) / 1000);
    seenAtMs = nowMs;
    if (tokens < 1) return true;
    tokens -= 1;
    return false;
  };
}

const run = (inputs: Record<string, string> = {}): Promise<Run> =>
  runAction({ inputs: { image: `${registry.host()}/app:*`, revision: 'any', 'max-images': '1000', ...inputs } });

describe('many images of a registry that limits the rate', () => {
  test('without a limit, sixteen are looked at together', async () => {
    pushMany(100);
    limited(() => false, tooMany());
    expect((await run()).outputs['result']).toBe('pass');
    expect(most.before).toBe(16);
  });

  test('429 with Retry-After in the middle: half as many afterwards', async () => {
    pushMany(200);
    limited(window(300, 1_000), tooMany('1'));
    const { outputs, exitCode } = await run();
    expect([outputs['result'], exitCode]).toEqual(['pass', 0]);
    expect(most.before).toBe(16);
    expect(most.since).toBeLessThanOrEqual(8);
    // What was under way has begun before; nothing begins during the pause.
    const during = [...begun.values()].filter((at) => at > refusedAtMs + 200 && at < refusedAtMs + 950);
    expect(during).toEqual([]);
  });

  test.each([
    ['429 without Retry-After', undefined, 429],
    ['503 with Retry-After', '1', 503],
  ])('%s, once', async (_, retryAfter, status) => {
    pushMany(100);
    limited(window(150, 100), tooMany(retryAfter, status));
    expect((await run()).outputs['result']).toBe('pass');
    expect(most.since).toBeLessThanOrEqual(8);
  });

  test.each([['1'], [undefined]])('few requests a second, and Retry-After is %s', async (retryAfter) => {
    pushMany(60);
    limited(bucket(20, 30), tooMany(retryAfter));
    expect((await run()).outputs['result']).toBe('pass');
    expect(refusals).toBeGreaterThan(1);
  });

  test('no pause outlives wait-timeout', async () => {
    pushMany(40);
    limited(window(50, 60_000), tooMany('50'));
    const { outputs, seconds } = await run({ 'wait-timeout': '4s' });
    expect(outputs['result']).toBe('error');
    expect(seconds).toBeLessThan(8);
  });

  test('a pause that is too long is an error at once, and named', async () => {
    pushMany(60);
    limited(window(5, 600_000), tooMany('3600'));
    const { outputs, stdout, seconds } = await run({ timeout: '5s' });
    expect(outputs['result']).toBe('error');
    expect(stdout).toContain('HTTP 429');
    expect(seconds).toBeLessThan(8);
  });

  test('refusals with a pause that just fits are waited for', async () => {
    pushMany(16);
    const asked = new Map<string, number>();
    registry.override(({ path }, response) => {
      const times = (asked.get(path) ?? 0) + 1;
      asked.set(path, times);
      if (!path.includes('/manifests/v') || times > 3) return false;
      tooMany('1')(response);
      return true;
    });
    expect((await run({ timeout: '6s' })).outputs['result']).toBe('pass');
  });
});
