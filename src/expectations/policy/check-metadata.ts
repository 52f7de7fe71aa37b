import { findEnv } from '../../image/env.ts';
import type { PlatformImage } from '../../image/platform-image.ts';
import type { Check } from '../check.ts';
import type { KeyValue } from './metadata-pairs.ts';
import type { MetadataTest } from './metadata-test.ts';

/** One line of a metadataTest and what came of it, without the words that are the same for all. */
type Outcome = Omit<Check, 'platform' | 'topic' | 'name'>;

/**
 * `metadataTest` as container-structure-test applies it, every mismatch collected.
 * Source: pkg/types/v2/metadata.go (Run) and pkg/drivers (ports lose their protocol).
 *
 * @throws AssertImageError for an environment variable that the image sets in two ways
 */
export function checkMetadata(test: MetadataTest, { name, configFile: { config } }: PlatformImage): Check[] {
  const ports = (config.exposedPorts ?? []).map((port) => port.replace(/\/.*$/, ''));
  const volumes = config.volumes ?? [];
  const outcomes: Outcome[] = [
    ...test.envVars.map((item) => checkPair('envVars', item, findEnv(config.env, item.key))),
    ...test.unboundEnvVars.map((key) => checkUnbound(key, findEnv(config.env, key))),
    ...test.labels.map((item) => checkPair('labels', item, config.labels.get(item.key))),
    ...checkList('cmd', test.cmd, config.cmd),
    ...checkList('entrypoint', test.entrypoint, config.entrypoint),
    ...checkText('workdir', 'the working directory', test.workdir, config.workingDir),
    ...checkText('user', 'the user', test.user, config.user),
    ...checkMembers('exposedPorts', test.exposedPorts, ports, true),
    ...checkMembers('unexposedPorts', test.unexposedPorts, ports, false),
    ...checkMembers('volumes', test.volumes, volumes, true),
    ...checkMembers('unmountedVolumes', test.unmountedVolumes, volumes, false),
  ];
  return outcomes.map(({ found, message, ...outcome }) => ({
    ...outcome,
    topic: 'field',
    name: `metadataTest ${outcome.expectation.replace(/ =~? .*$/s, '')}`,
    expectation: `metadataTest ${outcome.expectation}`,
    platform: name,
    ...(outcome.holds ? { message: '' } : { message, ...(found === undefined ? {} : { found }) }),
  }));
}

function checkPair(kind: 'envVars' | 'labels', { key, value }: KeyValue, found: string | undefined): Outcome {
  const isText = typeof value === 'string';
  const expected = isText ? value : value.source;
  const holds = found !== undefined && (isText ? found === value : value.matches(found) === true);
  const isShown = found !== undefined && (kind === 'labels' || !holds);
  return {
    expectation: `${kind} ${key} ${isText ? '=' : '=~'} ${expected}`,
    holds,
    expected,
    actual: isShown ? found : null,
    isAbsent: found === undefined,
    message: `${kind} ${key} must ${isText ? 'be' : 'match'} ${expected}`,
    found: 'it is',
  };
}

function checkUnbound(key: string, found: string | undefined): Outcome {
  const expectation = `unboundEnvVars ${key}`;
  return {
    expectation,
    holds: found === undefined,
    expected: 'absent',
    actual: null,
    message: `${key} must not be set`,
  };
}

/** Null: nothing is expected. */
function checkList(name: string, wanted: readonly string[] | null, stated: readonly string[] | null): Outcome[] {
  if (wanted === null) return [];
  const found = stated ?? [];
  const holds = wanted.length === found.length && wanted.every((item, at) => item === found[at]);
  const [expected, actual] = [JSON.stringify(wanted), JSON.stringify(found)];
  return [{ expectation: `${name} = ${expected}`, holds, expected, actual, ...mustBe(name, expected) }];
}

/** Empty: nothing is expected. */
function checkText(name: string, what: string, expected: string, actual: string): Outcome[] {
  if (expected === '') return [];
  const holds = expected === actual;
  return [{ expectation: `${name} = ${expected}`, holds, expected, actual, ...mustBe(what, expected) }];
}

function mustBe(what: string, expected: string): Pick<Check, 'message' | 'found'> {
  return { message: `${what} must be ${expected}`, found: 'it is' };
}

function checkMembers(name: string, wanted: readonly string[], offered: readonly string[], isIn: boolean): Outcome[] {
  // Once for all: it can be megabytes.
  const actual = wanted.length === 0 ? '' : offered.join(', ');
  const found = new Set(offered);
  return wanted.map((item) => ({
    expectation: `${name} ${item}`,
    holds: found.has(item) === isIn,
    expected: isIn ? item : `not ${item}`,
    actual,
    message: `${name}: ${item} ${isIn ? 'must' : 'must not'} be in the config`,
    found: 'it has',
  }));
}
