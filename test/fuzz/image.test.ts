/** For any text in the fields of an image, the log holds no command, the page no element and the outputs no shell. */
import * as fc from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { buildImage, type BuiltImage, REVISION } from '../support/images.ts';
import { bounded, FUZZ_TIMEOUT_MS } from '../support/fuzz.ts';
import { expectInert, MARK } from '../support/markdown.ts';
import { FakeRegistry } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';
import { foreignCommandsIn } from '../support/runner-log.ts';

const PIECES = [
  ...'`|\\<>[]()!#*_~-=+.:@&"\'$;%{}'.split(''),
  '\n',
  '\r',
  '\t',
  ' ',
  '\u2028',
  '\u3000',
  '\u200b',
  '\u034f',
  '\u202e',
  '\ufeff',
  '```',
  '##[',
  '::',
  '::error::',
  '##[set-output name=result;]pass',
  '::add-mask::',
  '<details>',
  '</code>',
  '<!--',
  'https://x.example/',
  '@acme/team',
  '#1',
  '| - |',
  '${{ secrets.X }}',
  'EOF',
];
const TEXT = fc
  .oneof(fc.string({ unit: fc.constantFrom(...PIECES), maxLength: 12 }), fc.string({ unit: 'grapheme', maxLength: 12 }))
  .map((text) => `${text}${MARK}${text}`);

function imageWith(texts: readonly string[], password: string): BuiltImage {
  const [a = '', b = '', c = '', d = ''] = texts;
  return buildImage({
    labels: {
      [REVISION]: a,
      [b]: c,
      'org.opencontainers.image.version': d,
      'org.opencontainers.image.source': `https://github.example/${a}`,
      known: `${b}${password}`,
    },
    env: [`KNOWN=${c}`, `${b.replaceAll('=', '')}=unasked-value`, 'SECRET=unasked-value'],
    annotations: { [d]: a, 'org.opencontainers.image.base.name': b },
    created: c.slice(0, 200),
    config: { User: b, Entrypoint: [c], Cmd: [d, a], ExposedPorts: { [a]: {} }, Volumes: { [b]: {} }, WorkingDir: c },
  });
}

let registry: FakeRegistry;
const PASSWORD = 'password-of-the-fuzzer';
beforeAll(async () => {
  registry = await FakeRegistry.start({ username: 'u', password: PASSWORD, sameHostAuth: true });
});
afterAll(() => registry.stop());

test(
  'fields of an image',
  async () => {
    await fc.assert(
      fc.asyncProperty(fc.array(TEXT, { minLength: 4, maxLength: 4 }), async (texts) => {
        const image = imageWith(texts, PASSWORD);
        registry.push('app', 'main', image);
        const run = await runAction({
          inputs: {
            image: registry.reference('app', 'main'),
            username: 'u',
            password: PASSWORD,
            labels: 'known=x\nabsent\norg.opencontainers.image.version=~[0-9]+',
            env: 'KNOWN=x',
            annotations: 'absent=x',
            expect: 'image.labels.size() == 0',
          },
          env: { RUNNER_DEBUG: '1' },
        });
        expect(run.exitCode).toBe(1);
        expect(run.outputs).toMatchObject({
          result: 'fail',
          reference: '',
          revision: '',
          digest: image.manifest.digest,
        });
        expect(foreignCommandsIn(run.stdout.replaceAll(/^::debug::/gm, '') + run.stderr)).toEqual([]);
        expectInert(run.summary);
        const shown =
          run.stdout.replaceAll(/^::add-mask::.*$/gm, '') + run.summary + JSON.stringify([run.outputs, run.report]);
        expect(shown).not.toContain(PASSWORD);
        expect(shown).not.toContain('unasked-value');
        for (const name of ['labels', 'failures', 'images', 'platforms']) {
          const text = run.outputs[name] ?? '';
          expect(() => JSON.parse(text) as unknown).not.toThrow();
          expect(text.replaceAll(/\\u[0-9a-f]{4}/g, '')).toMatch(/^[A-Za-z0-9_.,:/@+=% "[\]{}-]*$/);
        }
      }),
      bounded(10),
    );
  },
  FUZZ_TIMEOUT_MS,
);
