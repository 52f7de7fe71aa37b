import { AssertImageError, formatError, toAssertImageError } from '../../base/errors.ts';
import type { Log } from '../../base/log.ts';
import type { Secrets } from '../../base/secrets.ts';
import type { Verdict } from '../../gate/verdict.ts';
import type { FileFlag } from '../../inputs/flag-names.ts';
import type { Flags } from '../../inputs/flags.ts';
import type { Run } from '../../inputs/run.ts';
import { formatPinned } from '../../reference/reference.ts';
import { formatDotenv } from '../../report/dotenv.ts';
import { formatJUnit } from '../../report/junit.ts';
import type { Asked } from '../ci.ts';
import { readEvent } from '../github/event.ts';
import { writeWhole } from './files.ts';

/** What a verdict is handed over with. */
export interface CommandDelivery {
  readonly asked: Asked | null;
  readonly flags: Flags;
  readonly log: Log;
  readonly secrets: Secrets;
  readonly run: Run;
  readonly env: NodeJS.ProcessEnv;
}

type Deliveries = typeof import('../github/deliveries.ts');

/**
 * Report, files, and last of all what later jobs act on: the reference and the variables.
 *
 * @throws AssertImageError `output` for a file that cannot be written
 */
export async function deliverCommand(found: Verdict, delivery: CommandDelivery): Promise<void> {
  const { flags, log, secrets, run } = delivery;
  const all = await import('../github/deliveries.ts');
  const verdict = all.cleanVerdict(found, { secrets, hints: run.hints });
  all.tellVerdict(verdict, log, flags.switches.has('quiet'));
  if (run.github !== undefined) await writePages(verdict, delivery, all);
  writeFiles(verdict, delivery, all);
  if (flags.format === 'json') for (const piece of all.formatReport(verdict)) process.stdout.write(piece);
  if (flags.format === 'reference') for (const reference of pinned(verdict)) process.stdout.write(`${reference}\n`);
}

/** Comment and job summary, where the command is a step of a workflow. */
async function writePages(
  verdict: Verdict,
  { asked, log, secrets, run, env }: CommandDelivery,
  { comment, linksOf, summarise }: Deliveries,
): Promise<void> {
  const delivery = { asked, log, secrets, run, env, event: readEvent(env) };
  const links = linksOf(env);
  await comment(verdict, links, delivery);
  if (env['GITHUB_STEP_SUMMARY']) await summarise(verdict, links, delivery);
}

function writeFiles(
  verdict: Verdict,
  { flags: { files }, env, run }: CommandDelivery,
  { formatReport, formatSummary, linksOf, makeOutputs }: Deliveries,
): void {
  const failures: AssertImageError[] = [];
  const write = (flag: FileFlag, format: () => Iterable<string>): void => {
    const name = files.get(flag);
    if (name === undefined) return;
    try {
      writeWhole(flag, name, format());
    } catch (error) {
      failures.push(toAssertImageError(error));
    }
  };
  const links = run.github === undefined ? { serverUrl: '', repository: '' } : linksOf(env);
  write('report', () => formatReport(verdict));
  write('junit', () => formatJUnit(verdict));
  write('markdown', () => [formatSummary(verdict, links)]);
  // What later jobs act on is not handed on where the run is to end as an error.
  if (failures.length === 0)
    write('dotenv', () => [formatDotenv(makeOutputs(verdict, { report: '', commentUrl: '' }).outputs)]);
  if (failures.length > 0) throw new AssertImageError('output', failures.map(formatError).join('\n'));
}

/** Of each image, in order, and nothing unless every one passes; with `require: any`, of the one that was chosen. */
function pinned({ result, looks }: Verdict): string[] {
  if (result !== 'pass') return [];
  const passed = looks.every((look) => look.result === 'pass') ? looks : looks.slice(0, 1);
  return passed.flatMap(({ reference, image }) => (reference && image ? [formatPinned(reference, image.digest)] : []));
}
