/** Fails while a file of the project still names the placeholder of its owner: a release would point to nowhere. */
import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../test/support/runner.ts';

/** As it stands in addresses and in `uses:`. Split, so that this file does not name it. */
const PLACEHOLDER = ['OWN', 'ER/assert-image'].join('');

const files = execFileSync('git', ['ls-files'], { cwd: ROOT, encoding: 'utf8' }).trim().split('\n');
const named = files
  .filter((file) => existsSync(path.join(ROOT, file)))
  .filter((file) => readFileSync(path.join(ROOT, file), 'utf8').includes(PLACEHOLDER));
if (named.length > 0) {
  console.error(`${named.length} files still name ${PLACEHOLDER}. Put the owner's name into them, then release:`);
  for (const file of named) console.error(`  ${file}`);
  process.exit(1);
}
