/** Names for the chunks of `dist/`, which the bundler numbers: each is called after what most of it is. */

/** What is read of webpack's stats. */
export interface Stats {
  readonly chunks: readonly {
    readonly id: number;
    readonly names: readonly string[];
    readonly modules: readonly { readonly name: string; readonly size: number }[];
  }[];
}

/** The entry of the bundle, and what leads to it (scripts/doors.ts). */
const RESERVED = new Set(['doors', 'index', 'library']);

/** By number; without the entry, whose name is fixed. */
export function nameChunks({ chunks }: Stats): ReadonlyMap<number, string> {
  const names = new Map<number, string>();
  for (const { id, modules } of chunks.filter((chunk) => !chunk.names.includes('main'))) {
    const owner = mostOf(modules);
    const name = RESERVED.has(owner) ? `${owner}-chunk` : owner;
    const same = [...names.values()].filter((other) => other.replace(/-[0-9]+$/, '') === name).length;
    const chosen = same === 0 ? name : `${name}-${same + 1}`;
    if ([...names.values()].includes(chosen)) throw new Error(`Two files of dist/ would be ${chosen}.js.`);
    names.set(id, chosen);
  }
  return names;
}

/**
 * How the entry finds its chunks: by a table of imports, each with its name written out, so that another bundler can follow them
 * into one file.
 */
export function withChunkNames(code: string, names: ReadonlyMap<number, string>): string {
  const COMPUTED = /import\("\.\/" \+ [\w.]+\.u\(chunkId\)\)/;
  if (!COMPUTED.test(code)) throw new Error('The bundler finds its chunks in another way than before.');
  const table = [...names].map(([id, name]) => `${id}: () => import("./${name}.js")`).join(', ');
  return code.replace(COMPUTED, `({ ${table} })[chunkId]()`);
}

function mostOf(modules: Stats['chunks'][number]['modules']): string {
  const bytes = new Map<string, number>();
  for (const { name, size } of modules) bytes.set(ownerOf(name), (bytes.get(ownerOf(name)) ?? 0) + size);
  const [first] = [...bytes].toSorted((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1));
  return first?.[0] ?? 'chunk';
}

/** `re2js` of node_modules/re2js/…, `undici` of our copy, `wait` of ./gate/wait.js. */
function ownerOf(module: string): string {
  const path = module.replace(/ \+ [0-9]+ modules$/, '');
  const inPackage = /node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path) ?? /slim\/([^/]+)\//.exec(path);
  const owner = inPackage?.[1] ?? path.split('/').at(-1) ?? '';
  return owner
    .replace(/\.[cm]?js$/, '')
    .replace(/[^a-z0-9-]+/gi, '-')
    .replace(/^-/, '');
}
