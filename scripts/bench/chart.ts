/**
 * Draws docs/images/performance.svg from the tables of docs/performance.md: seconds for one image at 100 ms a round trip, by registry
 * and tool. `npm run bench -- --write` does so after a run; a test compares.
 */
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { ROOT } from '../../test/support/runner.ts';
import { OURS } from './tools.ts';

const PAGE = path.join(ROOT, 'docs/performance.md');
export const CHART = path.join(ROOT, 'docs/images/performance.svg');
const TRIP_MS = '100';

interface Bar {
  readonly tool: string;
  readonly platforms: string;
  readonly seconds: number;
}

/** By registry, in the order of the page. */
function readBars(page: string): [registry: string, bars: Bar[]][] {
  return page.split(/^## /m).flatMap((section): [string, Bar[]][] => {
    const bars = section
      .split('\n')
      .map((line) => line.split('|').map((cell) => cell.trim()))
      .filter((cells) => cells[1] === TRIP_MS && cells.length > 10)
      .map(([, , tool = '', platforms = '', seconds = '']) => ({
        tool,
        platforms,
        seconds: Number.parseFloat(seconds),
      }));
    return bars.length === 0 ? [] : [[section.split('\n')[0] as string, bars]];
  });
}

const WIDTH = 760;
const LEFT = 250;
const ROW = 20;
const GAP = 34;

/** @param page docs/performance.md */
export function drawChart(page: string): string {
  const groups = readBars(page);
  const longest = Math.max(...groups.flatMap(([, bars]) => bars.map(({ seconds }) => seconds)));
  const scale = (WIDTH - LEFT - 60) / longest;
  const parts: string[] = [];
  let y = 48;
  for (const [registry, bars] of groups) {
    parts.push(`<text x="8" y="${y}" font-weight="600">${registry}</text>`);
    for (const { tool, platforms, seconds } of bars) {
      y += ROW;
      const width = Math.max(1, Math.round(seconds * scale));
      const fill = tool === OURS ? '#1a7f37' : '#8c959f';
      parts.push(
        `<text x="${LEFT - 8}" y="${y}" text-anchor="end">${tool} (${platforms})</text>`,
        `<rect x="${LEFT}" y="${y - 12}" width="${width}" height="15" fill="${fill}"/>`,
        `<text x="${LEFT + width + 6}" y="${y}">${seconds.toFixed(2)} s</text>`,
      );
    }
    y += GAP;
  }
  const height = y - GAP + 16;
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${WIDTH}" height="${height}" viewBox="0 0 ${WIDTH} ${height}" font-family="-apple-system,'Segoe UI',Helvetica,Arial,sans-serif" font-size="13" fill="#1f2328">
<rect width="${WIDTH}" height="${height}" fill="#ffffff"/>
<text x="8" y="20" font-size="14">Seconds for one image at ${TRIP_MS} ms a round trip, and for how many platforms</text>
${parts.join('\n')}
</svg>
`;
}

if (import.meta.main) writeFileSync(CHART, drawChart(readFileSync(PAGE, 'utf8')));
