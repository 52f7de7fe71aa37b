/**
 * Every input of the contract: its default, and what an empty value means. `action.yml` says the
 * same to the runner; a test compares the two.
 */
interface InputDefinition {
  /** Null: required. */
  readonly default: string | null;
  /** Given but empty is the same as not given; for all others it is an error. */
  readonly mayBeEmpty?: true;
  /** By hand, the flag may be given several times: one line each. */
  readonly isList?: true;
  /** The action's default is an expression, which only the runner evaluates. */
  readonly actionDefault?: string;
  /** Filled in by the runner: neither a flag nor in the README. */
  readonly isInternal?: true;
}

const INPUTS = {
  image: { default: null, isList: true },
  platforms: { default: 'all', isList: true },
  'max-images': { default: '200' },
  revision: { default: 'auto' },
  'revision-from': { default: 'label:org.opencontainers.image.revision, label:org.label-schema.vcs-ref, provenance' },
  'signer-workflow': { default: 'none', isList: true },
  'source-repository': { default: 'auto' },
  'trusted-root': { default: 'auto' },
  'contains-commit': { default: 'any' },
  digest: { default: 'any' },
  labels: { default: 'none', isList: true },
  env: { default: 'none', isList: true },
  annotations: { default: 'none', isList: true },
  expect: { default: 'none', isList: true },
  policy: { default: 'none' },
  require: { default: 'all' },
  'fail-on-mismatch': { default: 'true' },
  'wait-timeout': { default: '0s' },
  'compare-with': { default: 'none' },
  summary: { default: 'true' },
  comment: { default: 'never' },
  matrix: { default: '', mayBeEmpty: true, actionDefault: '${{ toJSON(matrix) }}', isInternal: true },
  username: { default: '', mayBeEmpty: true },
  password: { default: '', mayBeEmpty: true },
  'github-token': { default: '', mayBeEmpty: true, actionDefault: '${{ github.token }}' },
  'ca-file': { default: '', mayBeEmpty: true },
  'plain-http': { default: 'loopback', isList: true },
  'trusted-auth-hosts': { default: 'none', isList: true },
  'allowed-registries': { default: 'any', isList: true },
  timeout: { default: '60s' },
} as const satisfies Record<string, InputDefinition>;

export type InputName = keyof typeof INPUTS;
export const INPUT_NAMES = Object.keys(INPUTS) as InputName[];
/** Those that people set. */
export const PUBLIC_NAMES = INPUT_NAMES.filter((name) => definitionOf(name).isInternal !== true);

export function definitionOf(name: InputName): InputDefinition {
  return INPUTS[name];
}

export function isFlagName(name: string): name is InputName {
  return PUBLIC_NAMES.includes(name as InputName);
}
