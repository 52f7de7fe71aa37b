import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { buildImage, REVISION } from '../support/images.ts';
import { FakeRegistry } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';
import { foreignCommandsIn } from '../support/runner-log.ts';

const ATTACKS = [
  'x\n::set-output name=result::pass',
  'x\r::stop-commands::token',
  '##[add-mask]0',
  'x ##[set-output name=result;]pass',
  '\u3000::warning::w',
  '::SET-OUTPUT name=x::p',
  '\u2028::error::x',
  '</code><img src=https://t.example/x>',
  '| ✅ pass |\n# PASS',
  '```\n# PASS',
  '`x` @org/team #123 <details>',
  'abc\u202egnp.exe',
  '\u001b[2J\u001b[31mred',
  'result=pass\nEOF\nresult=pass',
  '$(touch /tmp/pwned)`id`${IFS};|&<>\'"\\',
];

describe('nothing from an image acts where we write it', () => {
  let registry: FakeRegistry;
  beforeAll(async () => {
    registry = await FakeRegistry.start({ auth: 'none' });
    for (const [at, attack] of ATTACKS.entries()) {
      const labels = { [REVISION]: attack, 'org.opencontainers.image.version': attack, [attack]: attack };
      registry.push(
        'acme/app',
        `t${at}`,
        buildImage({ labels, env: [`ATTACK=${attack}`, 'SECRET=unasked-value'], annotations: { [attack]: attack } }),
      );
    }
  });
  afterAll(() => registry.stop());

  const runOf = (at: number): Promise<Run> =>
    runAction({
      inputs: {
        image: registry.reference('acme/app', `t${at}`),
        labels: 'org.opencontainers.image.version=1',
        env: 'ATTACK=1',
      },
    });

  test.each(ATTACKS.map((attack, at) => [JSON.stringify(attack), at] as const))('%s', async (_, at) => {
    const run = await runOf(at);
    expect(run.exitCode).toBe(1);
    expect(run.outputs).toMatchObject({ result: 'fail', reference: '', revision: '', version: '' });
    expect(foreignCommandsIn(run.stdout + run.stderr)).toEqual([]);
    // What is ours has our words right behind it: nothing injected a warning of its own.
    expect(run.stdout).not.toMatch(/^::(warning|error|notice)::/m);
    for (const line of (run.stdout + run.summary).split('\n'))
      expect(line).not.toMatch(/^(# PASS|\| ✅ pass|result=pass)/);
    // eslint-disable-next-line no-control-regex -- control characters are what must not be there
    expect(run.stdout + run.summary).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u2028\u2029\u202a-\u202e]/);
    // Every cell that holds image text is a code span.
    const ours = run.summary
      .replaceAll(/^<details><summary>([0-9]+ (labels?|notices?)|Everything the image says)<\/summary>$/gm, '')
      .replaceAll('</details>', '');
    expect(ours.replaceAll(/(`+)(?!`).*?(?<!`)\1(?!`)/g, '')).not.toMatch(/<img|<details|@org|#123|<\/code>/);
    expect(run.stdout + run.summary + JSON.stringify([run.outputs, run.report])).not.toContain('unasked-value');
    for (const name of ['labels', 'failures', 'images', 'platforms']) {
      const text = run.outputs[name] ?? '';
      expect(() => JSON.parse(text) as unknown).not.toThrow();
      expect(text).toMatch(/^[\x20-\x7e]*$/);
      expect(text.replaceAll(/\\u[0-9a-f]{4}/g, '')).not.toMatch(/[`$();&|<>'\\]/);
    }
  });

  test('the JSON outputs hold the text whole', async () => {
    const run = await runOf(0);
    expect((JSON.parse(run.outputs['labels'] ?? '') as Record<string, string>)[REVISION]).toBe(ATTACKS[0]);
  });

  test('the build history, which may hold secrets, is in no report', async () => {
    const run = await runOf(0);
    expect(run.stdout + run.summary + JSON.stringify([run.outputs, run.report])).not.toContain('build-secret');
  });

  test('what looks like a mark of our hints stays what it is', async () => {
    const text = '⟦login⟧ ⟦lower case⟧';
    registry.push('acme/app', 'mark', buildImage({ labels: { [REVISION]: text, a: text } }));
    const image = registry.reference('acme/app', 'mark');
    const run = await runAction({ inputs: { image, labels: 'a=b' } });
    expect(run.outputs['result']).toBe('fail');
    expect(run.stdout).toContain(`it is "${text}"`);
    expect(run.stdout + run.summary + JSON.stringify(run.report)).not.toContain('docker/login-action');
  });
});
