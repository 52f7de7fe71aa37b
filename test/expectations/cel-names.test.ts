/** Names in expressions, and what they stand for. */
import { expect, test } from 'vitest';
import { celFactsOf } from '../../src/expectations/cel/facts.ts';
import { parseCel } from '../../src/expectations/cel/cel.ts';
import { imageOf } from '../support/facts.ts';

test.each([
  [['A=1'], true],
  [['A=1', 'A=2'], false],
  [['A=1', 'B'], false],
])('CEL has the environment %j: %s', (env, has) => {
  const image = imageOf([{ env }]);
  const context = {
    reference: 'r',
    tag: null,
    run: { commit: '' },
    now: new Date(),
  };
  const facts = celFactsOf(image.platforms[0] as never, { ...context, image });
  expect((facts.image as Map<string, unknown>).has('env')).toBe(has);
});

test.each([
  '{nope: 1}.size() == 1',
  '{"a": nope}.size() == 1',
  '[nope].size() == 1',
  'image.labels[nope] == "a"',
  'nope.a == 1',
  '"a".startsWith(nope)',
])('an unknown name is found in %s', (source) => {
  expect(() => parseCel(source)).toThrow('no variable nope');
});
