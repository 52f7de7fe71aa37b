import { definitionOf, INPUT_NAMES, PUBLIC_NAMES, type InputName } from '../../inputs/names.ts';
import { nearestName } from '../../inputs/nearest.ts';
import type { Problem, RawInputs } from '../../inputs/raw-inputs.ts';

/** The runner's form of an input name: upper case, spaces to underscores, hyphens kept. */
const variableOf = (name: string): string => `INPUT_${name.replaceAll(' ', '_').toUpperCase()}`;

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
  const known = new Set(INPUT_NAMES.map(variableOf));
  return Object.keys(env)
    .filter((variable) => variable.startsWith('INPUT_') && !known.has(variable))
    .map((variable) => variable.slice('INPUT_'.length).toLowerCase())
    .flatMap((name): Problem[] => {
      const nearest = nearestName(name, PUBLIC_NAMES);
      return nearest === null
        ? []
        : [{ input: name, message: 'there is no such input.', hint: `Did you mean ${nearest}?` }];
    });
}
