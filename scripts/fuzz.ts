/**
 * `npm run fuzz`: the properties of test/fuzz with many more inputs than `npm test` takes, bounded in count and
 * time. The seed is printed; `npm run fuzz -- --seed 12345` repeats it.
 */
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { parseArgs } from 'node:util';

const { values } = parseArgs({
  options: {
    seed: { type: 'string', default: String(Math.floor(Math.random() * 2 ** 31)) },
    factor: { type: 'string', default: '50' },
    /** For each property. */
    seconds: { type: 'string', default: '60' },
  },
});
const root = path.resolve(import.meta.dirname, '..');
const again = `npm run fuzz -- --seed ${values.seed} --factor ${values.factor} --seconds ${values.seconds}`;
console.log(`fuzz: seed ${values.seed}. Again with: ${again}`);
const { status } = spawnSync(
  process.execPath,
  [path.join(root, 'node_modules/vitest/vitest.mjs'), 'run', 'test/fuzz'],
  {
    cwd: root,
    stdio: 'inherit',
    env: { ...process.env, FUZZ_SEED: values.seed, FUZZ_FACTOR: values.factor, FUZZ_SECONDS: values.seconds },
  },
);
console.log(`fuzz: ${status === 0 ? 'nothing found' : 'FOUND SOMETHING'}. Again with: ${again}`);
process.exit(status ?? 1);
