/** What asking for a signature costs in dependent round trips, counted by answers that each take half a second. */
import { setTimeout as sleep } from 'node:timers/promises';
import { expect, test } from 'vitest';
import { buildTwoPlatforms } from '../support/images.ts';
import { json } from '../support/internet.ts';
import {
  attestations,
  check,
  expectPass,
  githubAnswers,
  publicInstance,
  push,
  putOnGitHub,
  registry,
} from '../support/signed-image.ts';

const TRIP_MS = 500;
const index = buildTwoPlatforms();

/** Every answer takes a trip. */
function slowly(): void {
  registry.override(async () => {
    await sleep(TRIP_MS);
    return false;
  });
  githubAnswers(({ path }, response) => {
    const found = attestations.get(`acme/app ${decodeURIComponent(path.split('/').at(-1) ?? '')}`);
    setTimeout(() => json(response, found ? 200 : 404, { attestations: found }), TRIP_MS);
  });
}

/** The trips that a signature adds; loading and verifying take part of one. */
async function added(): Promise<number> {
  const plain = await check({ 'signer-workflow': 'none', 'trusted-root': 'auto' });
  const signed = await check();
  expectPass(signed);
  const trips = ((signed.seconds - plain.seconds) * 1000) / TRIP_MS;
  console.info(`${expect.getState().currentTestName}: ${trips.toFixed(1)}`);
  return Math.round(trips);
}

test('GitHub’s list holds the bundle: at most three more', async () => {
  const digest = push(index);
  putOnGitHub(digest, await publicInstance.sign(digest));
  slowly();
  expect(await added()).toBeLessThanOrEqual(3);
});

test('the same for each platform', async () => {
  push(index);
  for (const { manifest } of index.children.slice(0, 2))
    putOnGitHub(manifest.digest, await publicInstance.sign(manifest.digest));
  slowly();
  expect(await added()).toBeLessThanOrEqual(3);
});

test('the registry alone, by the tag: at most six more', async () => {
  const digest = push(index);
  registry.attach('app', index.manifest, await publicInstance.sign(digest));
  slowly();
  expect(await added()).toBeLessThanOrEqual(6);
});
