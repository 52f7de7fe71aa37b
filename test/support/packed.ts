/** The package as it is published, installed into an empty folder as a user would. */
import { execFileSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { NODE, ROOT } from './runner.ts';

/** Packs into a folder, and returns the path of the tarball. */
function pack(folder: string): string {
  const script = path.join(ROOT, 'scripts/pack.ts');
  return execFileSync(NODE, [script, folder], { encoding: 'utf8', cwd: ROOT }).trim();
}

export interface Installed {
  readonly folder: string;
  readonly tarball: string;
  readonly remove: () => void;
}

/** Nothing is fetched: the package has no dependency. */
export function install(): Installed {
  const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-package-'));
  const tarball = pack(folder);
  writeFileSync(path.join(folder, 'package.json'), '{"name":"user","private":true,"type":"module"}');
  execFileSync('npm', ['install', '--offline', '--no-audit', '--no-fund', '--silent', tarball], { cwd: folder });
  return { folder, tarball, remove: () => rmSync(folder, { recursive: true }) };
}

/** Another version of Node (test/runtimes), or null where it is not installed, which is said, and in CI an error. */
export function otherNode(version: 20 | 22): string | null {
  const program = path.join(ROOT, `test/runtimes/node_modules/node${version}/bin/node`);
  if (existsSync(program)) return program;
  const how = 'npm ci --prefix test/runtimes';
  if (process.env['ASSERT_IMAGE_REQUIRE_RUNTIMES']) throw new Error(`Node ${version} is not there: ${how}`);
  console.warn(`\n*** SKIPPED: the package under Node ${version}, which "${how}" installs ***\n`);
  return null;
}
