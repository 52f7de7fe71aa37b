/** Proves from vitest's own report that the suites which may be skipped ran whole: a skipped suite is green too. */
import { readFileSync } from 'node:fs';

interface Report {
  readonly numPassedTests: number;
  readonly numFailedTests: number;
  readonly numPendingTests: number;
  readonly testResults: readonly {
    readonly name: string;
    readonly assertionResults: readonly { readonly status: string; readonly title: string }[];
  }[];
}

/** Suites that are skipped on a machine without their programs. */
const SUITES = ['test/docker-registry/', 'test/namespace/', 'test/package/', 'test/pages/'];

const report = JSON.parse(readFileSync('.tmp/tests.json', 'utf8')) as Report;
for (const name of SUITES) {
  const tests = report.testResults.filter((file) => file.name.includes(name)).flatMap((file) => file.assertionResults);
  const notRun = tests.filter(({ status }) => status !== 'passed');
  if (tests.length === 0 || notRun.length > 0) {
    const titles = notRun.map(({ title }) => title).join('; ');
    console.error(`${name}: ${tests.length} tests, of which these did not pass: ${titles}`);
    process.exit(1);
  }
  console.log(`${name}: all ${tests.length} tests ran.`);
}
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`);
