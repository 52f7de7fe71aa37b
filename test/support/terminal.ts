/** A real terminal of 100 columns, by `script` of util-linux: what a person sees, as text. */
import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { MAIN, NODE } from './runner.ts';

/** All bytes that reach the terminal. */
export async function inTerminal(args: readonly string[], env: Record<string, string> = {}): Promise<string> {
  const home = mkdtempSync(path.join(tmpdir(), 'assert-image-terminal-'));
  const command = `stty cols 100; exec ${[NODE, MAIN, ...args].map((word) => `'${word}'`).join(' ')}`;
  try {
    return await new Promise<string>((resolve) => {
      const options = { env: { PATH: process.env['PATH'], HOME: home, TERM: 'xterm', ...env } };
      execFile('script', ['-qec', command, '/dev/null'], options, (_, stdout) => resolve(stdout));
    });
  } finally {
    rmSync(home, { recursive: true });
  }
}

/** The screen at the end, with lines that were written over gone, and styles as words. */
export function screenOf(bytes: string): string {
  const styles: Readonly<Record<string, string>> = { '31': 'red', '32': 'green', '33': 'yellow' };
  return bytes
    .replaceAll('\r\n', '\n')
    .split('\n')
    .map((line) => line.split('\r\u001b[2K').at(-1) ?? '')
    .join('\n')
    .replaceAll(
      /\u001b\[(31|32|33)m(.*?)\u001b\[39m/g,
      (_, code: string, text: string) => `<${styles[code]}>${text}</>`,
    );
}
