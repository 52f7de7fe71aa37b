#!/usr/bin/env node
/**
 * The entry. The exit code is 2 until a verdict says otherwise: a process that dies, hangs or
 * drains never exits 0. What follows is loaded only on a Node that can run it.
 */
process.exitCode = 2;

const MIN_NODE = [22, 19] as const;

function isNodeTooOld(): boolean {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  return major < MIN_NODE[0] || (major === MIN_NODE[0] && minor < MIN_NODE[1]);
}

function dieOf(error: unknown): never {
  const text = error instanceof Error ? `${error.name}: ${error.message}` : 'unknown';
  process.stderr.write(`assert-image: error: unexpected ${JSON.stringify(text)}.\n`);
  process.exit(2);
}

/** Waits until a slow pipe has taken everything. */
function flushed(stream: NodeJS.WriteStream): Promise<void> {
  return new Promise((resolve) => {
    stream.once('error', () => resolve());
    stream.write('', () => resolve());
  });
}

/** A closed pipe is not a failure. A full disk is, because the report is lost. */
function watch(stream: NodeJS.WriteStream, onLost: (code: string) => void): void {
  stream.on('error', ({ code }: NodeJS.ErrnoException) => {
    if (code !== 'EPIPE') onLost(code ?? 'unknown');
  });
}

async function main(): Promise<void> {
  process.on('uncaughtException', dieOf);
  // Node writes its warnings to standard error, which the runner reads for commands; undici has one for socks5.
  process.removeAllListeners('warning');
  process.on('unhandledRejection', dieOf);
  let hasVerdict = false;
  let lost: string | null = null;
  for (const stream of [process.stdout, process.stderr]) watch(stream, (code) => (lost ??= code));
  process.on('exit', () => {
    if (hasVerdict) return;
    // Covers an event loop that drained while a promise was pending; Node does not report that.
    process.stderr.write('assert-image: error: the run ended without a verdict.\n');
    process.exitCode = 2;
  });
  const { run } = await import('./run.ts');
  const exitCode = await run(process.argv.slice(2), process.env);
  await Promise.all([process.stdout, process.stderr].map(flushed));
  hasVerdict = true;
  if (lost !== null) {
    process.stderr.write(`assert-image: error: the output could not be written (${lost as string}).\n`);
    process.exit(2);
  }
  // process.exit, because waiting for open handles and tearing the heap down costs 5 ms.
  process.exit(exitCode);
}

if (isNodeTooOld()) {
  process.stderr.write(
    `assert-image: error: Node ${process.versions.node} is too old; at least ${MIN_NODE.join('.')} is needed.\n`,
  );
} else {
  await main();
}
