import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { formatLicenses } from '../scripts/licenses.ts';
import { ROOT } from './support/runner.ts';

describe('the list of licences is that of what the bundler took in', () => {
  let root: string;
  beforeEach(() => void (root = mkdtempSync(path.join(tmpdir(), 'assert-image-licenses-'))));
  afterEach(() => rmSync(root, { recursive: true }));

  function install(name: string, license: string, text?: string): { name: string } {
    const folder = path.join(root, 'node_modules', name);
    mkdirSync(folder, { recursive: true });
    writeFileSync(path.join(folder, 'package.json'), JSON.stringify({ name, version: '1.2.3', license }));
    if (text !== undefined) writeFileSync(path.join(folder, 'LICENSE'), text);
    return { name: `../node_modules/${name}/index.js` };
  }

  test('each package once, with its text', () => {
    const modules = [install('a', 'MIT', 'text of a'), install('@b/c', 'ISC', 'text of c'), { name: './main.js' }];
    const list = formatLicenses({ modules: [{ name: 'x + 2 modules', modules }, ...modules] }, root);
    expect(list).toBe('@b/c 1.2.3, ISC\n\ntext of c\n\n----\n\na 1.2.3, MIT\n\ntext of a\n');
  });

  test('a text that several have, once', () => {
    const modules = [install('a', 'MIT', 'the text'), install('b', 'MIT', 'the text'), install('c', 'ISC', 'another')];
    expect(formatLicenses({ modules }, root)).toBe(
      'a 1.2.3, MIT\nb 1.2.3, MIT\n\nthe text\n\n----\n\nc 1.2.3, ISC\n\nanother\n',
    );
  });

  test('a package that ships no text gets that of SPDX', () => {
    const list = formatLicenses({ modules: [install('a', '(Apache-2.0 AND BSD-3-Clause)')] }, root);
    expect(list).toContain('Apache License\nVersion 2.0');
    expect(list).toContain('Redistribution and use in source and binary forms');
  });

  test.each([
    ['none at all', 'SEE LICENSE IN x', undefined],
    ['an empty one', 'UNLICENSED', ''],
  ])('a package with %s stops the build', (_, license, text) => {
    const modules = [install('a', license, text)];
    expect(() => formatLicenses({ modules }, root)).toThrow('a has no text of its licence');
  });

  test('no package at all stops the build', () => {
    expect(() => formatLicenses({ modules: [{ name: './main.js' }] }, root)).toThrow('took in no package');
  });
});

test('what stands in dist/ is there, and what is only used to build it is not', () => {
  const list = readFileSync(path.join(ROOT, 'dist/licenses.txt'), 'utf8');
  const names = [...list.matchAll(/^((?:@[\w-]+\/)?[\w.-]+) \d+\.\d+\.\d+, /gm)].map(([, name]) => name);
  for (const name of ['yaml', 'undici', '@actions/core', '@bufbuild/cel', '@bufbuild/protobuf', 're2js'])
    expect(names).toContain(name);
  expect(names).not.toContain('vitest');
  for (const entry of list.split('\n----\n')) expect(entry.trim().length).toBeGreaterThan(400);
});
