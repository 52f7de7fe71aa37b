import { describe, expect, test } from 'vitest';
import { sentenceOf } from '../../src/report/sentence.ts';
import { commitOfEvent } from '../../src/ci/github/commit.ts';
import { checkRevision } from '../../src/expectations/revision/revision.ts';
import { parseRevisionFrom } from '../../src/expectations/revision/stated.ts';
import type { RunEvent } from '../../src/ci/github/event.ts';
import { type FactsOptions, imageOf } from '../support/facts.ts';
import { COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';

const FROM = parseRevisionFrom('label:org.opencontainers.image.revision, label:org.label-schema.vcs-ref');

function run(options: FactsOptions[], from = FROM, pullRequestHead?: string): { holds: boolean[]; message: string } {
  const { checks } = checkRevision({ commit: COMMIT, pullRequest: { head: pullRequestHead } }, from, imageOf(options));
  return {
    holds: checks.map(({ holds }) => holds),
    message: checks.map((check) => (check.holds ? '' : sentenceOf(check))).join(' '),
  };
}

describe('the stated revision is the expected commit, whole', () => {
  test.each([
    ['the same', COMMIT, true],
    ['the same in capitals', COMMIT.toUpperCase(), true],
    ['another', OTHER_COMMIT, false],
    ['an abbreviation (S-13)', COMMIT.slice(0, 12), false],
    ['one letter', 'c', false],
    ['nothing (S-18)', '', false],
    ['more than it', `${COMMIT}0`, false],
    ['a dirty tree', `${COMMIT}-dirty`, false],
    ['with a line break', `${COMMIT}\n`, false],
  ])('%s', (_, revision, holds) => {
    expect(run([{ labels: { [REVISION]: revision } }]).holds).toEqual([holds]);
  });

  test('the first field that is present decides, also where a later one would hold', () => {
    const labels = { [REVISION]: OTHER_COMMIT, 'org.label-schema.vcs-ref': COMMIT };
    expect(run([{ labels }]).holds).toEqual([false]);
    expect(run([{ labels: { 'org.label-schema.vcs-ref': COMMIT } }]).holds).toEqual([true]);
  });

  test.each(['env:GIT_SHA', 'annotation:rev', 'label:x, env:GIT_SHA'])('from %s', (from) => {
    const options = { labels: {}, env: [`GIT_SHA=${COMMIT}`], annotations: { rev: COMMIT } };
    expect(run([options], parseRevisionFrom(from)).holds).toEqual([true]);
  });

  test.each(['', 'label:', 'rev', 'label:a,,label:b', 'Label:a'])('revision-from %j is refused', (text) => {
    expect(() => parseRevisionFrom(text)).toThrow('does not say where');
  });
});

describe('a mismatch explains itself', () => {
  test.each([
    [
      'the head of the pull request (S-15)',
      [{ labels: { [REVISION]: OTHER_COMMIT } }],
      OTHER_COMMIT,
      'head of the pull request',
    ],
    ['an abbreviation', [{ labels: { [REVISION]: COMMIT.slice(0, 7) } }], undefined, 'abbreviation'],
    ['a dirty tree', [{ labels: { [REVISION]: `${COMMIT}-dirty` } }], undefined, '-dirty'],
    ['another commit', [{ labels: { [REVISION]: OTHER_COMMIT } }], undefined, 'is not built from'],
    ['no commit', [{ labels: { [REVISION]: 'main' } }], undefined, 'not a full commit ID'],
    ['absent', [{ labels: {} }], undefined, 'does not state its revision'],
    [
      'an annotation only',
      [{ labels: {}, annotations: { [REVISION]: COMMIT } }],
      undefined,
      `Set revision-from to annotation:${REVISION}`,
    ],
    [
      'platforms that disagree (S-7)',
      [{ labels: { [REVISION]: COMMIT } }, { platform: 'linux/arm64', labels: { [REVISION]: OTHER_COMMIT } }],
      undefined,
      'disagree',
    ],
  ])('%s', (_, options, head, text) => {
    expect(run(options, FROM, head).message).toContain(text);
  });
});

describe('auto: the commit of the event', () => {
  const event = (name: string, payload: Record<string, unknown> = {}, sha = COMMIT): RunEvent => ({
    name,
    sha,
    ref: 'refs/heads/main',
    repository: 'acme/app',
    payload,
  });
  const workflowRun = (changes: Record<string, unknown>): RunEvent =>
    event('workflow_run', {
      workflow_run: { event: 'push', head_sha: OTHER_COMMIT, head_repository: { full_name: 'Acme/app' }, ...changes },
    });

  test.each([
    'push',
    'pull_request',
    'merge_group',
    'release',
    'deployment',
    'deployment_status',
    'workflow_dispatch',
    'schedule',
  ])('%s: GITHUB_SHA', (name) => {
    expect(commitOfEvent(event(name, {}, COMMIT.toUpperCase()))).toBe(COMMIT);
  });

  test('workflow_run from a push to this repository: its head', () => {
    expect(commitOfEvent(workflowRun({}))).toBe(OTHER_COMMIT);
  });

  test.each([
    ['issue_comment', event('issue_comment')],
    ['pull_request_target', event('pull_request_target')],
    ['check_run', event('check_run')],
    ['none', event('')],
    ['workflow_run from a pull request', workflowRun({ event: 'pull_request' })],
    ['workflow_run from a pull_request_target', workflowRun({ event: 'pull_request_target' })],
    ['workflow_run of a fork', workflowRun({ head_repository: { full_name: 'mallory/app' } })],
    ['workflow_run without a payload', event('workflow_run')],
    ['workflow_run without a head', workflowRun({ head_sha: undefined })],
    ['push without a commit', event('push', {}, '')],
    ['push of a deleted branch', event('push', {}, '0'.repeat(40))],
    ['push of a deleted branch, with another commit', event('push', { deleted: true })],
    ['push with an abbreviation', event('push', {}, COMMIT.slice(0, 7))],
  ])('%s: an error that asks for an explicit revision (S-16)', (_, given) => {
    expect(() => commitOfEvent(given)).toThrow(
      expect.objectContaining({ code: 'input', hint: expect.stringContaining('full commit ID') }),
    );
  });
});
