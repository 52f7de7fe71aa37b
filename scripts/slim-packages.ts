/**
 * undici without what this action never runs, for the bundler to take in its place: three quarters
 * of it are `fetch`, WebSocket, EventSource, caches, mocks, interceptors, and a second HTTP/1.1
 * parser. A runner downloads and parses all that is in `dist/` at every job.
 *
 * Its files are taken as they are; one that is left out says so if it is ever asked for. What is
 * kept is checked: the tests run the bundle, over HTTP/1.1, HTTP/2 and every kind of proxy.
 */
import { cpSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';

/**
 * Milo is an experiment that nothing turns on. Of the parser in WebAssembly one is enough: the one without SIMD, which
 * undici falls back to, runs on every machine, and a few headers take it no longer.
 */
const LEFT_OUT = [
  'llhttp/llhttp_simd-wasm.js',
  'milo/simd.js',
  'milo/no-simd.js',
  'web/fetch/body.js',
  'web/fetch/formdata.js',
  'web/webidl/index.js',
];
const KEPT = ['api', 'core', 'dispatcher', 'llhttp', 'util'];

/**
 * Requests before the server's SETTINGS have come: undici holds back all but one until then, a round trip on every new
 * connection. RFC 9113, section 3.4, says not to wait; nghttp2 opens a hundred streams at most until it is told another number;
 * what a server has said once is kept for the next connection to it
 * (docs/decisions/0008-slim-packages.md).
 */
const EDITS: readonly (readonly [file: string, from: string, to: string])[] = [
  [
    'dispatcher/client-h2.js',
    `      if (session[kRemoteSettings] === false && client[kRunning] > 0) {
        return true
      }

`,
    '',
  ],
  [
    'dispatcher/client-h2.js',
    `  const session = http2.connect(client[kUrl], {`,
    `  client[kMaxConcurrentStreams] ??= client[kHTTP2Options].maxConcurrentStreams
  const session = http2.connect(client[kUrl], {`,
  ],
];

/** Of undici's requests, ours and a proxy's CONNECT. `fetch` is imported by @actions/github, for requests for which it was given no other; ours always is. */
const ENTRY = `'use strict';
const Dispatcher = require('./lib/dispatcher/dispatcher');
Dispatcher.prototype.request = require('./lib/api/api-request');
Dispatcher.prototype.connect = require('./lib/api/api-connect');
exports.Agent = require('./lib/dispatcher/agent');
exports.Client = require('./lib/dispatcher/client');
exports.ProxyAgent = require('./lib/dispatcher/proxy-agent');
exports.buildConnector = require('./lib/core/connect');
exports.fetch = () => {
  throw new Error('fetch of undici is not in this bundle');
};
`;

/** Tokens of GitHub's OpenID service are never asked for, and their client brings another HTTP client along; so does `platform` a process launcher. */
const NO_OIDC = `export class OidcClient {
  static getIDToken() {
    throw new Error('OpenID Connect is not in this bundle');
  }
}
`;

/** Our own summary is appended without promises of the file system, which this module loads at its start. */
const NO_SUMMARY = `export const summary = null;
export const markdownSummary = null;
`;

/** Writes @actions/core without its OpenID client to `folder`, and returns the file that stands for it. */
export function writeSlimCore(core: string, folder: string): string {
  cpSync(core, folder, { recursive: true });
  writeFileSync(path.join(folder, 'lib/oidc-utils.js'), NO_OIDC);
  writeFileSync(path.join(folder, 'lib/platform.js'), '');
  writeFileSync(path.join(folder, 'lib/summary.js'), NO_SUMMARY);
  return path.join(folder, 'lib/core.js');
}

/** Writes the package to `folder`, and returns the file that stands for `undici`. */
export function writeSlimUndici(undici: string, folder: string): string {
  mkdirSync(folder, { recursive: true });
  for (const name of KEPT) cpSync(path.join(undici, 'lib', name), path.join(folder, 'lib', name), { recursive: true });
  for (const name of LEFT_OUT) {
    const file = path.join(folder, 'lib', name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, `throw new Error(${JSON.stringify(`undici/lib/${name} is not in this bundle`)});\n`);
  }
  for (const edit of EDITS) applyEdit(path.join(folder, 'lib'), edit);
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  const entry = path.join(folder, 'index.js');
  writeFileSync(entry, ENTRY);
  return entry;
}

/** @throws an Error where the text does not stand there exactly once: another version needs another edit, or none */
function applyEdit(folder: string, [name, from, to]: (typeof EDITS)[number]): void {
  const file = path.join(folder, name);
  const parts = readFileSync(file, 'utf8').split(from);
  if (parts.length !== 2)
    throw new Error(`undici/lib/${name} has what is to be edited ${parts.length - 1} times:\n${from}`);
  writeFileSync(file, parts.join(to));
}

/** @tufjs/models matches the paths of delegated targets with it. Ours is listed at the top, and nothing is delegated. */
const NO_MINIMATCH = `export const minimatch = () => {
  throw new Error('delegated targets are not in this bundle');
};
`;

/** Writes what stands for minimatch to `folder`, and returns its file. */
export function writeNoMinimatch(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'minimatch.js');
  writeFileSync(file, NO_MINIMATCH);
  return file;
}

/** @actions/http-client makes an agent of it where a proxy is set, when @actions/github is loaded; our own `fetch` needs none. */
const NO_TUNNEL = `export const httpOverHttp = () => undefined;
export const httpOverHttps = () => undefined;
export const httpsOverHttp = () => undefined;
export const httpsOverHttps = () => undefined;
`;

/** Writes what stands for tunnel to `folder`, and returns its file. */
export function writeNoTunnel(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'tunnel.js');
  writeFileSync(file, NO_TUNNEL);
  return file;
}

/** @actions/github adds a method for each of GitHub's thousand endpoints, and pages; requests here name their route. */
const NO_PLUGINS = `export const restEndpointMethods = () => ({});
export const paginateRest = () => ({});
`;

/** Writes what stands for the plugins of @actions/github to `folder`, and returns its file. */
export function writeNoPlugins(folder: string): string {
  mkdirSync(folder, { recursive: true });
  const file = path.join(folder, 'plugins.js');
  writeFileSync(file, NO_PLUGINS);
  return file;
}

/** What a verifier is told to do, as messages: we tell @sigstore/verify in its own options. */
const NO_VERIFICATION = `exports.Input = undefined;
`;

/** Writes @sigstore/protobuf-specs without those messages to `folder`, and returns its folder. */
export function writeSlimSpecs(specs: string, folder: string): string {
  cpSync(path.join(specs, 'dist'), folder, { recursive: true });
  writeFileSync(path.join(folder, '__generated__/sigstore_verification.js'), NO_VERIFICATION);
  writeFileSync(path.join(folder, 'package.json'), '{ "type": "commonjs" }\n');
  return folder;
}
