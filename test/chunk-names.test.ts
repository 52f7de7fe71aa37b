import { expect, test } from 'vitest';
import { nameChunks, withChunkNames } from '../scripts/chunk-names.ts';

const chunk = (
  id: number,
  ...names: string[]
): { id: number; names: string[]; modules: { name: string; size: number }[] } => ({
  id,
  names: [],
  modules: names.map((name, at) => ({ name, size: 100 - at })),
});

test('a chunk is called after what most of it is', () => {
  const chunks = [
    chunk(1, './gate/wait.js'),
    chunk(2, '../node_modules/@bufbuild/cel/dist/parser.js', './x.js'),
    chunk(3, './slim/undici/lib/core/util.js'),
    chunk(4, './a/wait.js + 3 modules'),
  ];
  expect([...nameChunks({ chunks }).values()]).toEqual(['wait', 'bufbuild-cel', 'undici', 'wait-2']);
});

test.each([['another', [chunk(1, './a/cel.js'), chunk(2, './b/cel.js'), chunk(3, './b/cel-2.js')]]])(
  'a name that is that of %s is an error',
  (_, chunks) => {
    expect(() => nameChunks({ chunks })).toThrow('Two files of dist/ would be');
  },
);

test('a name that is taken by what leads to the bundle is made another', () => {
  expect([...nameChunks({ chunks: [chunk(1, './x/index.js')] }).values()]).toEqual(['index-chunk']);
});

test('the entry finds its chunks by name', () => {
  const code = 'const promise = import("./" + __x__.u(chunkId)).then(f);';
  expect(withChunkNames(code, new Map([[7, 'wait']]))).toBe(
    'const promise = ({ 7: () => import("./wait.js") })[chunkId]().then(f);',
  );
  expect(() => withChunkNames('other', new Map())).toThrow('in another way than before');
});
