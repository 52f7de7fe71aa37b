import { AssertImageError, formatError, toAssertImageError } from '../../base/errors.ts';
import type { Secrets } from '../../base/secrets.ts';
import type { Verdict } from '../../gate/verdict.ts';
import type { FileFlag } from '../../inputs/flag-names.ts';
import type { Flags } from '../../inputs/flags.ts';
import type { Run } from '../../inputs/run.ts';
import { formatPinned } from '../../reference/reference.ts';
import { formatDotenv } from '../../report/dotenv.ts';
import type { Asked } from '../ci.ts';
import { readEvent } from '../github/event.ts';
import { emptyFiles, writeFile } from './files.ts';
import type { CommandLog } from './log.ts';

/** What a verdict is handed over with. */
export interface CommandDelivery {
  readonly asked: Asked | null;
  readonly flags: Flags;
  readonly log: CommandLog;
  readonly secrets: Secrets;
  readonly run: Run;
  readonly env: NodeJS.ProcessEnv;
}

type Deliveries = typeof import('../github/deliveries.ts');

/**
 * What was found, then files, then what others act on: the verdict, the reference and the variables. Where one of these is lost,
 * the run is an error, and no file says otherwise.
 *
 * @throws AssertImageError `output`
 */
export async function deliverCommand(found: Verdict, delivery: CommandDelivery): Promise<void> {
  const { asked, flags, log, secrets, run } = delivery;
  const all = await import('../github/deliveries.ts');
  const verdict = all.cleanVerdict(found, { secrets, hints: run.hints });
  try {
    all.tellFindings(verdict, log, all.tellingOf(asked?.settings ?? null, run, flags.switches.has('quiet')));
    if (!run.lacks.includes('summary')) await writePages(verdict, delivery, all);
    await log.assertWritten();
    writeFiles(verdict, delivery, all);
    log.line(all.verdictLine(verdict));
    if (flags.format === 'json') for (const piece of all.formatReport(verdict)) process.stdout.write(piece);
    if (flags.format === 'reference') for (const reference of pinned(verdict)) process.stdout.write(`${reference}\n`);
    await log.assertWritten();
  } catch (error) {
    emptyFiles(flags.files, []);
    throw error;
  }
}

/** Comment and job summary, where the command is a step of a workflow. */
async function writePages(
  verdict: Verdict,
  { asked, log, secrets, run, env }: CommandDelivery,
  { comment, occasionOfRun, summarise }: Deliveries,
): Promise<void> {
  const delivery = { asked, log, secrets, run, env, event: readEvent(env) };
  const occasion = occasionOfRun(delivery);
  await comment(verdict, occasion, delivery);
  if (env['GITHUB_STEP_SUMMARY']) await summarise(verdict, occasion, delivery);
}

/** What later jobs act on comes last. @throws AssertImageError `output` that names every file that cannot be written */
function writeFiles(verdict: Verdict, { asked, flags, env, run }: CommandDelivery, all: Deliveries): void {
  const told = { tookMs: performance.now(), now: new Date() };
  const isElsewhere = run.lacks.includes('summary');
  const occasion = isElsewhere
    ? all.occasionOf(asked?.settings ?? null, run, { ...told, links: { serverUrl: '', repository: '' } })
    : all.occasionOfRun({ asked, run, env });
  const formats: Readonly<Record<FileFlag, () => Iterable<string>>> = {
    report: () => all.formatReport(verdict),
    junit: () => all.formatJUnit(verdict),
    markdown: () => [all.formatSummary(verdict, occasion)],
    dotenv: () => [formatDotenv(all.makeOutputs(verdict, { report: '', commentUrl: '' }).outputs)],
  };
  const failures: AssertImageError[] = [];
  for (const file of flags.files.toSorted((a, b) => Number(a.flag === 'dotenv') - Number(b.flag === 'dotenv'))) {
    try {
      writeFile(file, formats[file.flag]());
    } catch (error) {
      failures.push(toAssertImageError(error));
    }
  }
  if (failures.length > 0) throw new AssertImageError('output', failures.map(formatError).join('\n'));
}

/** Of each image, in order, and nothing unless every one passes; with `require: any`, of the one that was chosen. */
function pinned({ result, looks }: Verdict): string[] {
  if (result !== 'pass') return [];
  const passed = looks.every((look) => look.result === 'pass') ? looks : looks.slice(0, 1);
  return passed.flatMap(({ reference, image }) => (reference && image ? [formatPinned(reference, image.digest)] : []));
}
