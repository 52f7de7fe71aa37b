/** registry.access.redhat.com, as a stand-in behind its real host name. */
import { test } from 'vitest';
import { image, internet, run, expectPass } from '../../support/stand-ins.ts';

test('registry.access.redhat.com (containerd getManifestMediaType: text/plain, no digest; quay#1310: gzip)', async () => {
  const { gzipSync } = await import('node:zlib');
  internet.site('registry.access.redhat.com', ({ path }, response) => {
    if (path.includes('/manifests/'))
      return void response.writeHead(200, { 'content-type': 'text/plain; charset=utf-8' }).end(image.manifest.bytes);
    response.writeHead(200, { 'content-encoding': 'gzip' }).end(gzipSync(image.config.bytes));
  });
  expectPass(await run('registry.access.redhat.com/ubi9:main'));
});
