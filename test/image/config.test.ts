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
