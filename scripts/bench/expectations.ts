/** How the time of checking grows with expectations and platforms. CPU time of this process, median of 9. */
import { checkImage } from '../../src/expectations/check-image.ts';
import { checkCel } from '../../src/expectations/cel/check-cel.ts';
import { parseCel } from '../../src/expectations/cel/cel.ts';
import { parseExpectation } from '../../src/expectations/field/parse.ts';
import { parsePattern } from '../../src/expectations/field/pattern.ts';
import { imageOf, NOTHING_EXPECTED } from '../../test/support/facts.ts';

const platforms = (count: number): ReturnType<typeof imageOf> =>
  imageOf(
    Array.from({ length: count }, () => ({
      labels: Object.fromEntries(Array.from({ length: 100 }, (_, at) => [`key${at}`, `value-${at}`])),
    })),
  );
const KINDS: Readonly<Record<string, (at: number) => string>> = {
  equality: (at) => `key${at % 100}=value-${at % 100}`,
  list: (at) => `key${at % 100} in (a, b, value-${at % 100})`,
  pattern: (at) => `key${at % 100}=~value-[0-9]+`,
};

function medianCpuMs(run: () => void): number {
  run();
  const times = Array.from({ length: 9 }, () => {
    const before = process.cpuUsage();
    run();
    const { user, system } = process.cpuUsage(before);
    return (user + system) / 1000;
  });
  return times.toSorted((a, b) => a - b)[4] as number;
}

console.log('| expectations | platforms | kind | CPU ms |\n| --: | --: | :-- | --: |');
for (const [count, on] of [
  [10, 10],
  [100, 10],
  [1000, 1],
  [1000, 10],
] as const) {
  const image = platforms(on);
  for (const [kind, line] of Object.entries(KINDS)) {
    const fields = Array.from({ length: count }, (_, at) => parseExpectation(line(at), 'label', parsePattern));
    console.log(
      `| ${count} | ${on} | ${kind} | ${medianCpuMs(() => checkImage(image, { ...NOTHING_EXPECTED, fields })).toFixed(1)} |`,
    );
  }
  const cel = Array.from({ length: count }, (_, at) => parseCel(`image.labels.key${at % 100} == "value-${at % 100}"`));
  const context = {
    image,
    reference: 'r',
    tag: null,
    run: { commit: '' },
    now: new Date(),
  };
  const evaluate = (): void => image.platforms.forEach((platform) => checkCel(cel, platform, context));
  console.log(`| ${count} | ${on} | expect (CEL) | ${medianCpuMs(evaluate).toFixed(1)} |`);
}
