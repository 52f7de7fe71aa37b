import type { Problem } from '../inputs/raw-inputs.ts';
import type { Selector } from '../reference/selector.ts';

/** User name and password for one registry. */
export interface Login {
  readonly username: string;
  readonly password: string;
}

/** Both or neither, and for one registry only: credentials go nowhere by accident. */
export function readLogin(
  login: Login,
  images: readonly Selector[],
): { readonly login: Login | null; readonly problem: Problem | null } {
  const { username, password } = login;
  if (username === '' && password === '') return { login: null, problem: null };
  if (username === '' || password === '') {
    const [empty, set] = username === '' ? ['username', 'password'] : ['password', 'username'];
    const hint = 'Give both or neither; is the secret set, and may this run see it?';
    return { login: null, problem: { input: empty, message: `it is empty, but ${set} is given.`, hint } };
  }
  const registries = [...new Set(images.map(({ registry }) => registry).filter((registry) => registry !== ''))];
  if (registries.length <= 1) return { login, problem: null };
  const message = `the images are in several registries (${registries.join(', ')}), and the credentials are of one.`;
  const hint = 'Log in to each with ⟦login⟧, and leave out username and password.';
  return { login, problem: { input: 'username', message, hint } };
}
