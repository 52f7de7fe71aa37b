/** The licences of what the bundler took in, for `dist/licenses.txt`. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import texts from 'spdx-license-list/full.js';

/** What is read of webpack's stats. */
interface Module {
  readonly name?: string;
  readonly modules?: readonly Module[];
}

/** Packages that are bundled as a copy of ours (slim-packages.ts). */
const COPIES: Readonly<Record<string, string>> = {
  'slim/core/': '@actions/core',
  'slim/protobuf-specs/': '@sigstore/protobuf-specs',
  'slim/undici/': 'undici',
};

/**
 * Each package with its version, the name of its licence, and the text: its own, or that of SPDX where the package
 * ships none.
 *
 * @throws an Error for a package whose text cannot be found: nothing is handed on without it
 */
export function formatLicenses(stats: Module, root: string): string {
  const folders = [...new Set(namesOf(stats).flatMap((name) => folderOf(name, root)))];
  if (folders.length === 0) throw new Error('The bundler took in no package: is its list of modules empty?');
  // Many have the same text, to the letter: it stands there once, behind all of their names.
  const byText = Map.groupBy(folders.map(describe), ({ text }) => text);
  return [...byText]
    .map(
      ([text, packages]) =>
        `${packages
          .map(({ title }) => title)
          .toSorted()
          .join('\n')}\n\n${text}\n`,
    )
    .toSorted()
    .join('\n----\n\n');
}

function namesOf({ name, modules = [] }: Module): string[] {
  return [...(name === undefined ? [] : [name]), ...modules.flatMap(namesOf)];
}

/** The folder of the package that a module belongs to; none for a module of ours. */
function folderOf(module: string, root: string): string[] {
  const copy = Object.entries(COPIES).find(([folder]) => module.includes(folder));
  if (copy) return [path.join(root, 'node_modules', copy[1])];
  const match = /^\.\.\/((?:.*\/)?node_modules\/(?:@[^/]+\/)?[^/]+)\//.exec(module);
  return match ? [path.join(root, match[1] as string)] : [];
}

function describe(folder: string): { title: string; text: string } {
  const { name, version, license } = JSON.parse(readFileSync(path.join(folder, 'package.json'), 'utf8')) as {
    name: string;
    version: string;
    license?: string;
  };
  const title = `${name} ${version}, ${license ?? 'licence not stated'}`;
  return { title, text: textOf(folder, license) ?? missing(name) };
}

function textOf(folder: string, license = ''): string | null {
  const file = readdirSync(folder).find((name) => /^(licen[cs]e|copying)/i.test(name));
  if (file !== undefined && existsSync(path.join(folder, file)))
    return readFileSync(path.join(folder, file), 'utf8').trim() || null;
  // An SPDX expression, such as (Apache-2.0 AND BSD-3-Clause): all of them.
  const ids = license.split(/[()\s]+|\bAND\b/).filter((id) => id !== '');
  const found = ids.map((id) => texts[id]?.licenseText.trim());
  return found.length > 0 && found.every((text) => text) ? found.join('\n\n') : null;
}

function missing(name: string): never {
  throw new Error(`${name} has no text of its licence, and SPDX knows none by that name.`);
}
