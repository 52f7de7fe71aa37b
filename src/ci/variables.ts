/** Variables of which the CI says that they are set, and with what differs: `true`, `True`, a number, an address. */
export function isSet(env: NodeJS.ProcessEnv, name: string): boolean {
  const value = (env[name] ?? '').toLowerCase();
  return value !== '' && value !== 'false' && value !== '0';
}

/** A variable; undefined where it is empty. */
export function text(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return env[name] || undefined;
}

/** A branch or a tag in full, as git names it. */
export function refOf({ branch, tag }: { branch: string | undefined; tag: string | undefined }): string | undefined {
  if (tag !== undefined) return `refs/tags/${tag}`;
  return branch === undefined ? undefined : `refs/heads/${branch}`;
}

/** Of a pull request: a number, and `false` or nothing where there is none. */
export function numberIn(env: NodeJS.ProcessEnv, name: string): string | undefined {
  return /^[0-9]+$/.test(env[name] ?? '') ? env[name] : undefined;
}
