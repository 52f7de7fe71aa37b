import { describe, expect, test } from 'vitest';
import { formatExpectation } from '../../../src/expectations/field/expectation.ts';
import { checkMetadata } from '../../../src/expectations/policy/check-metadata.ts';
import { type Policy, parsePolicy } from '../../../src/expectations/policy/policy.ts';
import { type FactsOptions, imageOf } from '../../support/facts.ts';
import { COMMIT } from '../../support/images.ts';
import { PUBLISHED_METADATA_TEST } from '../../support/structure-test.ts';

function read(text: string): Policy {
  const { policy, problems } = parsePolicy(text);
  expect(problems).toEqual([]);
  return policy;
}
const problemsOf = (text: string): string[] =>
  parsePolicy(text).problems.map(({ line, column, message }) => `${line}:${column} ${message}`);

describe('our own form', () => {
  test('the keys of the inputs; labels, env and annotations also as maps', () => {
    const policy = read(`
revision: ${COMMIT}
revision-from: label:x, env:GIT_SHA
contains-commit: ${COMMIT}
digest: sha256:${'a'.repeat(64)}
labels:
  org.opencontainers.image.vendor: Acme
  empty: ""
env: |
  # a comment
  NODE_ENV=production
  !DEBUG
annotations:
  - k=~v.*
  - "\\"key with space\\" in (a, b)"
expect:
  - image.config.User != ""
`);
    expect(policy.fields.map(formatExpectation)).toEqual([
      'label org.opencontainers.image.vendor = Acme',
      'label empty = ""',
      'env NODE_ENV = production',
      '!env DEBUG',
      'annotation k =~ v.*',
      'annotation key with space in (a, b)',
    ]);
    expect(policy).toMatchObject({ revision: COMMIT, containsCommit: COMMIT, digest: `sha256:${'a'.repeat(64)}` });
    expect(policy.revisionFrom).toHaveLength(2);
    expect(policy.cel.map(({ source }) => source)).toEqual(['image.config.User != ""']);
  });

  test.each([
    ['an item', 'labels:\n  - ! debug\n'],
    ['an item in brackets', 'labels: [! debug]\n'],
    ['an item of expect', 'expect:\n  - ! has(image.labels.debug)\n'],
    ['a scalar', 'expect: ! ("debug" in image.labels)\n'],
    ['a block', 'labels: ! |\n  debug\n'],
    ['a tag below its key', 'expect:\n  ! has(image.labels.debug)\n'],
    ['an item whose tag stands on a line of its own', 'labels:\n  - !\n    debug\n'],
    ['a tag of YAML', 'labels: [!!str debug]\n'],
    ['a tag behind an anchor', 'labels: [&a ! debug]\n'],
    ['a tag that ends in brackets', 'labels: [!<tag:yaml.org,2002:str> debug]\n'],
    ['a tag of nothing', 'labels:\n  - !\n  - debug\n'],
    ['a value', 'labels: {debug: ! x}\n'],
  ])('a "!" that YAML would take away is an error: %s', (_, text) => {
    expect(problemsOf(text).join()).toMatch(/tag of YAML/);
  });

  test.each([
    '# Never change this !\nlabels:\n  # nor this !\n  a: b\n',
    'labels:\n  # - !debug\n  - a=b\n',
    'labels:\n  # was: !debug\n  - a=b\n',
    '# [!NOTE\nlabels: [a=b]\n',
    'labels:\n  - a=b # not: !b\n',
  ])('a "!" in a comment is none: %j', (text) => {
    expect(read(text).fields).toHaveLength(1);
  });

  test('a "!" in quotes is what it says', () => {
    expect(read('labels: ["! debug", "!other"]\n').fields).toHaveLength(2);
  });

  test('every mistake is told with its line and column, all at once', () => {
    const text = `labels:
  a: 1
  b: true
  c: null
envs:
  X: y
env:
  - A==b
  - A=1
  - A = 1
digest: sha256:abc
expect: nope == 1
`;
    expect(problemsOf(text)).toEqual([
      expect.stringMatching(/^2:6 labels: a is not a string/),
      expect.stringMatching(/^3:6 labels: b is not a string/),
      expect.stringMatching(/^4:6 labels: c is not a string/),
      expect.stringMatching(/^5:1 the policy has no key "envs"/),
      expect.stringMatching(/^8:5 there is no operator "=="/),
      '10:5 env A = 1 is expected twice',
      '11:9 a sha256 digest has 64 hex digits, and this one has 3',
      expect.stringMatching(/^12:9 column 1: there is no variable nope/),
    ]);
  });

  test.each([
    ['a duplicate key', 'labels:\n  a: b\n  a: c\n', /^3:3 .*unique/],
    ['a duplicate key at the top', 'labels: {a: b}\nlabels: {a: c}\n', /^2:1 .*unique/],
    ['no YAML', 'labels: [a', /^\d+:\d+ /],
    ['a list', '- a\n', /not a map/],
    ['nothing', '', /empty/],
    ['nothing but comments', '# todo\n', /empty/],
    ['an empty map', '{}\n', /expects nothing/],
    ['an empty list', 'labels: []\n', /labels holds nothing/],
    ['nothing behind a key', 'labels:\n', /neither a text/],
    ['an alias', 'labels: &a {x: y}\nenv: *a\n', /aliases are not allowed/],
    ['two documents', 'labels: {a: b}\n---\nlabels: {a: c}\n', /^\d+:\d+ /],
    ['a number as a key', 'labels:\n  1: b\n', /^2:3 a key of labels is not a string/],
    ['an abbreviated commit', 'contains-commit: c0ffee0\n', /full commit ID/],
    ['a line break in an item', 'labels: ["v!=2\\nw=y"]\n', /^1:10 it holds a line break/],
    ['a lone CR in an item', 'labels: ["v!=2\\rw=y"]\n', /^1:10 it holds a line break/],
    ['a lone CR in a text', 'labels: "v!=2\\rw=y"\n', /it holds a line break/],
    ['a line break in an expression', 'expect: ["true ||\\nfalse"]\n', /it holds a line break/],
    ['a folded block', 'labels: >\n  v!=2\n  w=y\n', /^1:9 this text is folded/],
    ['a folded block as an item', 'labels:\n  - >-\n    v!=2\n    w=y\n', /^2:5 this text is folded/],
    ['a plain text over two lines', 'labels: v!=2\n  w=y\n', /^1:9 this text is folded/],
    ['a quoted text over two lines', 'labels: ["v!=2\n  w=y"]\n', /^1:10 this text is folded/],
    ['a comment as an item', 'labels: ["#"]\n', /^1:10 it is a comment/],
    ['a comment as an item beside another', 'labels: ["a=b", "# c=d"]\n', /^1:17 it is a comment/],
  ])('%s', (_, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });
});

/** Facts and tests after container-structure-test tests/Dockerfile.metadata and tests/amd64/ubuntu_22_04_metadata_test.yaml. */
const PUBLISHED: FactsOptions = {
  env: ['PATH=/usr/bin', 'SOME_KEY=SOME_VAL', 'EMPTY_VAR=', 'FOO_BAR=FOO\\:BAR=BAZ', 'REGEX_VAR=test-2.1.8'],
  labels: {
    'localnet.localdomain.commit_hash': '0123456789abcdef0123456789abcdef01234567',
    'localnet.my-domain.my-label': 'my test label',
    'label-with-empty-val': '',
  },
  config: {
    ExposedPorts: { '8080/tcp': {}, '53/udp': {} },
    Volumes: { '/data': {} },
    Cmd: ['/bin/bash'],
    WorkingDir: '/app',
    User: 'app',
  },
};

function failing(test_: string, options: FactsOptions = PUBLISHED): string[] {
  const { metadataTest } = read(`schemaVersion: '2.0.0'\nmetadataTest:\n${test_.replace(/^/gm, '  ')}`);
  const checks = checkMetadata(metadataTest as never, imageOf([options]).platforms[0] as never);
  return checks.filter(({ holds }) => !holds).map(({ expectation }) => expectation.replace('metadataTest ', ''));
}

test('a block with one expectation a line, and comments, is read line by line', () => {
  const { fields } = read('labels: |\n  # a comment\n  v=2\n\n  w=y\n');
  expect(fields.map(formatExpectation)).toEqual(['label v = 2', 'label w = y']);
});

describe('metadataTest, as container-structure-test applies it', () => {
  test.each([
    ['a port', 'exposedPorts: [8080, 53]', []],
    ['a version', 'labels: [{key: v, value: 1.10}]', []],
    ['another version', 'labels: [{key: v, value: 1.1}]', ['labels v = 1.1']],
    ['a user', 'user: 1000', []],
    ['a truth', 'cmd: [true]', ['cmd = ["true"]']],
  ])('%s without quotes is read as it stands', (_, text, expected) => {
    const options = { ...PUBLISHED, labels: { v: '1.10' }, config: { ...PUBLISHED.config, User: '1000' } };
    expect(failing(text, options)).toEqual(expected);
  });

  test('its own published test passes on its own published image', () => {
    expect(failing(PUBLISHED_METADATA_TEST)).toEqual([]);
  });

  test.each([
    ['patterns match anywhere', "labels: [{key: localnet.my-domain.my-label, value: 'test', isRegex: true}]", []],
    [
      'a pattern that does not match',
      "labels: [{key: localnet.my-domain.my-label, value: '^test', isRegex: true}]",
      ['labels localnet.my-domain.my-label =~ ^test'],
    ],
    [
      'equality is whole',
      'labels: [{key: localnet.my-domain.my-label, value: test}]',
      ['labels localnet.my-domain.my-label = test'],
    ],
    ['an absent label', "labels: [{key: none, value: ''}]", ['labels none = ']],
    ['an absent variable', "envVars: [{key: NONE, value: ''}]", ['envVars NONE = ']],
    ['a variable that is set', 'unboundEnvVars: [{key: SOME_KEY}]', ['unboundEnvVars SOME_KEY']],
    ['ports lose their protocol', "exposedPorts: ['8080', '53']", []],
    ['a port that is not there', "exposedPorts: ['80']", ['exposedPorts 80']],
    ['a port that is there', "unexposedPorts: ['8080']", ['unexposedPorts 8080']],
    ['a volume', "volumes: ['/data', '/none']", ['volumes /none']],
    ['a volume that is there', "unmountedVolumes: ['/data']", ['unmountedVolumes /data']],
    ['an equal cmd', "cmd: ['/bin/bash']", []],
    ['another cmd', "cmd: ['/bin/sh']", ['cmd = ["/bin/sh"]']],
    ['a longer cmd', "cmd: ['/bin/bash', '-c']", ['cmd = ["/bin/bash","-c"]']],
    ['[]: must be empty', 'cmd: []', ['cmd = []']],
    ['[]: is empty', 'entrypoint: []', []],
    ['an absent entrypoint', "entrypoint: ['/x']", ['entrypoint = ["/x"]']],
    ['workdir and user', 'workdir: /app\nuser: app', []],
    ['another workdir and user, both collected', 'workdir: /\nuser: root', ['workdir = /', 'user = root']],
    [
      'every mismatch is collected',
      "labels: [{key: none, value: x}]\nexposedPorts: ['1', '2']",
      ['labels none = x', 'exposedPorts 1', 'exposedPorts 2'],
    ],
  ])('%s', (_, text, expected) => {
    expect(failing(text)).toEqual(expected);
  });

  test('of ports and volumes all that are there are shown', () => {
    const { metadataTest } = read("schemaVersion: '2.0.0'\nmetadataTest: {exposedPorts: ['80'], volumes: ['/none']}\n");
    const checks = checkMetadata(metadataTest as never, imageOf([PUBLISHED]).platforms[0] as never);
    expect(checks.map(({ actual }) => actual)).toEqual(['8080, 53', '/data']);
  });

  test('its other tests need layers: one notice names those that were not run', () => {
    const policy = read('schemaVersion: 2.0.0\ncommandTests: []\nfileExistenceTests: []\nmetadataTest: {user: app}\n');
    expect(policy.notices).toEqual([
      "the policy's commandTests, fileExistenceTests were not run: they need the layers of the image.",
    ]);
  });

  test.each([
    ['only tests that need layers', "schemaVersion: '2.0.0'\ncommandTests: []\n", /no metadataTest/],
    ['an old version', "schemaVersion: '1.0.0'\nmetadataTest: {user: app}\n", /is not supported/],
    ['an unknown key', "schemaVersion: '2.0.0'\nmetadataTest: {users: app}\n", /2:16 metadataTest has no key "users"/],
    [
      'a port with its protocol that would never be found',
      "schemaVersion: '2.0.0'\nmetadataTest: {unexposedPorts: [22/tcp]}\n",
      /2:\d+ "22\/tcp" in unexposedPorts can never fail/,
    ],
    ...['" 22"', "'022'", '20-25', 'ssh', "''"].map((port): [string, string, RegExp] => [
      `a port that would never be found: ${port}`,
      `schemaVersion: '2.0.0'\nmetadataTest: {unexposedPorts: [${port}]}\n`,
      /unexposedPorts/,
    ]),
    ...['data', '/data/'].map((volume): [string, string, RegExp] => [
      `a volume that would never be found: ${volume}`,
      `schemaVersion: '2.0.0'\nmetadataTest: {unmountedVolumes: [${volume}]}\n`,
      /unmountedVolumes can never fail/,
    ]),
    ...['{key: FOO=bar}', '{key: $FOO}', "{key: 'AWS_.*', isRegex: true}"].map((item): [string, string, RegExp] => [
      `a variable that would never be found: ${item}`,
      `schemaVersion: '2.0.0'\nmetadataTest: {unboundEnvVars: [${item}]}\n`,
      /can never fail|means nothing/,
    ]),
    [
      'a pattern without its text',
      "schemaVersion: '2.0.0'\nmetadataTest: {labels: [{key: a, isRegex: true}]}\n",
      /2:\d+ isRegex without a value matches everything/,
    ],
    [
      'a pattern that is none',
      "schemaVersion: '2.0.0'\nmetadataTest: {labels: [{key: a, value: '(', isRegex: true}]}\n",
      /2:\d+ the pattern/,
    ],
    [
      'isRegex in quotes',
      "schemaVersion: '2.0.0'\nmetadataTest: {labels: [{key: a, value: b, isRegex: 'true'}]}\n",
      /neither true nor false/,
    ],
    ['an empty test', "schemaVersion: '2.0.0'\nmetadataTest: {}\n", /expects nothing/],
    ...['null', '~', ''].map((value): [string, string, RegExp] => [
      `nothing in place of a text: ${JSON.stringify(value)}`,
      `schemaVersion: '2.0.0'\nmetadataTest: {labels: [{key: a, value: ${value}}]}\n`,
      /2:\d+ value is not a string/,
    ]),
  ])('%s', (_, text, message) => {
    expect(problemsOf(text).join('\n')).toMatch(message);
  });
});
