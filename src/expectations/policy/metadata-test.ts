import type { Node } from 'yaml';
import type { PolicyDocument } from './document.ts';
import { type KeyValue, readPairs, readUnbound } from './metadata-pairs.ts';

/**
 * `metadataTest` of a container-structure-test file, schema version 2.
 * Source: container-structure-test pkg/types/v2/metadata.go. Absent and empty differ for
 * `entrypoint` and `cmd` only: there `[]` means that it must be empty.
 */
export interface MetadataTest {
  readonly envVars: readonly KeyValue[];
  readonly unboundEnvVars: readonly string[];
  readonly labels: readonly KeyValue[];
  readonly exposedPorts: readonly string[];
  readonly unexposedPorts: readonly string[];
  readonly volumes: readonly string[];
  readonly unmountedVolumes: readonly string[];
  readonly entrypoint: readonly string[] | null;
  readonly cmd: readonly string[] | null;
  readonly workdir: string;
  readonly user: string;
}

/** Keys of that tool's files, by which one is known. */
export const METADATA_FILE_KEYS = [
  'schemaVersion',
  'metadataTest',
  'fileExistenceTests',
  'fileContentTests',
  'commandTests',
  'licenseTests',
];
const FILE_KEYS = [...METADATA_FILE_KEYS, 'globalEnvVars', 'containerRunOptions'];
const NEED_LAYERS = ['commandTests', 'fileExistenceTests', 'fileContentTests', 'licenseTests'];
const TEST_KEYS = [
  'envVars',
  'unboundEnvVars',
  'labels',
  'exposedPorts',
  'unexposedPorts',
  'volumes',
  'unmountedVolumes',
  'entrypoint',
  'cmd',
  'workdir',
  'user',
];

export function readMetadataFile(
  document: PolicyDocument,
  root: Node,
): { metadataTest: MetadataTest | null; notices: string[] } {
  const entries = document.entries(root, FILE_KEYS, 'the file');
  const version = entries.has('schemaVersion')
    ? document.string(entries.get('schemaVersion'), 'schemaVersion')
    : undefined;
  if (version !== undefined && !/^2\.[0-9]+\.[0-9]+$/.test(version)) {
    document.add(
      entries.get('schemaVersion'),
      `schemaVersion ${JSON.stringify(version)} is not supported`,
      "Write '2.0.0'.",
    );
  }
  const notRun = NEED_LAYERS.filter((name) => entries.has(name));
  const notices =
    notRun.length === 0 ? [] : [`the policy's ${notRun.join(', ')} were not run: they need the layers of the image.`];
  const test = entries.get('metadataTest');
  if (test === undefined || test === null) {
    document.add(root, 'the file has no metadataTest, and its other tests need layers', 'Write a metadataTest.');
    return { metadataTest: null, notices };
  }
  return { metadataTest: readTest(document, test), notices };
}

/** How that tool's own list writes an item. */
interface Form {
  readonly form: RegExp;
  readonly hint: string;
}
const PORT: Form = { form: /^[1-9][0-9]{0,4}$/, hint: 'Write the number of a port, without its protocol.' };
const VOLUME: Form = {
  form: /^\/(?:.*[^/])?$/,
  hint: 'Write a path that begins with "/", and does not end with one.',
};

function readTest(document: PolicyDocument, node: Node): MetadataTest {
  const entries = document.entries(node, TEST_KEYS, 'metadataTest');
  const strings = (name: string): string[] =>
    entries.has(name)
      ? document.items(entries.get(name), name).flatMap((item) => document.text(item, `an item of ${name}`) ?? [])
      : [];
  const nonEmpty = (name: string): string[] => {
    const list = strings(name);
    if (list.includes('')) document.add(entries.get(name), `an item of ${name} is empty`, 'Remove it.');
    return list;
  };
  /** What that tool compares with the image as it stands: in any other form it would never be found. */
  const findable = (name: string, { form, hint }: Form): string[] => {
    const list = nonEmpty(name);
    const odd = list.find((item) => item !== '' && !form.test(item));
    if (odd !== undefined) document.add(entries.get(name), `${JSON.stringify(odd)} in ${name} can never fail`, hint);
    return list;
  };
  const text = (name: string): string => (entries.has(name) ? (document.text(entries.get(name), name) ?? '') : '');
  const test: MetadataTest = {
    envVars: readPairs(document, entries.get('envVars'), 'envVars'),
    unboundEnvVars: readUnbound(document, entries.get('unboundEnvVars')),
    labels: readPairs(document, entries.get('labels'), 'labels'),
    exposedPorts: nonEmpty('exposedPorts'),
    unexposedPorts: findable('unexposedPorts', PORT),
    volumes: nonEmpty('volumes'),
    unmountedVolumes: findable('unmountedVolumes', VOLUME),
    entrypoint: entries.has('entrypoint') ? strings('entrypoint') : null,
    cmd: entries.has('cmd') ? strings('cmd') : null,
    workdir: text('workdir'),
    user: text('user'),
  };
  if (isEmpty(test))
    document.add(node, 'metadataTest expects nothing', 'Write labels, envVars or another of its keys.');
  return test;
}

/** `[]` for entrypoint and cmd does expect something: that they are empty. */
function isEmpty({ entrypoint, cmd, workdir, user, ...lists }: MetadataTest): boolean {
  const isListed = Object.values(lists).some((list) => list.length > 0);
  return !isListed && entrypoint === null && cmd === null && workdir === '' && user === '';
}
