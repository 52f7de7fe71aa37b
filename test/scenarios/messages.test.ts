/** Messages that once misled, each provoked as a person would: what was seen, where, and what to do. */
import 'reflect-metadata';
import { writeFileSync } from 'node:fs';
import { createServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import path from 'node:path';
import { Crypto } from '@peculiar/webcrypto';
import * as x509 from '@peculiar/x509';
import { pack } from 'tar-stream';
import { afterEach, describe, expect, test } from 'vitest';
import { buildImage, REVISION } from '../support/images.ts';
import { folder, registry, run } from '../support/one-image.ts';
import { FakeRegistry } from '../support/registry.ts';
import { type Run, runAction } from '../support/runner.ts';

const webcrypto = new Crypto();
const P256 = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
let server: Server | undefined;
afterEach(() => new Promise((resolve) => (server ? server.close(resolve) : resolve(undefined))));

/** A TLS server on loopback, whose certificate its own authority has signed. */
async function serve(names: string[], notAfter: string): Promise<{ host: string; caFile: string }> {
  const keys = await webcrypto.subtle.generateKey(P256, true, ['sign', 'verify']);
  const certificate = await x509.X509CertificateGenerator.createSelfSigned(
    {
      name: 'CN=test',
      notBefore: new Date('2025-01-01'),
      notAfter: new Date(notAfter),
      keys,
      signingAlgorithm: P256,
      extensions: [
        new x509.SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns', value }))),
        new x509.BasicConstraintsExtension(true),
      ],
    },
    webcrypto,
  );
  const key = Buffer.from(await webcrypto.subtle.exportKey('pkcs8', keys.privateKey)).toString('base64');
  const pem = {
    cert: certificate.toString('pem'),
    key: `-----BEGIN PRIVATE KEY-----\n${key}\n-----END PRIVATE KEY-----\n`,
  };
  const caFile = path.join(folder, 'ca.pem');
  writeFileSync(caFile, pem.cert);
  server = createServer(pem, (_, response) => response.end('{}'));
  await new Promise<void>((resolve) => server?.listen(0, '127.0.0.1', resolve));
  return { host: `localhost:${(server.address() as AddressInfo).port}`, caFile };
}

const check = async (inputs: Record<string, string>, env: Record<string, string> = {}): Promise<string> => {
  const { stdout, exitCode } = await runAction({ inputs: { timeout: '9s', ...inputs }, env });
  expect(exitCode).toBeGreaterThan(0);
  return stdout;
};

describe('the way to a registry', () => {
  test('a proxy that is dead is named, with its variable', async () => {
    const text = await check({ image: 'ghcr.io/acme/app:main', timeout: '1s' }, { HTTPS_PROXY: 'http://127.0.0.1:9' });
    expect(text).toContain('could not reach ghcr.io through the proxy 127.0.0.1:9 (HTTPS_PROXY): connection refused.');
  });
  test('a certificate that has expired, with its date', async () => {
    const { host, caFile } = await serve(['localhost'], '2026-01-01');
    const text = await check({ image: `${host}/app:main`, 'plain-http': 'none', 'ca-file': caFile });
    expect(text).toContain('its certificate expired on 2026-01-01.');
  });
  test('a certificate of another name, with its names', async () => {
    const { host, caFile } = await serve(['other.example.com'], '2035-01-01');
    const text = await check({ image: `${host}/app:main`, 'plain-http': 'none', 'ca-file': caFile });
    expect(text).toContain('its certificate is valid for other.example.com, not for localhost.');
  });
  test('a TLS registry on loopback', async () => {
    registry.override((_, response) => {
      response.writeHead(400).end('Client sent an HTTP request to an HTTPS server.\n');
      return true;
    });
    const text = await check({ image: `${registry.host()}/app:main` });
    expect(text).toContain('was asked over plain HTTP, for it is on loopback, and answered HTTP 400.');
    expect(text).toContain('set plain-http: none.');
  });
  test('rejected credentials, with where they are from', async () => {
    const closed = await FakeRegistry.start({ auth: 'basic', username: 'u', password: 'right', cdn: false });
    closed.push('app', 'main', buildImage());
    const text = await check({ image: closed.reference('app', 'main'), username: 'u', password: 'wrong-one' });
    await closed.stop();
    expect(text).toMatch(/the credentials for \S+ \(from the inputs\b.*\) were rejected by \S+: HTTP 401/);
  });
  test('a login page', async () => {
    registry.override((_, response) => {
      response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
      return true;
    });
    expect(await check({ image: `${registry.host()}/app:main` })).toContain(
      'the registry answered with an HTML page, not with the manifest.',
    );
  });
  test('a registry that keeps failing, with how often and how long', async () => {
    registry.override((_, response) => {
      response.writeHead(503).end();
      return true;
    });
    expect(await check({ image: `${registry.host()}/app:main` })).toMatch(
      /returned HTTP 503, 4 times in [0-9]+ s, when asked for/,
    );
  });
});

describe('what an image says', () => {
  const of = async (inputs: Record<string, string>): Promise<string> => {
    const labels = { [REVISION]: 'x', 'org.opencontainers.image.version': '1.2.3', tier: 'gold' };
    const result: Run = await run({ labels, config: { User: 'app' } }, { revision: 'any', ...inputs });
    expect(result.outputs['result']).toBe('fail');
    return result.stdout;
  };
  test.each([
    ['image.config.user == "app"', 'Did you mean image.config.User?'],
    ['image.labls.tier == "gold"', 'Did you mean image.labels?'],
    ['image.config.User', 'image.config.User is not true or false; image.config.User is "app".'],
    ['image.config.User == "root"', 'image.config.User == "root" is false; image.config.User is "app".'],
    ['image.labels.tier.startsWith("s")', 'image.labels.tier is "gold".'],
    ['size(image.layers) > 5', 'size(image.layers) is 1.'],
  ])('expect: %s', async (expect_, text) => expect(await of({ expect: expect_ })).toContain(text));
  test.each([
    ['org.opencontainers.image.verison', 'Did you mean org.opencontainers.image.version?'],
    ['org.opencontainers.image.version=~1', 'must match 1 whole; it is "1.2.3".'],
    ["tier='gold'", 'The quotes are part of the expected value: leave them out.'],
    ['tier=gold, org.opencontainers.image.version=1.2.3', 'This looks like two expectations on one line'],
    ['tier=gold org.opencontainers.image.version=1.2.3', 'This looks like two expectations on one line'],
    ['tier=gold # the good one', 'The comment is part of the expected value'],
    ['!tier', 'label tier must be absent; it is "gold".'],
    ['tier in (a, b)', 'label tier must be one of (a, b); it is "gold".'],
  ])('labels: %s', async (labels, text) => expect(await of({ labels })).toContain(text));
  test('the value of a variable that an expression names is not shown', async () => {
    const result = await run({ env: ['KEY=hunter2-secret'] }, { revision: 'any', expect: 'image.env.KEY == "x"' });
    expect(result.outputs['result']).toBe('fail');
    expect(result.stdout + result.summary + JSON.stringify(result.report)).not.toContain('hunter2');
  });
});

test('what "docker save" writes is named, with the command that converts it', async () => {
  const archive = pack();
  archive.entry({ name: 'manifest.json' }, '[]');
  archive.finalize();
  const chunks: Buffer[] = [];
  for await (const chunk of archive) chunks.push(chunk as Buffer);
  const file = path.join(folder, 'image.tar');
  writeFileSync(file, Buffer.concat(chunks));
  const text = await check({ image: `oci-layout:${file}` });
  expect(text).toContain('is what "docker save" writes, not an OCI image layout.');
  expect(text).toContain(`skopeo copy docker-archive:${file} oci:FOLDER:TAG`);
});

test('all wrong inputs are told, of which nine are annotations', async () => {
  const lines = Array.from({ length: 12 }, (_, at) => `image.tag = "wrong-${at}"`).join('\n');
  const text = await check({ image: `${registry.host()}/app:main`, expect: lines, 'wait-timeout': 'soon' });
  expect(text.match(/^::error .*::expect, line [1-9]: /gm)).toHaveLength(9);
  expect(text.match(/^error: expect, line 1[0-2]: /gm)).toHaveLength(3);
  expect(text).toMatch(/^error: wait-timeout: "soon"/m);
  expect(text).toContain('assert-image: error: 2 inputs are wrong.');
});

test('a mistake in a policy is an annotation at its line', async () => {
  const file = path.join(folder, 'policy.yaml');
  writeFileSync(file, 'env:\n  A: b\nlables:\n  a: b\nexpect:\n  - image.tag = "x"\n');
  const text = await check({ image: `${registry.host()}/app:main`, policy: file });
  const at = (line: number): RegExp =>
    new RegExp(`^::error title=assert-image,file=\\S+policy\\.yaml,line=${line}::`, 'm');
  expect(text).toMatch(at(3));
  expect(text).toMatch(at(6));
  expect(text).toContain('Did you mean labels?');
  expect(text).toContain('Use == to compare.');
  expect(text).toContain('assert-image: error: 1 input is wrong.');
});
