/** registry.k8s.io, as a stand-in behind its real host name. */
import { test } from 'vitest';
import { internet, serve, run, expectPass } from '../../support/stand-ins.ts';

test('registry.k8s.io (R-13: the manifest itself is redirected to another host)', async () => {
  serve({ host: 'europe-docker.pkg.dev', repository: 'k8s/pause', challenge: null, accepts: null });
  internet.site('registry.k8s.io', ({ path }, response) => {
    response.writeHead(307, { location: `https://europe-docker.pkg.dev${path.replace('/v2/', '/v2/k8s/')}` }).end();
  });
  expectPass(await run('registry.k8s.io/pause:main'));
});
