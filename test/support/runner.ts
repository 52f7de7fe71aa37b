/** Runs the committed `dist/` as GitHub's runner does, under the Node that `action.yml` names. */
import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';

export const ROOT = path.resolve(import.meta.dirname, '../..');
export const NODE = path.join(ROOT, 'node_modules/.bin/node');
export const MAIN = path.join(ROOT, 'dist/index.js');

export interface ActionYml {
  readonly inputs: Record<string, { description: string; required?: boolean; default?: string }>;
  readonly outputs: Record<string, { description: string }>;
  readonly runs: { using: string; main: string };
}

export function readActionYml(): ActionYml {
  return parse(readFileSync(path.join(ROOT, 'action.yml'), 'utf8')) as ActionYml;
}

export interface Run {
  readonly exitCode: number;
  readonly stdout: string;
  readonly stderr: string;
  readonly outputs: Readonly<Record<string, string>>;
  readonly summary: string;
  /** The report file, parsed; null where none was written. */
  readonly report: unknown;
  readonly seconds: number;
  /** The most memory that the process ever had resident, where {@link RunOptions.measuresMemory} asks for it. */
  readonly peakMiB: number | null;
}

export interface RunOptions {
  readonly inputs?: Record<string, string>;
  readonly env?: Record<string, string | undefined>;
  readonly event?: { name: string; sha?: string; payload?: unknown };
  readonly args?: readonly string[];
  readonly stdin?: string;
  readonly node?: string;
  /** Linux only. */
  readonly measuresMemory?: boolean;
}

const REPOSITORY = 'acme/app';

/** As the runner: every declared input set, an empty home, files for outputs and summary. */
export async function runAction(options: RunOptions = {}): Promise<Run> {
  const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
  try {
    const files = {
      output: path.join(folder, 'output'),
      summary: path.join(folder, 'summary'),
      event: path.join(folder, 'event.json'),
    };
    writeFileSync(files.output, '');
    writeFileSync(files.summary, '');
    writeFileSync(files.event, JSON.stringify(options.event?.payload ?? {}));
    const env: Record<string, string | undefined> = {
      PATH: process.env['PATH'],
      HOME: folder,
      CI: 'true',
      GITHUB_ACTIONS: 'true',
      GITHUB_EVENT_NAME: options.event?.name ?? 'push',
      GITHUB_EVENT_PATH: files.event,
      GITHUB_SHA: options.event?.sha ?? 'c0ffee0123456789abcdef0123456789abcdef01',
      GITHUB_REF: 'refs/heads/main',
      GITHUB_REPOSITORY: REPOSITORY,
      GITHUB_SERVER_URL: 'https://github.example',
      GITHUB_RUN_ID: '1001',
      GITHUB_RUN_NUMBER: '7',
      GITHUB_RUN_ATTEMPT: '1',
      GITHUB_WORKFLOW: 'deploy',
      GITHUB_WORKFLOW_REF: `${REPOSITORY}/.github/workflows/deploy.yml@refs/heads/main`,
      GITHUB_ACTION: '__acme_assert-image',
      GITHUB_JOB: 'gate',
      GITHUB_WORKSPACE: folder,
      GITHUB_OUTPUT: files.output,
      GITHUB_STEP_SUMMARY: files.summary,
      RUNNER_TEMP: folder,
      ...declaredInputs(),
      ...Object.fromEntries(
        Object.entries(options.inputs ?? {}).map(([name, value]) => [`INPUT_${name.toUpperCase()}`, value]),
      ),
      ...options.env,
    };
    const peak = path.join(folder, 'peak');
    if (options.measuresMemory) env['NODE_OPTIONS'] = `--import ${writePeakHook(folder, peak)}`;
    const started = performance.now();
    const run = await spawn([MAIN, ...(options.args ?? [])], env, folder, options.stdin, options.node);
    const seconds = (performance.now() - started) / 1000;
    const peakMiB = options.measuresMemory ? Number(readFileSync(peak, 'utf8')) / 1024 : null;
    const outputs = parseOutputs(readFileSync(files.output, 'utf8'));
    const report = outputs['report'] ? (JSON.parse(readFileSync(outputs['report'], 'utf8')) as unknown) : null;
    return { ...run, outputs, summary: readFileSync(files.summary, 'utf8'), report, seconds, peakMiB };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** By hand: no runner, only flags. */
export async function runCommand(args: readonly string[], options: RunOptions = {}): Promise<Run> {
  const folder = mkdtempSync(path.join(tmpdir(), 'assert-image-test-'));
  try {
    const env = { PATH: process.env['PATH'], HOME: folder, ...options.env };
    const run = await spawn([MAIN, ...args], env, folder, options.stdin, options.node);
    return { ...run, outputs: {}, summary: '', report: null, seconds: 0, peakMiB: null };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/** A module that notes the kernel's high-water mark when the process ends. (`ru_maxrss` begins with that of the parent.) */
function writePeakHook(folder: string, file: string): string {
  const hook = path.join(folder, 'peak.mjs');
  writeFileSync(
    hook,
    `import { readFileSync, writeFileSync } from 'node:fs';
     process.on('exit', () => {
       const [, kilobytes] = /VmHWM:\\s*([0-9]+)/.exec(readFileSync('/proc/self/status', 'utf8'));
       writeFileSync(${JSON.stringify(file)}, kilobytes);
     });`,
  );
  return hook;
}

function declaredInputs(): Record<string, string> {
  return Object.fromEntries(
    Object.entries(readActionYml().inputs).map(([name, { default: value = '' }]) => [
      `INPUT_${name.toUpperCase()}`,
      value.includes('${{') ? '' : value,
    ]),
  );
}

function spawn(
  args: readonly string[],
  env: Record<string, string | undefined>,
  cwd: string,
  stdin: string | undefined,
  node = NODE,
): Promise<Pick<Run, 'exitCode' | 'stdout' | 'stderr'>> {
  const clean = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined)) as Record<
    string,
    string
  >;
  return new Promise((resolve) => {
    const child = execFile(
      node,
      [...args],
      { env: clean, cwd, maxBuffer: 64 * 1024 * 1024 },
      (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : -1;
        resolve({ exitCode: code, stdout, stderr });
      },
    );
    child.stdin?.end(stdin ?? '');
  });
}

/** The runner's parser of its own file: `name=value`, or `name<<DELIMITER` up to that line. */
export function parseOutputs(text: string): Record<string, string> {
  const outputs: Record<string, string> = {};
  const lines = text.split('\n');
  for (let at = 0; at < lines.length; at += 1) {
    const heredoc = /^([^=]+?)<<(.+)$/.exec(lines[at] as string);
    const [, name, value] = /^([^=<]+)=(.*)$/.exec(lines[at] as string) ?? [];
    if (!heredoc && name) outputs[name] = value ?? '';
    if (!heredoc) continue;
    const end = lines.indexOf(heredoc[2] as string, at + 1);
    outputs[heredoc[1] as string] = lines.slice(at + 1, end).join('\n');
    at = end;
  }
  return outputs;
}

export function hasProgram(name: string): boolean {
  try {
    execFileSync('sh', ['-c', `command -v ${name}`], { stdio: 'ignore' });
    return true;
  } catch {
    return false;
  }
}
