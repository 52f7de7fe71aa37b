/** Proves from vitest's own report that the docker-registry suite ran whole: a skipped suite is green too. */
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

const SUITE = 'test/docker-registry/';

const report = JSON.parse(readFileSync('.tmp/tests.json', 'utf8')) as Report;
const suite = report.testResults.filter(({ name }) => name.includes(SUITE)).flatMap((file) => file.assertionResults);
const notRun = suite.filter(({ status }) => status !== 'passed');
if (suite.length === 0 || notRun.length > 0) {
  console.error(
    `${SUITE}: ${suite.length} tests, of which these did not pass: ${notRun.map(({ title }) => title).join('; ')}`,
  );
  process.exit(1);
}
console.log(`${SUITE}: all ${suite.length} tests ran against docker-registry.`);
console.log(`${report.numPassedTests} passed, ${report.numFailedTests} failed, ${report.numPendingTests} skipped`);
