/** Writes the tables of inputs and outputs in README.md from action.yml; with --check, says whether they are those. */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { markdownTable } from 'markdown-table';
import { type InputName, PUBLIC_NAMES } from '../src/inputs/names.ts';
import { readActionYml, ROOT } from '../test/support/runner.ts';

const file = path.join(ROOT, 'README.md');
const { inputs, outputs } = readActionYml();
const before = readFileSync(file, 'utf8');
const after = replace(replace(before, 'inputs', inputTable()), 'outputs', outputTable());

if (process.argv.includes('--check')) {
  if (before !== after) {
    console.error('README.md has other tables than action.yml. Run "npm run readme" and commit README.md.');
    process.exit(1);
  }
} else if (before !== after) {
  writeFileSync(file, after);
}

function inputTable(): string {
  const shown = Object.entries(inputs).filter(([name]) => PUBLIC_NAMES.includes(name as InputName));
  // Two columns: a phone shows no more.
  const rows = shown.map(([name, { description, required, default: value }]) => [
    `\`${name}\`<br>${required ? 'required' : value ? `\`${value}\`` : 'empty'}`,
    description.replaceAll('|', '\\|'),
  ]);
  return markdownTable([['input, and its default', 'meaning'], ...rows]);
}

function outputTable(): string {
  const rows = Object.entries(outputs).map(([name, { description }]) => [
    `\`${name}\``,
    description.replaceAll('|', '\\|'),
  ]);
  return markdownTable([['output', 'meaning'], ...rows]);
}

function replace(text: string, name: string, table: string): string {
  const begin = `<!-- ${name}: made from action.yml by "npm run readme" -->`;
  const end = `<!-- end of ${name} -->`;
  const from = text.indexOf(begin);
  const to = text.indexOf(end);
  if (from === -1 || to === -1) throw new Error(`README.md has no place for the table of ${name}`);
  return `${text.slice(0, from + begin.length)}\n\n${table}\n\n${text.slice(to)}`;
}
