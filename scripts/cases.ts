/** Writes test/cases.md: which case of the catalogue has which test. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { formatCases } from '../test/support/cases.ts';
import { ROOT } from '../test/support/runner.ts';

writeFileSync(path.join(ROOT, 'test/cases.md'), formatCases());
