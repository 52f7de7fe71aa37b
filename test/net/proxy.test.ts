import { describe, expect, test } from 'vitest';
import { Secrets } from '../../src/base/secrets.ts';
import { proxiesOf } from '../../src/net/proxy.ts';

const choose = (url: string, env: NodeJS.ProcessEnv): string | null =>
  proxiesOf(env, new Secrets())(new URL(url))?.host ?? null;

describe('the proxy for a URL, as curl users expect it (H-9)', () => {
  test.each([
    ['none', 'https://r.example.com/', {}, null],
    ['HTTPS_PROXY', 'https://r.example.com/', { HTTPS_PROXY: 'http://p:1' }, 'p:1'],
    ['lower case wins', 'https://r.example.com/', { HTTPS_PROXY: 'http://p:1', https_proxy: 'http://q:2' }, 'q:2'],
    ['without a scheme', 'https://r.example.com/', { HTTPS_PROXY: 'p:1' }, 'p:1'],
    ['http_proxy is not for https', 'https://r.example.com/', { http_proxy: 'http://p:1' }, null],
    ['http_proxy', 'http://r.example.com/', { http_proxy: 'http://p:1' }, 'p:1'],
    ['HTTP_PROXY does not count', 'http://r.example.com/', { HTTP_PROXY: 'http://p:1' }, null],
    ['https_proxy is not for http', 'http://r.example.com/', { https_proxy: 'http://p:1' }, null],
    ['ALL_PROXY', 'https://r.example.com/', { ALL_PROXY: 'http://p:1' }, 'p:1'],
    ['an empty variable', 'https://r.example.com/', { HTTPS_PROXY: '' }, null],
    ['loopback is direct', 'http://127.0.0.1:5000/', { http_proxy: 'http://p:1' }, null],
    ['localhost is direct', 'https://localhost:5000/', { https_proxy: 'http://p:1' }, null],
    ['::1 is direct', 'https://[::1]:5000/', { https_proxy: 'http://p:1' }, null],
  ])('%s', (_, url, env, proxy) => {
    expect(choose(url, env)).toBe(proxy);
  });

  test.each([
    ['*', 'https://r.example.com/', true],
    ['example.com', 'https://r.example.com/', true],
    ['.example.com', 'https://r.example.com/', true],
    ['*.example.com', 'https://r.example.com/', true],
    ['R.EXAMPLE.COM', 'https://r.example.com/', true],
    ['r.example.com:443', 'https://r.example.com/', true],
    ['r.example.com:8443', 'https://r.example.com/', false],
    ['ample.com', 'https://r.example.com/', false],
    ['other.com, example.com', 'https://r.example.com/', true],
    ['other.com example.com', 'https://r.example.com/', true],
    ['10.0.0.0/8', 'https://10.1.2.3/', true],
    ['10.0.0.0/8', 'https://11.1.2.3/', false],
    ['10.1.2.3', 'https://10.1.2.3:5000/', true],
    ['fd00::/8', 'https://[fd12::1]/', true],
    ['2.3', 'https://10.1.2.3/', false],
    ['', 'https://r.example.com/', false],
  ])('NO_PROXY=%s for %s: direct %s', (noProxy, url, direct) => {
    expect(choose(url, { HTTPS_PROXY: 'http://p:1', NO_PROXY: noProxy })).toBe(direct ? null : 'p:1');
  });

  test.each(['ftp://p:1', 'http://', ':::'])('%s is an error that names the variable and not its value', (value) => {
    expect(() => choose('https://r.example.com/', { HTTPS_PROXY: value })).toThrow(
      /^the variable HTTPS_PROXY does not hold a proxy/,
    );
  });

  test('its password is a secret', () => {
    const secrets = new Secrets();
    proxiesOf({ HTTPS_PROXY: 'http://alice:proxy-passw%C3%B6rd@p:1' }, secrets)(new URL('https://r.example.com/'));
    expect(secrets.redact('x proxy-passwörd y')).toBe('x *** y');
  });
});
