/** With any docker configuration and any input, no credentials of another host, and an error in our words. */
import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { AssertImageError } from '../../src/base/errors.ts';
import { gitHubRun } from '../../src/ci/github/run.ts';
import { readActionInputs } from '../../src/ci/github/inputs.ts';
import { INPUT_NAMES } from '../../src/inputs/names.ts';
import { loadParsers } from '../../src/settings/parsers.ts';
import { parseSettings } from '../../src/settings/settings.ts';
import { findCredentials } from '../../src/credentials/credentials.ts';
import { dockerConfigStores } from '../../src/credentials/docker-config.ts';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';

const REGISTRY = 'r.example.com';
const REPOSITORY = 'team/app';
/** What may hold credentials for that repository, by the rules of docker and containers-auth.json.5. */
const OURS = [
  'r.example.com',
  'R.example.com',
  'https://r.example.com',
  'https://r.example.com/v1/',
  'http://r.example.com/v2/',
  'r.example.com/',
  'r.example.com/team',
  'r.example.com/team/app',
];
const OTHERS = [
  'example.com',
  'r.example.com:443',
  'r.example.com.evil.example',
  'evil-r.example.com',
  'xr.example.com',
  'r.example.com/team/ap',
  'r.example.com/team/app/web',
  'r.example.com/other',
  'https://evil.example/r.example.com',
  'docker.io',
  'https://index.docker.io/v1/',
  '*.example.com',
  '',
  '__proto__',
];

test(
  'a docker configuration: credentials of this very repository, or none',
  async () => {
    const secret = (text: string): Record<string, string> => ({ auth: Buffer.from(`u:${text}`).toString('base64') });
    const entry = fc.oneof(
      fc.constantFrom(...OURS).map((key): [string, unknown] => [key, secret('ours')]),
      fc.constantFrom(...OTHERS).map((key): [string, unknown] => [key, secret('of-another')]),
      fc.tuple(fc.constantFrom(...OURS, ...OTHERS), fc.jsonValue({ maxDepth: 2 })),
    );
    const config = fc.oneof(
      fc.array(entry, { maxLength: 5 }).map((entries) => JSON.stringify({ auths: Object.fromEntries(entries) })),
      fc
        .record({ auths: fc.jsonValue({ maxDepth: 2 }), credHelpers: fc.jsonValue({ maxDepth: 1 }) })
        .map((value) => JSON.stringify(value)),
      fc.string(),
    );
    await fc.assert(
      fc.asyncProperty(config, async (text) => {
        const env = { DOCKER_AUTH_CONFIG: text, HOME: '/nowhere', PATH: '' };
        const stores = dockerConfigStores(env, new AbortController().signal);
        const outcome: unknown = await findCredentials(stores, REGISTRY, REPOSITORY).catch((error: unknown) => error);
        if (outcome instanceof Error) {
          expect(outcome).toBeInstanceOf(AssertImageError);
          expect((outcome as AssertImageError).code).toBe('credentials');
          expect(outcome.message).not.toContain(secret('ours')['auth']);
        } else expect(JSON.stringify(outcome)).not.toContain('of-another');
      }),
      bounded(300),
    );
  },
  FUZZ_TIMEOUT_MS,
);

test(
  'inputs: settings, or an error that names the input',
  async () => {
    const value = fc.oneof(
      fc.string({ unit: 'grapheme', maxLength: 30 }),
      fc.string({ unit: fc.constantFrom(...'ab=!~*?:@/,.()" \n#${}0'.split('')), maxLength: 20 }),
      fc.constantFrom(
        'none',
        'any',
        'all',
        'auto',
        'true',
        '10s',
        '5',
        'ghcr.io/acme/app:main',
        'a=b',
        'image.labels.a == "b"',
      ),
    );
    await fc.assert(
      fc.asyncProperty(fc.dictionary(fc.constantFrom(...INPUT_NAMES), value, { maxKeys: 4 }), async (given) => {
        const env = Object.fromEntries(
          Object.entries(given).map(([name, text]) => [`INPUT_${name.toUpperCase()}`, text]),
        );
        const { inputs, problems } = readActionInputs({ INPUT_IMAGE: 'ghcr.io/acme/app:main', ...env });
        const event = {
          name: 'push',
          sha: 'c'.repeat(40),
          ref: 'refs/heads/main',
          repository: 'acme/app',
          payload: {},
        };
        const outcome: unknown = await loadParsers(inputs)
          .then((parsers) =>
            parseSettings({ inputs, run: gitHubRun(event, {}), policy: null, trustedRoot: null, parsers, problems }),
          )
          .catch((error: unknown) => error);
        if (!(outcome instanceof Error)) return;
        expect(outcome).toBeInstanceOf(AssertImageError);
        expect((outcome as AssertImageError).code).toBe('input');
        expect(outcome.message).toMatch(new RegExp(`^(${INPUT_NAMES.join('|')})\\b`, 'm'));
      }),
      bounded(300),
    );
  },
  FUZZ_TIMEOUT_MS,
);
