/** What to do when a registry says no, in the words of its own documentation. By exact host or suffix. */
interface Advice {
  readonly matches: (registry: string) => boolean;
  readonly anonymous: string;
  readonly rejected: string;
}

const is =
  (...hosts: string[]) =>
  (registry: string): boolean =>
    hosts.includes(registry);
const endsWith =
  (...suffixes: string[]) =>
  (registry: string): boolean =>
    suffixes.some((suffix) => registry.endsWith(suffix));

const GHCR =
  'On ghcr.io the job needs "permissions: packages: read", and a private package must give this repository access (package settings, Manage Actions access). ghcr.io also denies access to packages that do not exist: check the name.';

const ADVICE: readonly Advice[] = [
  { matches: is('ghcr.io'), anonymous: GHCR, rejected: GHCR },
  {
    matches: is('docker.io'),
    anonymous:
      'On Docker Hub a private and a missing repository look the same: check the name, or log in with docker/login-action.',
    rejected: 'Docker Hub wants the Docker ID (not the e-mail address) and a personal access token as the password.',
  },
];

const GENERAL: Advice = {
  matches: () => true,
  anonymous: 'Give username and password, or log in with docker/login-action in a step before.',
  rejected: 'Check user name and password or token: is it expired, and does it allow to pull this repository?',
};

export function unauthorizedHint(registry: string, hadCredentials: boolean): string {
  const advice = ADVICE.find(({ matches }) => matches(registry)) ?? GENERAL;
  return hadCredentials ? advice.rejected : advice.anonymous;
}
void endsWith;
