import { formatError } from '../base/errors.ts';
import { logLine } from '../base/inert.ts';
import type { Check } from '../expectations/check.ts';
import { type Look, nameOf, type Verdict } from '../gate/verdict.ts';
import { sentenceOf } from './sentence.ts';

/**
 * The verdict as JUnit's XML: an image is a suite, an expectation a test case, its platform the class. Jenkins, GitLab,
 * Azure Pipelines, CircleCI and Buildkite read it. (github.com/testmoapp/junitxml)
 */
export function* formatJUnit({ looks, error, result }: Verdict): Generator<string> {
  const suites = error
    ? [{ name: 'assert-image', cases: [erroneous('inputs that can be used', formatError(error))] }]
    : [];
  // With `require: any`, an image that does not satisfy is no failure of the run.
  const told = result === 'pass' ? looks.filter((look) => look.result === 'pass') : looks;
  yield '<?xml version="1.0" encoding="UTF-8"?>\n<testsuites name="assert-image">\n';
  for (const { name, cases } of [...suites, ...told.map(suiteOf)]) {
    const count = (kind: Case['kind']): number => cases.filter((each) => each.kind === kind).length;
    yield `  <testsuite name="${xml(name)}" tests="${cases.length}" failures="${count('failure')}" errors="${count('error')}" skipped="0" time="0">\n`;
    for (const each of cases) yield formatCase(each);
    yield '  </testsuite>\n';
  }
  yield '</testsuites>\n';
}

interface Case {
  readonly name: string;
  readonly platform: string;
  readonly kind: 'passed' | 'failure' | 'error';
  readonly message: string;
}

const erroneous = (name: string, message: string): Case => ({ name, platform: 'image', kind: 'error', message });

function suiteOf(look: Look): { name: string; cases: Case[] } {
  const { checks, error } = look;
  const name = nameOf(look);
  if (error?.code === 'missing')
    return { name, cases: [{ ...erroneous('the image exists', formatError(error)), kind: 'failure' }] };
  const cases = checks.map(caseOf);
  // With nothing to check, what is expected is that it can be read.
  const isRead: Case = { name: 'the image can be read', platform: 'image', kind: 'passed', message: '' };
  if (error) return { name, cases: [...cases, erroneous('the image can be read', formatError(error))] };
  return { name, cases: cases.length === 0 ? [isRead] : cases };
}

function caseOf(check: Check): Case {
  const { expectation, platform, holds } = check;
  return {
    name: expectation,
    platform: platform ?? 'image',
    kind: holds ? 'passed' : 'failure',
    message: holds ? '' : sentenceOf(check),
  };
}

function formatCase({ name, platform, kind, message }: Case): string {
  const open = `    <testcase classname="${xml(platform)}" name="${xml(name)}" time="0"`;
  return kind === 'passed' ? `${open}/>\n` : `${open}>\n      <${kind} message="${xml(message)}"/>\n    </testcase>\n`;
}

/** Long texts are cut: viewers show a line. */
const MAX_TEXT_CHARS = 4096;
/** All that XML 1.0 has no way to write. (w3.org/TR/xml, production 2) */
const FORBIDDEN = /[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu;
const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
};

/** A text between double quotes. */
function xml(text: string): string {
  // Some print the file into a log, and what shows nothing or turns text around is made visible there, too.
  return logLine(text.slice(0, MAX_TEXT_CHARS).replace(FORBIDDEN, '')).replace(
    /[&<>"]/g,
    (character) => ENTITIES[character] as string,
  );
}
