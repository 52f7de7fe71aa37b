import { expect, test } from 'vitest';
import { parseConfigFile } from '../../src/image/config.ts';

const parse = (value: unknown): ReturnType<typeof parseConfigFile> =>
  parseConfigFile(Buffer.from(JSON.stringify(value)), 'the config');

test('every field of a config is read as it stands', () => {
  const file = parse({
    created: '2026-11-20T10:00:00Z',
    os: 'windows',
    architecture: 'arm',
    variant: 'v6',
    'os.version': '10.0.20348.1',
    rootfs: { type: 'layers', diff_ids: ['sha256:a', 'sha256:b'] },
    history: [{ created_by: 'x' }],
    config: {
      User: 'u',
      Entrypoint: ['e'],
      Cmd: ['c'],
      WorkingDir: '/w',
      ExposedPorts: { '1/tcp': {} },
      Volumes: { '/v': {} },
      StopSignal: 'SIGINT',
      Labels: { a: 'b' },
      Env: ['Path=x'],
    },
  });
  expect(file).toMatchObject({
    created: '2026-11-20T10:00:00Z',
    platform: { os: 'windows', architecture: 'arm', variant: 'v6', osVersion: '10.0.20348.1' },
    diffIds: 2,
    history: [{ created_by: 'x' }],
    config: {
      user: 'u',
      entrypoint: ['e'],
      cmd: ['c'],
      workingDir: '/w',
      exposedPorts: ['1/tcp'],
      volumes: ['/v'],
      stopSignal: 'SIGINT',
    },
  });
  expect([...file.config.env.values.keys()]).toEqual(['PATH']);
  expect([...file.config.env.asWritten.keys()]).toEqual(['Path']);
});

test('what is absent is told from what is empty', () => {
  expect(parse({}).config).toMatchObject({
    entrypoint: null,
    cmd: null,
    exposedPorts: null,
    volumes: null,
    stopSignal: null,
    user: '',
    workingDir: '',
  });
  expect(parse({ config: { Entrypoint: [], Cmd: [], ExposedPorts: {} } }).config).toMatchObject({
    entrypoint: [],
    cmd: [],
    exposedPorts: [],
  });
  expect(parse({})).toMatchObject({ created: null, diffIds: 0, history: [], platform: { os: '', architecture: '' } });
});

test.each([
  ['Healthcheck', { config: { Healthcheck: { Test: ['NONE'], test: ['CMD', 'x'] } } }],
  ['Healthcheck, one of them alone', { config: { Healthcheck: { interval: 1 } } }],
  ['the config', { config: { StopTimeout: 1, stoptimeout: 9 } }],
  ['the config, one of them alone', { config: { networkdisabled: true } }],
  ['the build history', { history: [{ created_by: 'a', Created_By: 'b' }] }],
])('names in %s that Go reads as others are refused, for expressions read them (M-22)', (_, value) => {
  expect(() => parse(value)).toThrow(/which some clients read as/);
});

test.each([
  ['2026-11-20T10:00:00Z', true],
  ['2026-11-20T10:00:00.123456789+02:00', true],
  ['0001-01-01T00:00:00Z', true],
  ['2026-02-30T00:00:00Z', false],
  ['2026-11-20', false],
  ['2026-11-20 10:00:00Z', false],
  ['20 Nov 2026', false],
  ['2026-11-20T24:00:00Z', false],
  ['2026-11-20T10:00:00', false],
  ['1763632800000', false],
])('created %s is a date: %s (RFC 3339, as Go reads it)', (created, isDate) => {
  expect(parse({ created }).created).toBe(isDate ? created : null);
});

test('a label that is null is empty, as Go reads it', () => {
  expect(parse({ config: { Labels: { a: null } } }).config.labels.get('a')).toBe('');
});
