/** The pipelines of docs/ci.md, by the word behind the language of their block. */
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { parse } from 'yaml';
import { ROOT } from './runner.ts';

export const CI_PAGE = readFileSync(path.join(ROOT, 'docs/ci.md'), 'utf8');

/** The text of a pipeline. */
export function recipe(ci: string): string {
  const [, text] = new RegExp(`^\`\`\`\\w+ ${ci}\\n([\\s\\S]*?)^\`\`\`$`, 'm').exec(CI_PAGE) ?? [];
  if (text === undefined) throw new Error(`docs/ci.md has no pipeline of ${ci}`);
  return text;
}

interface Step {
  readonly run?: string;
  readonly bash?: string;
  readonly command?: string;
  readonly script?: string;
  readonly step?: { readonly script: readonly string[] };
}

/** The scripts of the gate and of what follows it, one a step, as the CI hands them to a shell. */
export const SCRIPTS: Readonly<Record<string, () => readonly string[]>> = {
  jenkins: () => [...recipe('jenkins').matchAll(/\bsh '([^']+)'/g)].map(([, script]) => script as string),
  circleci: () =>
    textsOf((parse(recipe('circleci')) as { jobs: { deploy: { steps: Step[] } } }).jobs.deploy.steps, 'run'),
  azure: () => textsOf((parse(recipe('azure')) as { steps: Step[] }).steps, 'bash'),
  // What is filled in when the pipeline is uploaded has been; `$$` is what a dollar is written as.
  buildkite: () =>
    textsOf((parse(recipe('buildkite')) as { steps: Step[] }).steps, 'command').map((text) =>
      text.replaceAll('$$', '$'),
    ),
  bitbucket: () =>
    (parse(recipe('bitbucket')) as { pipelines: { branches: { main: Step[] } } }).pipelines.branches.main.flatMap(
      ({ step }) => step?.script ?? [],
    ),
  tekton: () =>
    textsOf((parse(recipe('tekton')) as { spec: { steps: Step[] } }).spec.steps, 'script').map(
      (text) => `${text.replace('$(results.reference.path)', 'reference')}./deploy.sh "$(cat reference)"\n`,
    ),
  laptop: () => [recipe('laptop')],
};

function textsOf(steps: readonly Step[], key: 'run' | 'bash' | 'command' | 'script'): string[] {
  return steps.flatMap((step) => step[key] ?? []);
}
