import { randomUUID } from 'node:crypto';
import { renameSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { formatError } from '../errors.ts';
import type { Image, PlatformImage } from '../image/image.ts';
import { formatPinned, formatReference, tagOf } from '../reference/reference.ts';
import type { Comparison, Look, Verdict } from '../verdict.ts';
import type { Field } from '../expectations/expectation.ts';
import { diffImages } from './diff.ts';
import { failuresOf } from './failures.ts';
import { inertLines } from './inert.ts';

/** Everything that may be shown, as JSON. Values of environment variables and the build history are not in it. */
export function makeReport(verdict: Verdict, revisionFrom: readonly Field[]): unknown {
  return {
    schemaVersion: 1,
    result: verdict.result,
    error: verdict.error && { code: verdict.error.code, message: formatError(verdict.error) },
    failures: failuresOf(verdict),
    waited: verdict.waited,
    skipped: verdict.skipped.map(({ reference, reason }) => ({ reference: formatReference(reference), reason })),
    images: verdict.looks.map(describeLook),
    comparison:
      verdict.comparison && describeComparison(verdict.comparison, verdict.looks[0]?.image ?? null, revisionFrom),
  };
}

/** Writes the report as a whole or not at all; returns its path. */
export function writeReport(report: unknown, env: NodeJS.ProcessEnv): string {
  const file = path.join(env['RUNNER_TEMP'] || tmpdir(), `assert-image-${randomUUID()}.json`);
  const partial = `${file}.partial`;
  try {
    writeFileSync(partial, formatReport(report), { flag: 'wx', mode: 0o600 });
    renameSync(partial, file);
  } finally {
    rmSync(partial, { force: true });
  }
  return file;
}

/** JSON that is inert in a log too, where a step prints it: nothing invisible, and no `##[`. */
export function formatReport(report: unknown): string {
  return `${inertLines(JSON.stringify(report, null, 2))}\n`;
}

function describeComparison(
  { reference, image, error }: Comparison,
  after: Image | null,
  from: readonly Field[],
): unknown {
  return {
    reference: formatReference(reference),
    digest: image?.digest ?? null,
    error: error && { code: error.code, message: formatError(error) },
    platforms: image && after ? diffImages(image, after, from) : [],
  };
}

function describeLook({ reference, result, image, checks, notices, error }: Look): unknown {
  return {
    reference: formatReference(reference),
    pinned: image && formatPinned(reference, image.digest),
    tag: tagOf(reference),
    result,
    error: error && { code: error.code, message: formatError(error) },
    digest: image?.digest ?? null,
    mediaType: image?.mediaType ?? null,
    annotations: image?.index ? Object.fromEntries(image.index.annotations) : {},
    checks,
    notices,
    platforms: image?.platforms.map(describePlatform) ?? [],
    unchecked: image?.unchecked ?? [],
    skipped: image?.skipped ?? [],
  } satisfies Record<string, unknown> & { unchecked: Image['unchecked'] };
}

function describePlatform(platform: PlatformImage): unknown {
  const { config, created, platform: stated } = platform.configFile;
  return {
    platform: platform.name,
    digest: platform.manifestDigest,
    mediaType: platform.mediaType,
    imageId: platform.imageId,
    created,
    size: platform.size,
    annotations: Object.fromEntries([...platform.descriptorAnnotations, ...platform.manifestAnnotations]),
    layers: platform.layers.map(({ digest, size, mediaType }) => ({ digest, size, mediaType })),
    config: {
      os: stated.os,
      architecture: stated.architecture,
      variant: stated.variant,
      labels: Object.fromEntries(config.labels),
      envNames: [...config.env.values.keys()],
      user: config.user,
      entrypoint: config.entrypoint,
      cmd: config.cmd,
      workingDir: config.workingDir,
      exposedPorts: config.exposedPorts,
      volumes: config.volumes,
      stopSignal: config.stopSignal,
    },
  };
}
