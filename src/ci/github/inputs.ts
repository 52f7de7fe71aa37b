import { definitionOf, INPUT_NAMES, PUBLIC_NAMES, type InputName } from '../../inputs/names.ts';
import { nearestName } from '../../inputs/nearest.ts';
import type { Problem, RawInputs } from '../../inputs/raw-inputs.ts';

/** The runner's form of an input name: upper case, spaces to underscores, hyphens kept. */
const variableOf = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;

const VARIABLES: ReadonlySet<string> = new Set(INPUT_NAMES.map(variableOf));

/** Whether a variable is one of our inputs: on a laptop, `INPUT_METHOD` is of a keyboard. */
export const isInput = (variable: string): boolean => VARIABLES.has(variable);

/**
 * Reads the inputs as the runner hands them over. It sets every declared input, gives unknown ones
 * too, and enforces nothing: a misspelt name or an empty expression would otherwise be a pass.
 */
export function readActionInputs(env: NodeJS.ProcessEnv): { inputs: RawInputs; problems: Problem[] } {
  const given = new Set<InputName>();
  const values: Partial<Record<InputName, string>> = {};
  for (const name of INPUT_NAMES) {
    const value = env[variableOf(name)];
    if (value !== undefined) given.add(name);
    values[name] = value ?? definitionOf(name).default ?? '';
  }
  const inputs: RawInputs = { values: values as Record<InputName, string>, given };
  return { inputs, problems: findMisspelt(env) };
}

function findMisspelt(env: NodeJS.ProcessEnv): Problem[] {
  return Object.keys(env)
    .filter((variable) => variable.startsWith('INPUT_') && !isInput(variable))
    .map((variable) => variable.slice('INPUT_'.length).toLowerCase())
    .flatMap((name): Problem[] => {
      const nearest = nearestName(name, PUBLIC_NAMES);
      return nearest === null
        ? []
        : [{ input: name, message: 'there is no such input.', hint: `Did you mean ${nearest}?` }];
    });
}
