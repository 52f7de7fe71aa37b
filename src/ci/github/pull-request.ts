import type { RunEvent } from './event.ts';

/** The pull request that the event is about; null where there is none. */
export function pullRequestOf({ name, payload }: RunEvent): number | null {
  const at = (...path: readonly (string | number)[]): unknown =>
    path.reduce<unknown>(
      (value, step) =>
        typeof value === 'object' && value !== null ? (value as Record<string | number, unknown>)[step] : undefined,
      payload,
    );
  const number = ((): unknown => {
    switch (name) {
      case 'pull_request':
      case 'pull_request_target':
        return at('pull_request', 'number');
      case 'issue_comment':
        return at('issue', 'pull_request') === undefined ? null : at('issue', 'number');
      case 'workflow_run':
        // Empty for forks: GitHub does not say which pull request theirs is.
        return at('workflow_run', 'pull_requests', 0, 'number');
      default:
        return null;
    }
  })();
  return typeof number === 'number' && Number.isSafeInteger(number) && number > 0 ? number : null;
}
