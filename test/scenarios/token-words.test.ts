/** A token service that chooses a word of ours. */
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { buildImage, COMMIT, OTHER_COMMIT, REVISION } from '../support/images.ts';
import { Internet, json, registryError } from '../support/internet.ts';
import { FakeRegistry, send, TOKEN } from '../support/registry.ts';
import { runAction } from '../support/runner.ts';

const BASE_NAME = 'org.opencontainers.image.base.name';

let internet: Internet;

beforeEach(async () => void (internet = await Internet.start()));

afterEach(() => internet.stop());

describe('a token service that chooses a word of ours', () => {
  test.each([REVISION, 'org.opencontainers.image.version', 'org.label-schema.vcs-ref'])(
    '%s: the outputs of a pass are what the image says',
    async (token) => {
      const registry = await FakeRegistry.start({ sameHostAuth: true });
      const labels = {
        [REVISION]: COMMIT,
        'org.label-schema.vcs-ref': OTHER_COMMIT,
        'org.opencontainers.image.version': '1.2.3',
      };
      registry.push('app', 'main', buildImage({ labels }));
      registry.override(({ path, headers }, response) => {
        if (path.startsWith('/token')) return send(response, 200, JSON.stringify({ token }));
        if (headers.authorization === `Bearer ${token}`) headers.authorization = `Bearer ${TOKEN}`;
        return false;
      });
      const run = await runAction({ inputs: { image: registry.reference('app', 'main') } });
      await registry.stop();
      expect(run.outputs).toMatchObject({ result: 'pass', revision: COMMIT, version: '1.2.3' });
      expect(JSON.parse(run.outputs['labels'] ?? '')).toEqual(labels);
      expect(run.summary).not.toContain('***');
    },
  );

  test('the service of a base image, which an image named, changes no verdict', async () => {
    const site = 'evil.example.com';
    internet.site('r.example.com', ({ path }, response) => {
      const built = buildImage({
        labels: { [REVISION]: OTHER_COMMIT },
        annotations: { [BASE_NAME]: `${site}/base:1` },
      });
      const good = buildImage();
      const at = (part: string): boolean => path.endsWith(part);
      const blob =
        at('/good') || at(good.manifest.digest)
          ? good.manifest
          : at(good.config.digest)
            ? good.config
            : at(built.config.digest)
              ? built.config
              : built.manifest;
      response.writeHead(200, { 'content-type': blob.mediaType }).end(blob.bytes);
    });
    internet.site(site, ({ path, headers }, response) =>
      path === '/token'
        ? json(response, 200, { token: COMMIT })
        : headers.authorization === undefined
          ? json(response, 401, registryError('UNAUTHORIZED'), {
              'www-authenticate': `Bearer realm="https://${site}/token"`,
            })
          : json(response, 404, registryError('MANIFEST_UNKNOWN')),
    );
    const run = await runAction({
      inputs: { ...internet.inputs, image: 'r.example.com/app:good\nr.example.com/app:bad', require: 'any' },
      env: internet.env,
    });
    expect(internet.conversation().join('\n')).toContain(`${site}/token`);
    expect(run.outputs).toMatchObject({ result: 'pass', revision: COMMIT });
  });
});
