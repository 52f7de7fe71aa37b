import { describe, expect, test } from 'vitest';
import { checkCel } from '../../src/expectations/cel/check-cel.ts';
import { parseCel } from '../../src/expectations/cel/cel.ts';
import type { Check } from '../../src/expectations/check.ts';
import { imageOf } from '../support/facts.ts';
import { COMMIT } from '../support/images.ts';

const image = imageOf(
  [
    {
      labels: { a: 'b', version: '1.2.3' },
      env: ['NODE_ENV=production', 'API_KEY=hunter2-secret'],
      annotations: { k: 'manifest' },
      descriptorAnnotations: { d: 'descriptor' },
      config: { User: 'app', ExposedPorts: { '80/tcp': {} }, Healthcheck: { Interval: 5_000_000_000 } },
    },
  ],
  { annotations: { i: 'index', k: 'index' } },
);
const context = {
  image,
  reference: 'ghcr.io/acme/app:main',
  tag: 'main',
  run: {
    commit: COMMIT,
    ref: 'refs/tags/v1.2.3',
    repository: 'acme/app',
    event: 'push',
    github: { sha: COMMIT, ref: 'refs/tags/v1.2.3', repository: 'acme/app', event_name: 'push' },
  },
  now: new Date('2026-11-20T16:00:00Z'),
};
const run = (source: string): Check => checkCel([parseCel(source)], image.platforms[0] as never, context)[0] as Check;

describe('the variables of the contract, with their types', () => {
  test.each([
    ['image.reference == "ghcr.io/acme/app:main" && image.tag == "main"'],
    ['image.digest.startsWith("sha256:") && image.platform == "linux/amd64"'],
    ['image.labels["a"] == "b" && image.labels.version == "1.2.3"'],
    ['image.env.NODE_ENV == "production"'],
    ['image.annotations.k == "manifest" && image.annotations.d == "descriptor" && image.annotations.i == "index"'],
    ['image.config.User == "app" && "80/tcp" in image.config.ExposedPorts'],
    ['image.config.Healthcheck.Interval == 5000000000'],
    ['type(image.size) == int && type(image.created) == google.protobuf.Timestamp'],
    ['now - image.created == duration("6h")'],
    ['image.created > timestamp("2026-11-19T00:00:00Z")'],
    ['image.layers.size() == 1 && image.layers[0].size == 3000000 && image.layers[0].mediaType.contains("tar")'],
    ['image.history.size() == 1'],
    ['index.platforms == ["linux/amd64"] && index.annotations.i == "index"'],
    [`github.sha == "${COMMIT}" && github.repository == "acme/app" && github.event_name == "push"`],
    ['github.ref == "refs/tags/v" + image.labels.version'],
    ['image.env.all(name, !name.matches("(?i)password"))'],
    ['int("-9223372036854775808") < 0 && int("+5") == 5 && uint("18446744073709551615") > 0u'],
    ['double("1.5e3") == 1500.0 && double("-.5") < 0.0 && double("7") == 7.0'],
    ['timestamp(1900000000) == timestamp("2030-03-17T17:46:40Z")'],
    ['image.created < timestamp(1900000000) && image.created > timestamp(1700000000)'],
    ['timestamp("2026-11-20T10:00:00.5Z") == timestamp("2026-11-20T12:00:00.5+02:00")'],
    ['timestamp(0) == timestamp("1970-01-01T00:00:00Z") && timestamp(-1) < timestamp(0)'],
    ['9223372036854775807 > 0 && -9223372036854775808 < 0'],
    ['has(image.labels.a) && !has(image.labels.none)'],
  ])('%s', (source) => {
    expect(run(source)).toMatchObject({ holds: true, message: '' });
  });
});

describe('never true', () => {
  test.each([
    ['a missing key', 'image.labels.none == "b"', 'none'],
    ['a missing key, negated', 'image.labels.none != "b"', 'none'],
    ['a missing field', 'image.nothing', 'nothing'],
    ['an inherited name', 'image.labels.constructor == "x"', 'constructor'],
    ['a wrong type', '1 + image.labels.a == 2', 'does not take values of these types'],
    ['a number', '1', 'is not true or false'],
    ['a string', '"true"', 'is not true or false'],
    ['a map', 'image.labels', 'is not true or false'],
    ['null', 'null', 'is not true or false'],
    ['false', 'false', 'is false'],
    ['division by zero', '1 / 0 == 1', 'cannot be evaluated'],
    ['an index out of range', 'image.layers[7].size == 1', 'cannot be evaluated'],
    ['a bad pattern', 'image.labels.a.matches("(")', 'cannot be evaluated'],
    ['another value', 'image.config.User == "root"', 'is false'],
    ['seconds in place of milliseconds', 'image.created > timestamp(1900000000)', 'is false'],
    ['a time past the year 9999', 'timestamp(253402300800) > image.created', 'cannot be evaluated'],
    ['an empty text as a number', 'int("") == 0', 'cannot be evaluated'],
    ['a blank text as a number', 'uint("  ") == 0u', 'cannot be evaluated'],
    ['an empty text as a fraction', 'double("") < 7.0', 'cannot be evaluated'],
    ['a text that is no number', 'double("n/a") != 10.0', 'cannot be evaluated'],
    ['a comma in a number', '!(double("9,8") >= 7.0)', 'cannot be evaluated'],
    ['a hexadecimal number', 'int("0x0") == 0', 'cannot be evaluated'],
    ['a number with blanks', 'int(" 5") == 5', 'cannot be evaluated'],
    ['a number of more than 64 bits', 'int("9223372036854775808") != 0', 'cannot be evaluated'],
    ['a negative unsigned number', 'uint("-1") != 0u', 'cannot be evaluated'],
    ['the 30th of February', 'image.created < timestamp("2027-02-30T00:00:00Z")', 'cannot be evaluated'],
    ['a time that is no RFC 3339', 'image.created < timestamp("2027-02-03")', 'cannot be evaluated'],
  ])('%s', (_, source, text) => {
    const check = run(source);
    expect(check.holds).toBe(false);
    expect(check.message).toContain(text);
  });

  test('the value of an environment variable is in no message', () => {
    const check = run('image.labels[image.env.API_KEY] == "x"');
    expect(check.holds).toBe(false);
    expect(JSON.stringify(check)).not.toContain('hunter2-secret');
  });
});

describe('what can never compile is an error with its column', () => {
  test.each([
    ['1 +', /column \d+/],
    ['image.labels.a ==', /column \d+/],
    ['nope == 1', /^column 1: there is no variable nope/],
    ['true && nope', /^column 9: there is no variable nope/],
    ['image.labels.exists(k, nope == k)', /no variable nope/],
    ['frob(image)', /no function frob/],
    ['image.labels.a.frob()', /no function frob/],
    ['"unclosed', /column \d+/],
    ['image.size < 9223372036854775808', /^column 14: 9223372036854775808 is out of range/],
    ['image.size > -9223372036854775809', /is out of range/],
    ['1u < 18446744073709551616u', /is out of range/],
    ['a'.repeat(5000), /more than 4096/],
  ])('%s', (source, message) => {
    expect(() => parseCel(source)).toThrow(message);
  });
});

describe('cost is bounded', () => {
  test('an expression that would run long is stopped, and does not hold', () => {
    const list = '[0,1,2,3,4,5,6,7,8,9]';
    const source = 'abcdfgh'.split('').reduce((inner, name) => `${list}.all(${name}, ${inner})`, 'a+b+c+d+f+g+h >= 0');
    const started = performance.now();
    expect(run(source)).toMatchObject({ holds: false, hint: expect.stringContaining('too long') });
    expect(performance.now() - started).toBeLessThan(3_000);
  });

  test('patterns run in linear time', () => {
    const hostile = imageOf([{ labels: { a: `${'a'.repeat(50_000)}!` } }]);
    const started = performance.now();
    const [check] = checkCel([parseCel('image.labels.a.matches("^(a+)+$")')], hostile.platforms[0] as never, {
      ...context,
      image: hostile,
    });
    expect(check?.holds).toBe(false);
    expect(performance.now() - started).toBeLessThan(1_000);
  });
});
