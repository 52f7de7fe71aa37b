/** What leads into the bundle: the program, the library, its types, and the package that they are published as. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/** Types of the library: files that hold nothing else, so that their text is what a declaration would be. */
const TYPES = ['library/options.ts', 'library/verdict.ts', 'library/api.ts'];

/** @param build what tsc made of src/ */
export function writeDoors(build: string, dist: string): void {
  const src = path.resolve(build, '../src');
  const main = readFileSync(path.join(build, 'main.js'), 'utf8');
  const toRun = /import\("\.\/run\.js"\)|import\('\.\/run\.js'\)/;
  if (!toRun.test(main)) throw new Error('main.ts imports the run in another way than before.');
  writeFileSync(path.join(dist, 'index.js'), main.replace(toRun, "import('./doors.js')"));
  writeFileSync(path.join(dist, 'library.js'), "export { assertImage } from './doors.js';\n");
  writeFileSync(path.join(dist, 'library.d.ts'), TYPES.map((file) => typesIn(path.join(src, file))).join('\n'));
  writeFileSync(path.join(dist, 'package.json'), `${JSON.stringify(manifestOf(path.resolve(dist, '..')), null, 2)}\n`);
}

/** Without what it takes from the files beside it. */
function typesIn(file: string): string {
  return readFileSync(file, 'utf8').replaceAll(/^import type .* from '.*';\n\n?/gm, '');
}

/** One folder, and nothing to install: all that it needs is bundled. */
function manifestOf(root: string): object {
  const { name, version, description, license, repository } = JSON.parse(
    readFileSync(path.join(root, 'package.json'), 'utf8'),
  ) as Record<string, unknown>;
  return {
    name,
    version,
    description,
    license,
    repository,
    keywords: ['container', 'docker', 'oci', 'image', 'ci', 'deploy', 'provenance'],
    type: 'module',
    bin: { 'assert-image': 'index.js' },
    exports: { '.': { types: './library.d.ts', default: './library.js' } },
    types: './library.d.ts',
    engines: { node: '>=22.19' },
    files: ['*.js', '*.d.ts', 'licenses.txt'],
  };
}
