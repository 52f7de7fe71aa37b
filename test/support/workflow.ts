/**
 * Runs the jobs of a workflow with GitHub's own parser and evaluator of expressions, so that a name that does not exist or a
 * condition that is wrong is seen. Steps that run a script or this action do; other actions are left out, with outputs that the
 * test gives.
 */
import { execFile } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { registerHooks } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { data, Evaluator, Lexer, Parser, type data as Data } from '@actions/expressions';
import { NODE, parseOutputs, readActionYml, MAIN } from './runner.ts';

// The package imports JSON without saying so, which Node refuses.
registerHooks({
  resolve: (specifier, context, next) => {
    const found = next(specifier, context);
    return found.url.endsWith('.min.json') ? { ...found, importAttributes: { type: 'json' } } : found;
  },
});
const {
  convertWorkflowTemplate,
  isBasicExpression,
  isLiteral,
  isMapping,
  isSequence,
  NoOperationTraceWriter,
  parseWorkflow,
} = await import('@actions/workflow-parser');

type Token = NonNullable<ReturnType<typeof parseWorkflow>['value']>;
type Values = Readonly<Record<string, unknown>>;

interface StepResult {
  readonly name: string;
  readonly outcome: 'success' | 'failure' | 'skipped';
  readonly outputs: Readonly<Record<string, string>>;
  readonly log: string;
}
export interface JobResult {
  readonly result: 'success' | 'failure' | 'skipped';
  readonly steps: readonly StepResult[];
}

export interface World {
  readonly workspace: string;
  /** The contexts `github`, `secrets`, `vars`, `inputs`. */
  readonly contexts: Values;
  /** For every process. */
  readonly env: Readonly<Record<string, string | undefined>>;
  /** Inputs of this action that the test adds, such as a certificate authority. */
  readonly inputs?: Readonly<Record<string, string>>;
  /** What other actions would have given, by the step's id. */
  readonly outputs?: Readonly<Record<string, Readonly<Record<string, string>>>>;
}

/** @throws where GitHub's parser would refuse the workflow */
export async function runWorkflow(text: string, world: World): Promise<ReadonlyMap<string, JobResult>> {
  const trace = new NoOperationTraceWriter();
  const parsed = parseWorkflow({ name: 'workflow.yml', content: text }, trace);
  if (parsed.value) await convertWorkflowTemplate(parsed.context, parsed.value);
  const errors = parsed.context.errors.getErrors();
  if (errors.length > 0 || !parsed.value) throw new Error(errors.map(String).join('\n'));
  const needs: Record<string, unknown> = {};
  const results = new Map<string, JobResult>();
  for (const [id, job] of entries(get(parsed.value, 'jobs'))) {
    const { result, outputs } = await runJob(job, { ...world, contexts: { ...world.contexts, needs } });
    results.set(id, result);
    needs[id] = { result: result.result, outputs };
  }
  return results;
}

/** The state of a job that expressions see. */
class Job {
  readonly steps: Record<string, unknown> = {};
  hasFailed = false;
  readonly #contexts: Values;
  constructor(contexts: Values) {
    this.#contexts = contexts;
  }

  evaluate(expression: string): Data.ExpressionData {
    const status = { success: !this.hasFailed, failure: this.hasFailed, always: true, cancelled: false };
    const functions = Object.entries(status).map(([name, value]) => ({
      name,
      description: '',
      minArgs: 0,
      maxArgs: 255,
      call: () => new data.BooleanData(value),
    }));
    const contexts = { ...this.#contexts, steps: this.steps };
    const tree = new Parser(new Lexer(expression).lex().tokens, Object.keys(contexts), functions).parse();
    const known = new Map(functions.map((each) => [each.name, each]));
    return new Evaluator(tree, toData(contexts) as Data.Dictionary, known).evaluate();
  }

  /** A text in which expressions may stand. */
  text(token: Token | undefined): string {
    if (token === undefined) return '';
    return isBasicExpression(token) ? this.evaluate(token.expression).coerceString() : literal(token);
  }

  map(token: Token | undefined): Record<string, string> {
    return Object.fromEntries(entries(token).map(([key, value]) => [key, this.text(value)]));
  }

  /** Without a function of the status, success() is meant too. */
  holds(token: Token | undefined): boolean {
    const condition = token === undefined ? 'success()' : isBasicExpression(token) ? token.expression : literal(token);
    const whole = /\b(success|failure|always|cancelled)\s*\(/.test(condition)
      ? condition
      : `success() && (${condition})`;
    const value = this.evaluate(whole);
    return value.coerceString() !== 'false' && value.coerceString() !== '';
  }
}

async function runJob(token: Token, world: World): Promise<{ result: JobResult; outputs: Values }> {
  const job = new Job({
    env: {},
    matrix: {},
    strategy: {},
    runner: { os: 'Linux', temp: tmpdir() },
    job: { status: 'success' },
    secrets: {},
    vars: {},
    inputs: {},
    ...world.contexts,
  });
  const needed = Object.values((world.contexts['needs'] ?? {}) as Record<string, { result: string }>);
  job.hasFailed = needed.some(({ result }) => result === 'failure');
  if (!job.holds(get(token, 'if'))) return { result: { result: 'skipped', steps: [] }, outputs: {} };
  job.hasFailed = false;
  const steps: StepResult[] = [];
  for (const step of sequence(get(token, 'steps'))) steps.push(await runStep(step, job, world));
  const outputs = job.map(get(token, 'outputs'));
  return { result: { result: job.hasFailed ? 'failure' : 'success', steps }, outputs };
}

async function runStep(step: Token, job: Job, world: World): Promise<StepResult> {
  const id = job.text(get(step, 'id'));
  const uses = job.text(get(step, 'uses'));
  const name = job.text(get(step, 'name')) || uses || 'run';
  const done = (result: StepResult): StepResult => {
    const isSoft = job.text(get(step, 'continue-on-error')) === 'true';
    if (result.outcome === 'failure' && !isSoft) job.hasFailed = true;
    const conclusion = result.outcome === 'failure' && isSoft ? 'success' : result.outcome;
    if (id !== '') job.steps[id] = { outcome: result.outcome, conclusion, outputs: result.outputs };
    return result;
  };
  if (!job.holds(get(step, 'if'))) return done({ name, outcome: 'skipped', outputs: {}, log: '' });
  const isOurs = uses.startsWith('./') || uses.includes('/assert-image@');
  if (uses !== '' && !isOurs) return done({ name, outcome: 'success', outputs: world.outputs?.[id] ?? {}, log: '' });
  const inputs = isOurs ? { ...defaults(job), ...world.inputs, ...job.map(get(step, 'with')) } : {};
  const env = {
    ...world.env,
    ...Object.fromEntries(Object.entries(inputs).map(([key, value]) => [`INPUT_${key.toUpperCase()}`, value])),
    ...job.map(get(step, 'env')),
  };
  const command = isOurs
    ? [NODE, MAIN]
    : ['bash', '--noprofile', '--norc', '-eo', 'pipefail', '-c', job.text(get(step, 'run'))];
  return done({ name, ...(await execute(command, env, world.workspace)) });
}

/** The defaults of action.yml, evaluated as GitHub does. */
function defaults(job: Job): Record<string, string> {
  return Object.fromEntries(
    Object.entries(readActionYml().inputs).map(([name, { default: value = '' }]) => {
      const expression = /^\$\{\{(.*)\}\}$/.exec(value)?.[1];
      return [name, expression === undefined ? value : job.evaluate(expression).coerceString()];
    }),
  );
}

async function execute(
  [program = '', ...args]: readonly string[],
  env: Readonly<Record<string, string | undefined>>,
  cwd: string,
): Promise<Pick<StepResult, 'outcome' | 'outputs' | 'log'>> {
  const temp = mkdtempSync(path.join(tmpdir(), 'assert-image-step-'));
  try {
    const files = Object.fromEntries(
      ['OUTPUT', 'STEP_SUMMARY', 'ENV', 'STATE', 'PATH'].map((name) => [`GITHUB_${name}`, path.join(temp, name)]),
    );
    for (const file of Object.values(files)) writeFileSync(file, '');
    const all = { ...env, ...files, RUNNER_TEMP: temp };
    const { status, log } = await new Promise<{ status: number; log: string }>((resolve) => {
      const child = execFile(program, args, { cwd, env: all }, (_, stdout, stderr) =>
        resolve({ status: child.exitCode ?? -1, log: stdout + stderr }),
      );
    });
    const outputs = parseOutputs(readFileSync(files['GITHUB_OUTPUT'] as string, 'utf8'));
    return { outcome: status === 0 ? 'success' : 'failure', outputs, log };
  } finally {
    rmSync(temp, { recursive: true });
  }
}

function entries(token: Token | undefined): [string, Token][] {
  return token !== undefined && isMapping(token) ? [...token].map(({ key, value }) => [key.toString(), value]) : [];
}
/** A string, number or boolean that holds no expression. */
function literal(token: Token): string {
  return isLiteral(token) ? token.toString() : '';
}
function get(token: Token | undefined, key: string): Token | undefined {
  return entries(token).find(([name]) => name === key)?.[1];
}
function sequence(token: Token | undefined): Token[] {
  return token !== undefined && isSequence(token) ? [...token] : [];
}

function toData(value: unknown): Data.ExpressionData {
  if (value === null || value === undefined) return new data.Null();
  if (typeof value === 'string') return new data.StringData(value);
  if (typeof value === 'number') return new data.NumberData(value);
  if (typeof value === 'boolean') return new data.BooleanData(value);
  if (Array.isArray(value)) return new data.Array(...value.map(toData));
  return new data.Dictionary(...Object.entries(value).map(([key, item]) => ({ key, value: toData(item) })));
}
