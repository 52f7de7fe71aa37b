import { lookUpEnv } from '../../image/config.ts';
import type { PlatformImage } from '../../image/image.ts';
import type { Check } from '../check.ts';
import type { KeyValue, MetadataTest } from './metadata-test.ts';

/**
 * `metadataTest` as container-structure-test applies it, every mismatch collected.
 * Source: pkg/types/v2/metadata.go (Run) and pkg/drivers (ports lose their protocol).
 *
 * @throws AssertImageError for an environment variable that the image sets in two ways
 */
export function checkMetadata(test: MetadataTest, platform: PlatformImage): Check[] {
  const { config } = platform.configFile;
  const check = (
    expectation: string,
    holds: boolean,
    expected: string,
    actual: string | null,
    message: string,
  ): Check => ({
    expectation: `metadataTest ${expectation}`,
    platform: platform.name,
    holds,
    expected,
    actual,
    message: holds ? '' : message,
  });
  const pair = (kind: string, { key, value }: KeyValue, found: string | undefined): Check => {
    const expected = typeof value === 'string' ? value : value.source;
    const holds = found !== undefined && (typeof value === 'string' ? found === value : value.matches(found) === true);
    const sign = typeof value === 'string' ? '=' : '=~';
    const isShown = found !== undefined && (kind === 'labels' || !holds);
    return check(
      `${kind} ${key} ${sign} ${expected}`,
      holds,
      expected,
      isShown ? found : null,
      `${kind} ${key} ${found === undefined ? 'is absent' : 'has another value'}.`,
    );
  };
  const list = (name: string, expected: readonly string[] | null, actual: readonly string[] | null): Check[] => {
    if (expected === null) return [];
    const found = actual ?? [];
    const holds = expected.length === found.length && expected.every((item, at) => item === found[at]);
    const [left, right] = [JSON.stringify(expected), JSON.stringify(found)];
    return [check(`${name} = ${left}`, holds, left, right, `${name} is another.`)];
  };
  const members = (name: string, wanted: readonly string[], offered: readonly string[], isIn: boolean): Check[] => {
    // Once for all: it can be megabytes.
    const actual = wanted.length === 0 ? '' : offered.join(', ');
    const found = new Set(offered);
    return wanted.map((item) =>
      check(
        `${name} ${item}`,
        found.has(item) === isIn,
        isIn ? item : `not ${item}`,
        actual,
        `${item} is ${isIn ? 'not ' : ''}in the config.`,
      ),
    );
  };
  const ports = (config.exposedPorts ?? []).map((port) => port.replace(/\/.*$/, ''));
  const volumes = config.volumes ?? [];
  return [
    ...test.envVars.map((item) => pair('envVars', item, lookUpEnv(config.env, item.key))),
    ...test.unboundEnvVars.map((key) =>
      check(`unboundEnvVars ${key}`, lookUpEnv(config.env, key) === undefined, 'absent', null, `${key} is set.`),
    ),
    ...test.labels.map((item) => pair('labels', item, config.labels.get(item.key))),
    ...list('cmd', test.cmd, config.cmd),
    ...list('entrypoint', test.entrypoint, config.entrypoint),
    ...(test.workdir === ''
      ? []
      : [
          check(
            `workdir = ${test.workdir}`,
            test.workdir === config.workingDir,
            test.workdir,
            config.workingDir,
            'the working directory is another.',
          ),
        ]),
    ...(test.user === ''
      ? []
      : [check(`user = ${test.user}`, test.user === config.user, test.user, config.user, 'the user is another.')]),
    ...members('exposedPorts', test.exposedPorts, ports, true),
    ...members('unexposedPorts', test.unexposedPorts, ports, false),
    ...members('volumes', test.volumes, volumes, true),
    ...members('unmountedVolumes', test.unmountedVolumes, volumes, false),
  ];
}
