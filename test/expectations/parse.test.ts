import { describe, expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { formatExpectation } from '../../src/expectations/field/expectation.ts';
import { parseExpectation } from '../../src/expectations/field/parse.ts';
import { parsePattern } from '../../src/expectations/field/pattern.ts';

describe('every operator of the contract', () => {
  test.each([
    ['a=b', 'label a = b'],
    ['  a  =  b c  ', 'label a = b c'],
    ['a=b in (c)', 'label a = b in (c)'],
    ['a=b # no comment', 'label a = b # no comment'],
    ['a=b=c', 'label a = b=c'],
    ['a=b!~c', 'label a = b!~c'],
    ['a=""', 'label a = ""'],
    ['a="=x"', 'label a = "=x"'],
    ['a="~x"', 'label a = "~x"'],
    ['a=" b "', 'label a = " b "'],
    ['a="x\\u000ay"', 'label a = "x\\ny"'],
    ['a!=b', 'label a != b'],
    ['a != b', 'label a != b'],
    ['a=~b.*', 'label a =~ b.*'],
    ['a =~ x"b"', 'label a =~ x"b"'],
    ['a!="dev # never"', 'label a != dev # never'],
    ['a=b # c', 'label a = b # c'],
    ['a!=dev#1', 'label a != dev#1'],
    ['a=~=b', 'label a =~ =b'],
    ['a!~b|c', 'label a !~ b|c'],
    ['a in (b)', 'label a in (b)'],
    ['a in(b, c d ,"e,f", "")', 'label a in (b, c d, "e,f", "")'],
    ['a notin (b,c)', 'label a notin (b, c)'],
    ['a', 'label a'],
    ['!a', '!label a'],
    ['! a', '!label a'],
    ['"a b"="c"', 'label a b = c'],
    ['"a=b" in (c)', 'label a=b in (c)'],
    ['!"a=b"', '!label a=b'],
    ['org.opencontainers.image.revision=x', 'label org.opencontainers.image.revision = x'],
    ['in in (in)', 'label in in (in)'],
    ['a:b/c@d=e', 'label a:b/c@d = e'],
  ])('%s', (line, canonical) => {
    expect(formatExpectation(parseExpectation(line, 'label', parsePattern))).toBe(canonical);
  });
});

describe('what fails closed', () => {
  test.each([
    ['a=', 'the value is empty'],
    ['a =   ', 'the value is empty'],
    ['a!=', 'the value is empty'],
    ['a=~', 'the pattern is empty'],
    ['a!~ ', 'the pattern is empty'],
    ['a =~ "b"', 'the quotes are part of the pattern'],
    ['a!~"dev.*"', 'the quotes are part of the pattern'],
    ["a!~'dev.*'", 'the quotes are part of the pattern'],
    ['a!=dev-1  # never dev', 'a comment would be part of the value'],
    ['a!~dev.*  # never dev', 'a comment would be part of the pattern'],
    ['a notin (dev, test # never)', 'a comment would be part of the item'],
    ["a!='dev'", 'the quotes are part of the value'],
    ["a notin ('dev', 'test')", 'the quotes are part of the item'],
    ['a!~`dev`', 'the quotes are part of the pattern'],
    ['a!=“dev”', 'the quotes are part of the value'],
    ["!'tier'", 'it could not fail'],
    ['!tier,', 'it could not fail'],
    ['!tier:', 'it could not fail'],
    ['!${TIER}', 'it could not fail'],
    ["'tier'!=dev", 'it could not fail'],
    ['tier: notin (dev)', 'it could not fail'],
    ['a!=2\nb=y', 'it holds a line break'],
    ['a!=2\rb=y', 'it holds a line break'],
    ['#', 'it is a comment'],
    ['# a=b', 'it is a comment'],
    ['a in', 'parentheses'],
    ['a in ()', 'an empty item'],
    ['a in (,)', 'an empty item'],
    ['a in (b,)', 'an empty item'],
    ['a in (b', 'parentheses'],
    ['a in (b) c', 'parentheses'],
    ['a in ((b))', 'cannot stand in a list item'],
    ['a in (b"c)', 'cannot stand in a list item'],
    ['a in ("b" c)', 'cannot stand in a list item'],
    ['a in (b) in (c)', 'cannot stand in a list item'],
    ['a notin b', 'parentheses'],
    ['a==b', '"=="'],
    ['a!==b', '"!=="'],
    ['a= =b', 'begins with "="'],
    ['a=~', 'empty'],
    ['a= ~b', 'begins with "="'],
    ['=b', 'the key is empty'],
    ['!', 'the key is empty'],
    ['""=b', 'the key is empty'],
    ['!a=b', 'nothing may follow'],
    ['a b', 'is not an operator'],
    ['a ~ b', 'is not an operator'],
    ['a inside (b)', 'is not an operator'],
    ['a IN (b)', 'is not an operator'],
    ['"a=b', 'without an end'],
    ['"a"b=c', 'is not an operator'],
    ['a="b', 'not one JSON string'],
    ['a="b" c', 'not one JSON string'],
    ['a="\\ud800"', 'surrogate'],
    ['a=~(', 'not valid'],
    ['a=~(?=b)', 'not valid'],
    ['a=~\\1', 'not valid'],
    [`a=~${'b'.repeat(1025)}`, 'at most 1024'],
  ])('%s: %s', (line, message) => {
    expect(() => parseExpectation(line, 'label', parsePattern)).toThrow(AssertImageError);
    expect(() => parseExpectation(line, 'label', parsePattern)).toThrow(message);
  });

  test.each([
    ["a!='dev'", 'write the value as a JSON string'],
    ["a notin ('dev')", 'write the item as a JSON string'],
    ['a!~`dev`', "write [ ]# or ['] for what is meant"],
  ])('%s: %s', (line, hint) => {
    expect(() => parseExpectation(line, 'label', parsePattern)).toThrow(
      expect.objectContaining({ hint: expect.stringContaining(hint) }),
    );
  });

  test('an environment name with an equals sign can never be set', () => {
    expect(() => parseExpectation('"A=B"', 'env', parsePattern)).toThrow('has no "="');
  });
});
