/** Builds `dist/`: TypeScript to build/, ncc to dist/, and the licences of all that is in it. */
import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { transformSync } from 'esbuild';
import { nameChunks, type Stats, withChunkNames } from './chunk-names.ts';
import { writeDoors } from './doors.ts';
import { formatLicenses } from './licenses.ts';
import {
  writeNoMinimatch,
  writeNoPlugins,
  writeNoTunnel,
  writeSlimCore,
  writeSlimSpecs,
  writeSlimUndici,
} from './slim-packages.ts';

const root = path.resolve(import.meta.dirname, '..');
// ncc's output is the same to the byte only from the same folder and with the project's own ncc.
const bin = (cwd: string, name: string, ...args: string[]): void =>
  void execFileSync(process.execPath, [path.join(root, 'node_modules/.bin', name), ...args], { cwd, stdio: 'inherit' });
const build = path.join(root, 'build');

for (const folder of ['build', 'dist']) rmSync(path.join(root, folder), { recursive: true, force: true });
bin(root, 'tsc', '-p', 'tsconfig.build.json');
// ncc resolves by the paths of the tsconfig.json in its working directory, in node_modules too.
const packages = path.join(root, 'node_modules');
const specs = writeSlimSpecs(path.join(packages, '@sigstore/protobuf-specs'), path.join(build, 'slim/protobuf-specs'));
const paths = {
  '@sigstore/protobuf-specs': [path.join(specs, 'index.js')],
  '@sigstore/protobuf-specs/rekor/v2': [path.join(specs, 'rekor/v2/index.js')],
  undici: [writeSlimUndici(path.join(packages, 'undici'), path.join(build, 'slim/undici'))],
  minimatch: [writeNoMinimatch(path.join(build, 'slim'))],
  tunnel: [writeNoTunnel(path.join(build, 'slim'))],
  '@octokit/plugin-rest-endpoint-methods': [writeNoPlugins(path.join(build, 'slim'))],
  '@octokit/plugin-paginate-rest': [writeNoPlugins(path.join(build, 'slim'))],
  '@actions/core': [writeSlimCore(path.join(packages, '@actions/core'), path.join(build, 'slim/core'))],
};
writeFileSync(path.join(build, 'tsconfig.json'), JSON.stringify({ compilerOptions: { paths } }));
bin(build, 'ncc', 'build', 'doors.js', '-o', '../dist', '-q', '--stats-out', 'stats.json');
const stats = JSON.parse(readFileSync(path.join(build, 'stats.json'), 'utf8')) as Parameters<typeof formatLicenses>[0] &
  Stats;
const names = nameChunks(stats);
const dist = path.join(root, 'dist');
renameSync(path.join(dist, 'index.js'), path.join(dist, 'doors.js'));
const entry = path.join(dist, 'doors.js');
writeFileSync(entry, withChunkNames(readFileSync(entry, 'utf8'), names));
for (const [id, name] of names) renameSync(path.join(root, `dist/${id}.index.js`), path.join(root, `dist/${name}.js`));
writeDoors(build, dist);
// ncc minifies its entry only, and most of the bundle is in the chunks that main.ts imports late.
for (const name of readdirSync(path.join(root, 'dist')).filter((file) => file.endsWith('.js'))) {
  const file = path.join(root, 'dist', name);
  const { code } = transformSync(readFileSync(file, 'utf8'), {
    minify: true,
    target: 'node22',
    format: 'esm',
    legalComments: 'none',
  });
  writeFileSync(file, code);
}
writeFileSync(path.join(root, 'dist/licenses.txt'), formatLicenses(stats, root));
