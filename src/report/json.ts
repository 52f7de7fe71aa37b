import { formatError } from '../base/errors.ts';
import type { Check } from '../expectations/check.ts';
import type { Image } from '../image/image.ts';
import type { PlatformImage } from '../image/platform-image.ts';
import type { ProvenanceFacts } from '../image/stated-provenance.ts';
import { formatPinned, formatReference, tagOf } from '../reference/reference.ts';
import { type Comparison, type Look, nameOf, type Verdict } from '../gate/verdict.ts';
import { type Change, diffImages } from './diff.ts';
import { type Failure, failuresOf } from './failures.ts';
import { jsonPieces } from './json-pieces.ts';
import { describeProvenance, statedFacts } from './provenance.ts';
import { Room } from './room.ts';
import { sentenceOf } from './sentence.ts';

/**
 * Everything that may be shown, as JSON, in pieces: one for each image, for a thousand can be large. Values of
 * environment variables and the build history are not in it. The JSON is inert in a log too, where a step prints
 * it: nothing invisible, and no `##[`.
 */
export function formatReport(verdict: Verdict): Generator<string> {
  const room = new Room();
  // Checks have their own budget because readers come for them. Failures come first.
  const ofChecks = new Room();
  const failures = describeFailures(verdict, ofChecks);
  const images = describeLooks(verdict, room, ofChecks);
  return jsonPieces({ ...describeVerdict(verdict, failures, room), images });
}

function* describeFailures(verdict: Verdict, room: Room): Generator {
  let leftOut = 0;
  for (const failure of failuresOf(verdict)) {
    if (room.fits(failure)) yield failure;
    else leftOut += 1;
  }
  if (leftOut === 0) return;
  const message = `this report has no room for ${leftOut} more failures.`;
  yield { image: '', platform: null, expectation: '', expected: null, actual: null, message } satisfies Failure;
}

function* describeLooks({ looks }: Verdict, room: Room, ofChecks: Room): Generator {
  for (const look of looks) yield describeLook(look, room, ofChecks);
}

function describeVerdict(verdict: Verdict, failures: Iterable<unknown>, room: Room): object {
  return {
    schemaVersion: 1,
    result: verdict.result,
    error: verdict.error && { code: verdict.error.code, message: formatError(verdict.error) },
    failures,
    waited: verdict.waited,
    skipped: verdict.skipped.map(({ name, reason }) => ({
      reference: name,
      reason: room.text(reason),
    })),
    comparison: verdict.comparison && describeComparison(verdict.comparison, verdict.looks[0], room),
  };
}

function describeComparison(comparison: Comparison, after: Look | undefined, room: Room): unknown {
  const { reference, image, error } = comparison;
  const diffs = diffImages(comparison, after);
  return {
    reference: formatReference(reference),
    digest: image?.digest ?? null,
    error: error && { code: error.code, message: formatError(error) },
    platforms: diffs.map((diff) => ({ ...diff, changes: describeChanges(diff.changes, room) })),
  };
}

function describeChanges(changes: readonly Change[], room: Room): Change[] {
  const told = room.list(changes);
  const leftOut = changes.length - told.length;
  return leftOut === 0
    ? told
    : [...told, { what: `${leftOut} more, for which this report has no room`, before: null, after: null }];
}

function describeLook(look: Look, room: Room, ofChecks: Room): unknown {
  const { reference, result, image, checks, notices, error } = look;
  const leftOutBefore = room.leftOut;
  const toldChecks = checks.map(describeCheck).filter((check) => ofChecks.fits(check));
  const annotations = image?.index ? room.map(image.index.annotations) : {};
  const platforms = image?.platforms.map((platform) => describePlatform(platform, room)) ?? [];
  const skipped = room.list(image?.skipped ?? []);
  const leftOut = room.leftOut - leftOutBefore + checks.length - toldChecks.length;
  return {
    reference: image && reference ? formatPinned(reference, image.digest) : '',
    asked: nameOf(look),
    tag: reference && tagOf(reference),
    result,
    error: error && { code: error.code, message: formatError(error) },
    digest: image?.digest ?? null,
    mediaType: image?.mediaType ?? null,
    annotations,
    checks: toldChecks,
    notices: leftOut === 0 ? notices : [...notices, `this report has no room for ${leftOut} texts of this image.`],
    provenance: describeProvenance(look),
    platforms,
    unchecked: image?.unchecked ?? [],
    skipped,
  } satisfies Record<string, unknown> & { unchecked: Image['unchecked'] };
}

/** As the report's schema has it: all that is to say of it in one sentence. */
function describeCheck(check: Check): unknown {
  const { expectation, platform, holds, expected, actual } = check;
  return { expectation, platform, holds, expected, actual, message: holds ? '' : sentenceOf(check) };
}

/** What a builder wrote beside the platform, unsigned; null where it was not read. */
function describeStated(platform: PlatformImage, room: Room): ProvenanceFacts | null {
  const facts = statedFacts(platform);
  return facts === null ? null : (room.list([facts])[0] ?? null);
}

function describePlatform(platform: PlatformImage, room: Room): unknown {
  const { config, created, platform: stated } = platform.configFile;
  const list = (items: readonly string[] | null): string[] | null => items && room.list(items);
  return {
    platform: platform.name,
    digest: platform.manifestDigest,
    mediaType: platform.mediaType,
    imageId: platform.imageId,
    created,
    size: platform.size,
    annotations: room.map(new Map([...platform.descriptorAnnotations, ...platform.manifestAnnotations])),
    provenance: describeStated(platform, room),
    layers: room.list(platform.layers.map(({ digest, size, mediaType }) => ({ digest, size, mediaType }))),
    config: {
      os: stated.os,
      architecture: stated.architecture,
      variant: stated.variant,
      labels: room.map(config.labels),
      envNames: room.list([...config.env.values.keys()]),
      user: room.text(config.user),
      entrypoint: list(config.entrypoint),
      cmd: list(config.cmd),
      workingDir: room.text(config.workingDir),
      exposedPorts: list(config.exposedPorts),
      volumes: list(config.volumes),
      stopSignal: config.stopSignal === null ? null : room.text(config.stopSignal),
    },
  };
}
