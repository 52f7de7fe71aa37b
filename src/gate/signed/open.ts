import { setTimeout as sleep } from 'node:timers/promises';
import { RoundBudget } from '../../base/budget.ts';
import { Deadline } from '../../base/deadline.ts';
import { AssertImageError } from '../../base/errors.ts';
import type { BundlePlace } from '../../image/bundles.ts';
import type { Image } from '../../image/image.ts';
import type { Network } from '../../net/network.ts';
import { Transport } from '../../net/transport.ts';
import { type DatedRoots, refreshPublicRoot, TUF_ORIGIN } from '../../provenance/public-root.ts';
import type { TufRepository } from '../../provenance/tuf.ts';
import type { Digest } from '../../reference/digest.ts';
import { formatReference, type Reference } from '../../reference/reference.ts';
import type { Registries } from '../../registry/registries.ts';
import type { Settings } from '../../settings/settings.ts';
import type { ProvenanceExpectation } from '../../expectations/provenance/signer.ts';
import type { HostOfCode } from '../context.ts';
import type { Place } from './examination.ts';
import { Signatures } from './signatures.ts';

/** What signatures are looked for with. */
export interface SignatureMeans {
  readonly settings: Settings;
  readonly registries: Registries;
  readonly network: Network;
  readonly hostOfCode: Pick<HostOfCode, 'attestations'>;
}

/** Makes a search for each image; the root of trust is refreshed beside reading, once a run. */
export async function openSignatures(
  means: SignatureMeans,
): Promise<(reference: Reference, deadline: Deadline) => Signatures> {
  const { settings, registries } = means;
  const { revisionFrom, provenance } = settings.expectations;
  const expected = provenance as ProvenanceExpectation;
  const roots = rootsOf(means);
  // It is waited for where it is needed.
  roots.catch(() => {});
  const host = await means.hostOfCode.attestations(expected.source.repository);
  host.prepare();
  const budget = new RoundBudget();
  const redact = (text: string): string => registries.redact(text);
  return (reference, look) => {
    // The look may be over before this file is loaded.
    look.signal.throwIfAborted();
    // A lane of its own: over HTTP/1.1 a list that never comes would hold up the image. And it ends before the look does.
    const deadline = new Deadline(
      Math.ceil(look.msLeft() * SHARE),
      `the attestations of ${formatReference(reference)}`,
      look.signal,
      { index: LANE - look.lane, slowDown: (pauseMs) => look.slowDown(pauseMs) },
    );
    look.signal.addEventListener('abort', () => deadline.clear(), { once: true });
    const places = placesOf(reference, { host, registries, deadline });
    const remark = (digest: Digest, image: Image): Promise<string> =>
      Promise.race([remarkOn(reference, digest, image, { registries, deadline }), nothingAfter(REMARK_MS)]).catch(
        () => '',
      );
    return new Signatures({ expected, revisionFrom, roots, budget, redact }, { places, deadline, remark });
  };
}

/** This lane and below: each look has one for its signatures. */
const LANE = -2000;
/** Of what is left to a look: a search that takes longer is told as such, and not as an image that cannot be read. */
const SHARE = 0.95;
/** A hint must not hold up a verdict. */
const REMARK_MS = 2_000;

function nothingAfter(ms: number): Promise<string> {
  return sleep(ms, '', { ref: false });
}

interface PlaceMeans {
  readonly host: BundlePlace;
  readonly registries: Registries;
  readonly deadline: Deadline;
}

/** The registry beside the image, and the list of the source repository; a layout has the list alone. */
function placesOf(reference: Reference, { host, registries, deadline }: PlaceMeans): Place[] {
  const ofHost: Place = {
    name: 'the list of the source repository',
    find: (digest, budget) => host.find(digest, deadline, budget),
  };
  if (reference.layout !== undefined) return [ofHost];
  const ofRegistry: Place = {
    name: `${reference.registry}/${reference.repository}`,
    find: (digest) => registries.repository(reference).bundles(digest, deadline),
  };
  return [ofRegistry, ofHost];
}

/** What else stands beside an image that has no signed provenance, as a sentence; empty where nothing does. */
async function remarkOn(
  reference: Reference,
  digest: Digest,
  { attestations }: Image,
  { registries, deadline }: Pick<PlaceMeans, 'registries' | 'deadline'>,
): Promise<string> {
  if (reference.layout !== undefined) return '';
  const repository = registries.repository(reference);
  const tag = `${digest.replace(':', '-')}.att`;
  if (await repository.hasTag(tag, deadline))
    return `the signature is by a key, or in cosign's older format (tag ${tag}), which is not read here. `;
  const [first] = attestations;
  const hasOther =
    first !== undefined && (await repository.hasReferrers(first.descriptor.digest, deadline).catch(() => false));
  return hasOther
    ? `Something is signed about the attestation manifest ${first.descriptor.digest} beside the image, as docker/github-builder does, which is not read here. `
    : '';
}

/** Of the user's file, or of the public instance. */
async function rootsOf({ settings, network, registries }: SignatureMeans): Promise<DatedRoots> {
  const { trustedRoots } = settings;
  if (trustedRoots !== null) return { roots: trustedRoots, date: null, notices: [] };
  const refreshMs = Math.min(REFRESH_MS, settings.timeoutMs / 3);
  const deadline = new Deadline(refreshMs, "the repository of Sigstore's trusted root", registries.signal);
  const transport = new Transport(TUF_ORIGIN, network);
  try {
    return await refreshPublicRoot(overHttp(transport, deadline), new Date());
  } finally {
    deadline.clear();
    await transport.close();
  }
}

/** All of it, beside reading the image. */
const REFRESH_MS = 5_000;

function overHttp(transport: Transport, deadline: Deadline): TufRepository {
  const { signal } = deadline;
  void transport.preconnect(new URL(TUF_ORIGIN));
  return {
    async fetch(path, maxBytes) {
      const url = new URL(`/${path}`, TUF_ORIGIN);
      const exchange = { method: 'GET', url, headers: {}, maxBytes, signal, isPathOurs: true } as const;
      const answer = await deadline.race(transport.send(exchange));
      if (answer.status === 200) return answer.body;
      // Storage that does not list its files answers 403 for one that is not there (TUF specification 5.3.3).
      if (answer.status === 404 || answer.status === 403) return null;
      throw new AssertImageError('unavailable', `${url.host} answered HTTP ${answer.status}.`);
    },
  };
}
