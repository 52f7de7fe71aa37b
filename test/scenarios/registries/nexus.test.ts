/** Nexus, as a stand-in behind its real host name. */
import { describe, test } from 'vitest';
import { internet, basic, PASSWORD, serve, run, login, expectPass, expectError } from '../../support/stand-ins.ts';

describe('Nexus (nexus-public#921: BASIC in capitals; nexus-public#873: the realm of /v2/ is not that of the repository)', () => {
  test('BASIC realm', async () => {
    serve({
      host: 'nexus.example.com',
      repository: 'app',
      challenge: 'BASIC realm="Sonatype Nexus Repository Manager"',
      accepts: basic('alice', PASSWORD),
    });
    expectPass(await run('nexus.example.com/app:main', login));
  });

  test('an HTML page with status 404 is an error, not missing (H-16)', async () => {
    internet.site(
      'nexus.example.com',
      (_, response) => void response.writeHead(404, { 'content-type': 'text/html' }).end('<html>@here ##[error]x'),
    );
    expectError(await run('nexus.example.com/app:main'), 'HTTP 404');
  });
});
