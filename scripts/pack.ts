/** `npm run pack`: the package that is published, as build/assert-image-VERSION.tgz: dist/, README and licence in one folder. */
import { execFileSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';

const root = path.resolve(import.meta.dirname, '..');
const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-pack-'));
const destination = process.argv[2] ?? path.join(root, 'build');
mkdirSync(destination, { recursive: true });
cpSync(path.join(root, 'dist'), folder, { recursive: true });
for (const file of ['README.md', 'LICENSE']) cpSync(path.join(root, file), path.join(folder, file));
const name = execFileSync('npm', ['pack', '--silent', '--pack-destination', destination], {
  cwd: folder,
  encoding: 'utf8',
  shell: process.platform === 'win32',
});
rmSync(folder, { recursive: true });
console.log(path.join(destination, name.trim()));
