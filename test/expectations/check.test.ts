import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { checkImage } from '../../src/expectations/check-image.ts';
import { sentenceOf } from '../../src/report/sentence.ts';
import type { Check, Checked } from '../../src/expectations/check.ts';
import type { FieldKind } from '../../src/expectations/field/expectation.ts';
import { parseExpectation } from '../../src/expectations/field/parse.ts';
import { parsePattern } from '../../src/expectations/field/pattern.ts';
import { parseWantedPlatform } from '../../src/reference/platform.ts';
import type { Digest } from '../../src/reference/digest.ts';
import { type FactsOptions, imageOf, NOTHING_EXPECTED } from '../support/facts.ts';

function run(line: string, options: FactsOptions = {}, kind: FieldKind = 'label'): Checked {
  const defaults = { labels: { a: 'b', empty: '' }, env: ['A=b', 'EMPTY='] };
  return checkImage(imageOf([{ ...defaults, ...options }]), {
    ...NOTHING_EXPECTED,
    fields: [parseExpectation(line, kind, parsePattern)],
  });
}
const only = ({ checks }: Checked): Check => checks[0] as Check;

describe('every operator, holding and not, on a key that is there and on one that is not', () => {
  test.each([
    ['a=b', true],
    ['a=c', false],
    ['a=B', false],
    ['none=b', false],
    ['empty=""', true],
    ['none=""', false],
    ['a=""', false],
    ['a!=c', true],
    ['a!=b', false],
    ['none!=b', true],
    ['empty!=""', false],
    ['a=~b', true],
    ['a=~[abc]', true],
    ['a=~c', false],
    ['ab=~b', false],
    ['none=~.*', false],
    ['empty=~.*', true],
    ['a!~c', true],
    ['a!~b', false],
    ['none!~b', true],
    ['a in (x, b)', true],
    ['a in (x, y)', false],
    ['none in (x, b)', false],
    ['empty in ("")', true],
    ['none in ("")', false],
    ['a notin (x, y)', true],
    ['a notin (x, b)', false],
    ['none notin (b)', true],
    ['a', true],
    ['empty', true],
    ['none', false],
    ['!a', false],
    ['!empty', false],
    ['!none', true],
    ['constructor', false],
    ['!__proto__', true],
  ])('label %s: %s', (line, holds) => {
    expect(only(run(line)).holds).toBe(holds);
  });

  test('a pattern matches the whole value, never a line of it (I-19)', () => {
    expect(only(run('a=~b', { labels: { a: 'evil\nb\nevil' } })).holds).toBe(false);
    expect(only(run('a=~b', { labels: { a: 'bb' } })).holds).toBe(false);
    expect(only(run('a=~b', { labels: { a: 'b\n' } })).holds).toBe(false);
  });

  test.each(['a=~(a+)+$', 'a!~(a+)+$'])('%s on a hostile or huge value ends at once, and does not hold', (line) => {
    const started = performance.now();
    expect(
      only(run(line.replace('=~', '=~').replace('!~', '!~'), { labels: { a: `${'a'.repeat(2_000_000)}!` } })).holds,
    ).toBe(false);
    run(line, { labels: { a: `${'a'.repeat(60_000)}!` } });
    expect(performance.now() - started).toBeLessThan(5_000);
  });
});

describe('environment variables', () => {
  test.each([
    ['A=b', true, null],
    ['A=c', false, 'b'],
    ['A!=b', false, 'b'],
    ['A=~c', false, 'b'],
    ['A!~b', false, 'b'],
    ['A in (x)', false, null],
    ['A notin (b)', false, null],
    ['!A', false, null],
    ['NOTHING_EXPECTED', false, null],
  ])('%s: holds %s, and the value shown is %s', (line, holds, actual) => {
    const check = only(run(line, {}, 'env'));
    expect(check).toMatchObject({ holds, actual });
    if (actual === null) expect(sentenceOf(check)).not.toContain('"b"');
  });

  test.each([
    ['twice, to different values (M-28)', ['A=1', 'A=2'], 'ambiguous'],
    ['without an equals sign (M-28)', ['A'], 'malformed'],
  ])('an asked variable that is set %s cannot be judged', (_, env, code) => {
    const error = (() => {
      try {
        return run('A=1', { env }, 'env');
      } catch (thrown) {
        return thrown as AssertImageError;
      }
    })();
    expect(error).toMatchObject({ code });
    expect(only(run('B=1', { env: [...env, 'B=1'] }, 'env')).holds).toBe(true);
  });

  test('twice to the same value is no question', () => {
    expect(only(run('A=1', { env: ['A=1', 'A=1'] }, 'env')).holds).toBe(true);
  });

  test('on Windows names are the same whatever their case (M-28)', () => {
    expect(only(run('Path=C', { platform: 'windows/amd64', env: ['PATH=C'] }, 'env')).holds).toBe(true);
    expect(only(run('Path=C', { env: ['PATH=C'] }, 'env')).holds).toBe(false);
  });

  test('the value ends at the end of the entry, equals signs and all', () => {
    expect(only(run('A=b=c=', { env: ['A=b=c='] }, 'env')).holds).toBe(true);
  });
});

describe('annotations: manifest, else descriptor, else index', () => {
  const everywhere = { annotations: { k: 'manifest' }, descriptorAnnotations: { k: 'descriptor' } };
  test.each([
    ['all three', everywhere, { k: 'index' }, 'manifest'],
    ['descriptor and index', { descriptorAnnotations: { k: 'descriptor' } }, { k: 'index' }, 'descriptor'],
    ['index only', {}, { k: 'index' }, 'index'],
  ])('%s', (_, options, annotations, value) => {
    const image = imageOf([options], { annotations });
    const checked = checkImage(image, {
      ...NOTHING_EXPECTED,
      fields: [parseExpectation(`k=${value}`, 'annotation', parsePattern)],
    });
    expect(only(checked).holds).toBe(true);
  });
});

describe('every platform is checked', () => {
  test('one of two that differs fails, by name (S-7)', () => {
    const image = imageOf([
      { platform: 'linux/amd64', labels: { a: 'b' } },
      { platform: 'linux/arm64', labels: { a: 'old' } },
    ]);
    const { checks } = checkImage(image, {
      ...NOTHING_EXPECTED,
      fields: [parseExpectation('a=b', 'label', parsePattern)],
    });
    expect(checks.map(({ platform, holds }) => [platform, holds])).toEqual([
      ['linux/amd64', true],
      ['linux/arm64', false],
    ]);
  });

  test('a wanted platform that is absent fails', () => {
    const image = { ...imageOf([{}]), absent: [parseWantedPlatform('linux/s390x')] };
    expect(checkImage(image, NOTHING_EXPECTED).checks).toMatchObject([
      { holds: false, message: 'the image has no linux/s390x; it has linux/amd64' },
    ]);
  });

  test.each([
    [{ architecture: 'arm64' }, false],
    [{ os: 'windows' }, false],
    [{ architecture: 'amd64' }, true],
    [{ variant: 'v3' }, true],
  ])('an index that offers linux/amd64 where the config says %o: holds %s (M-17)', (configFile, holds) => {
    const image = imageOf([{ configFile }]);
    const offered = { os: 'linux', architecture: 'amd64', variant: '', osVersion: '' };
    const platforms = image.platforms.map((platform) => ({ ...platform, offered }));
    expect(checkImage({ ...image, platforms }, NOTHING_EXPECTED).checks.every((check) => check.holds)).toBe(holds);
  });
});

describe('digest', () => {
  const image = imageOf([{}]);
  const platform = image.platforms[0] as (typeof image.platforms)[number];
  const other = { ...image, digest: `sha256:${'9'.repeat(64)}` as Digest };
  test.each([
    ['the digest itself', other.digest, true, ''],
    ['another', `sha256:${'8'.repeat(64)}`, false, 'it resolves to'],
    ['that of a child (S-5)', platform.manifestDigest, false, 'manifest of linux/amd64 in this index'],
    ['the image ID (S-5)', platform.imageId, false, 'image ID (config digest)'],
  ])('%s', (_, digest, holds, message) => {
    const check = only(checkImage(other, { ...NOTHING_EXPECTED, digest: digest as Digest }));
    expect(check.holds).toBe(holds);
    expect(sentenceOf(check)).toContain(message);
  });
});

describe('a failure gives its nearest reason', () => {
  test.each([
    ['case', 'a=B', { a: 'b' }, 'upper and lower case'],
    ['white space', 'a=b', { a: 'b\n' }, 'white space'],
    ['a leading v in the image', 'a=1.2.3', { a: 'v1.2.3' }, 'leading "v"'],
    ['a leading v in the expectation', 'a=v1.2.3', { a: '1.2.3' }, 'leading "v"'],
    ['a dirty tree', 'a=abc', { a: 'abc-dirty' }, '"-dirty"'],
    ['an empty value', 'a=abc', { a: '' }, 'empty'],
    ['an abbreviation', `a=${'c0ffee01'.repeat(5)}`, { a: 'c0ffee01' }, 'abbreviation'],
    ['characters that look alike', 'a=K', { a: '\u212a' }, 'looks the same'],
    ['another case of the key', 'MAINTAINER=x', { maintainer: 'x' }, 'There is label "maintainer"'],
  ])('%s', (_, line, labels, reason) => {
    expect(sentenceOf(only(run(line, { labels })))).toContain(reason);
  });

  test('an annotation of that name, a label of that name', () => {
    expect(only(run('k=v', { annotations: { k: 'v' } })).hint).toContain('There is an annotation of that name');
    expect(only(run('a=v', {}, 'annotation')).hint).toContain('There is a label of that name');
  });
});

describe('notices', () => {
  test.each([
    ['none!=b', 'only because label none is absent'],
    ['none!~b', 'only because'],
    ['none notin (b)', 'only because'],
    ['org.opencontainers.image.version', 'images inherit this label from their base'],
    ['org.opencontainers.image.version=~.*', 'images inherit this label from their base'],
  ])('%s', (line, text) => {
    expect(run(line).notices.join()).toContain(text);
  });

  test.each(['!none', 'a!=c', 'a', 'org.opencontainers.image.version=1'])('%s earns none', (line) => {
    expect(run(line).notices).toEqual([]);
  });
});
