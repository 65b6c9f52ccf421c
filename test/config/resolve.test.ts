import { once } from 'node:events';
import { symlinkSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { resolveOptions } from '../../src/config/resolve.js';
import { folder, refusal, resolve, type Given } from './resolving.js';

describe('the value of an option', () => {
  test('of a noise is one that resamples can add up', async () => {
    const asked = { command: 'frontier show', flags: { noiseStd: '1e308' }, environment: {} } as const;
    await expect(resolveOptions(asked)).rejects.toThrow(
      "--noise-std: expected a number from 0 to 1e100, in the unit of the metric, got '1e308'",
    );
  });

  test('comes from flags before the environment before the file before the defaults', async () => {
    const yaml = 'seed: 3\nepochs: 3\nreplicates: 3\n';
    const environment = { HGMLP_SEED: '2', HGMLP_EPOCHS: '2' };
    const { values } = await resolve({ flags: { seed: '1' }, environment, yaml });
    expect(values).toMatchObject({ seed: 1, epochs: 2, replicates: 3, candidates: 10 });
  });

  test('is read as the same value from text and from YAML', async () => {
    const flags = { learningRates: '3e-4, 1e-3', shapes: 'hourglass', budget: '2M', flips: '4' };
    const yaml = 'learningRates: [3e-4, 1e-3]\nshapes: [hourglass]\nbudget: 2M\nflips: 4\n';
    const fromFlags = (await resolve({ flags })).values;
    const fromFile = (await resolve({ yaml })).values;
    expect({ ...fromFile, config: null }).toEqual(fromFlags);
    expect(fromFlags.learningRates).toEqual([3e-4, 1e-3]);
  });

  test('may be a plain number as a budget in a file', async () => {
    expect((await resolve({ yaml: 'budget: 500000\n' })).values.budget).toBe('500000');
  });

  test('may be a list or a single number in a file where flags take text between commas', async () => {
    const { values } = await resolve({ yaml: 'budget: [1M, 2000000]\nlearningRates: 3e-4\n' });
    expect(values).toMatchObject({ budget: '1M,2000000', learningRates: [3e-4] });
  });

  test('is absent where its environment variable is empty', async () => {
    expect((await resolve({ environment: { HGMLP_SEED: '', HGMLP_CONFIG: '' } })).values.seed).toBe(1);
  });

  test('cannot come from the environment where that would throw results away', async () => {
    const { values } = await resolve({ environment: { HGMLP_FRESH: '1', HGMLP_YES: '1' } });
    expect(values).toMatchObject({ fresh: false, yes: false });
  });

  test('of the devices is a list of numbers, and of the device auto unless the environment says another', async () => {
    const { values } = await resolve({ environment: { HGMLP_DEVICES: '0,2', HGMLP_DEVICE: 'cuda' } });
    expect(values).toMatchObject({ devices: [0, 2], device: 'cuda', engine: null, pack: null });
    expect((await resolve({})).values).toMatchObject({ devices: null, device: 'auto' });
  });

  test('is nothing where its default follows from the task', async () => {
    expect((await resolve({})).values).toMatchObject({ epochs: null, learningRates: null, workers: null });
  });
});

describe('a wrong value is refused in one line that says where it stands', () => {
  test.each<[string, Given, string]>([
    ['a flag', { flags: { epochs: 'many' } }, "--epochs: expected a whole number from 1, got 'many'"],
    ['a zero', { flags: { workers: '0' } }, "--workers: expected a whole number from 1, got '0'"],
    ['the same GPU twice', { flags: { devices: '1,1' } }, '--devices: expected whole numbers from 0'],
    ['an empty text', { flags: { seed: '' } }, "--seed: expected a whole number from 0, got ''"],
    [
      'the environment',
      { environment: { HGMLP_LEARNING_RATES: '1e-3,fast' } },
      "HGMLP_LEARNING_RATES: expected numbers above 0, separated by commas, got '1e-3,fast'",
    ],
    [
      'a file',
      { yaml: 'task: mnist/denoising\nepochs: many\n' },
      "/search.yaml:2:9: epochs: expected a whole number from 1, got 'many'",
    ],
    [
      'a nested value',
      { yaml: 'space:\n  hourglass: { depth: [9, 2] }\n' },
      '/search.yaml:2:23: space.hourglass.depth: expected two numbers: [smallest, largest], got [9,2]',
    ],
    [
      'one item of a nested list',
      { yaml: 'grid:\n  hourglass:\n    skipWidths: [785, ten]\n    bottleneckWidths: [4]\n    depths: [1]\n' },
      "/search.yaml:3:23: grid.hourglass.skipWidths.1: expected a whole number from 1, got 'ten'",
    ],
    [
      'a value behind an alias',
      { yaml: 'seed: &s [1]\nspace: { hourglass: { depth: *s } }\n' },
      '/search.yaml:1:10: seed: expected a whole number from 0, got [1]',
    ],
    ['a file with no number', { yaml: 'weightDecay: .nan\n' }, 'weightDecay: expected a number from 0, got NaN'],
    ['a list with repeats', { flags: { learningRates: '1e-3,0.001' } }, '--learning-rates: expected numbers above 0'],
    ['hexadecimal', { flags: { seed: '0x10' } }, "--seed: expected a whole number from 0, got '0x10'"],
  ])('in %s', async (_, given, expected) => {
    expect(await refusal(given)).toContain(expected);
  });
});

describe('a configuration file is refused in one line', () => {
  test.each<[string, string | Uint8Array, string]>([
    [
      'with an unknown key',
      'seed: 1\nbugdet: 1M\n',
      "/search.yaml:2:1: expected a known option, got 'bugdet'; did you mean 'budget'?",
    ],
    ['with an option of the command line', 'workers: 2\n', 'it belongs on the command line: --workers'],
    ['with a syntax error', 'seed: [1\n', '/search.yaml:2:1: expected YAML, got a syntax error'],
    ['with a key twice', 'seed: 1\nseed: 2\n', "/search.yaml:2:1: expected each key once, got 'seed' twice"],
    ['that is a list', '- 1\n', "/search.yaml:1:1: expected options as 'key: value' lines"],
    ['that is binary', Uint8Array.of(0x89, 0x50, 0, 1), '/search.yaml: expected a YAML text file, got a binary file'],
    ['with a hostile key', '__proto__: { polluted: 1 }\n', "got '__proto__'"],
    [
      'with a nested unknown key',
      'grid:\n  hourglas: {}\n',
      "/search.yaml:2:3: grid: expected the keys hourglass and conventional, got 'hourglas'",
    ],
    [
      'with a hostile nested key',
      'space: { __proto__: {} }\n',
      "space: expected the keys hourglass and conventional, got '__proto__'",
    ],
    ['with a key that is no word', 'seed: 1\n? [a, b]\n: 2\n', '/search.yaml:2:3: expected a word as key'],
    ['with a key that is far from all', 'wavelength: 1\n', "got 'wavelength'; Known are task"],
    ['with a tag', 'seed: !secret 3\n', '/search.yaml:1:7: expected YAML, got a syntax error: Unresolved tag: !secret'],
    ['with two documents', 'seed: 1\n---\nseed: 2\n', 'the file holds several documents, expected one'],
    [
      'with an alias of nothing',
      'seed: 1\nflips: *four\n',
      '/search.yaml:2:8: expected plain YAML, got: Unresolved alias',
    ],
    [
      'that holds itself',
      'space: &a\n  hourglass: *a\n',
      '/search.yaml:2:14: expected plain YAML, got: values are nested too deeply',
    ],
    ['that is nested too deeply', '['.repeat(50_000), 'values are nested too deeply'],
    ['that would steer a terminal', '"\\e[2Jx\\n": 1\n', "got '\\u001b[2Jx\\u000a'"],
    ['that is not UTF-8', Uint8Array.of(0x73, 0xff, 0x3a, 0x20, 0x31), 'expected a YAML text file, got a binary file'],
    [
      'of keys alone, in less than a minute',
      Array.from({ length: 30_000 }, (_, key) => `key${key}: 1\n`).join(''),
      "/search.yaml:1:1: expected a known option, got 'key0'",
    ],
    ['that is too large', '#'.repeat(1_000_001), 'expected a configuration file of at most 1 MB'],
    [
      'that grows when it is read',
      `a: &a [${'x,'.repeat(50)}]\nb: &b [${'*a,'.repeat(50)}]\nseed: [${'*b,'.repeat(50)}]\n`,
      'expected plain YAML, got: Excessive alias count',
    ],
  ])('%s', async (_, yaml, expected) => {
    expect(await refusal({ yaml })).toContain(expected);
  });

  test('that is missing', async () => {
    const message = await refusal({ flags: { config: path.join(folder, 'none.yaml') } });
    expect(message).toBe('cannot read the configuration file /none.yaml: no such file or folder; check the path');
  });

  test.each([
    ['without an end', '/dev/zero', 'expected a file, got a device'],
    ['that is a folder', '/dev', 'cannot read /dev: expected a file, got a folder'],
  ])('%s', async (_, config, expected) => {
    expect(await refusal({ flags: { config } })).toContain(expected);
  });

  test('that is a socket, or a link to itself', async () => {
    const socket = path.join(folder, 'socket');
    const server = createServer().listen(socket);
    await once(server, 'listening');
    expect(await refusal({ flags: { config: socket } })).toContain('/socket: expected a file, got a socket');
    server.close();
    symlinkSync('circle', path.join(folder, 'circle'));
    expect(await refusal({ flags: { config: path.join(folder, 'circle') } })).toContain(
      '/circle: links lead in a circle',
    );
  });

  test('but an empty device is as good as none', async () => {
    expect((await resolve({ flags: { config: '/dev/null' } })).values.seed).toBe(1);
  });

  test('but an empty one is as good as none', async () => {
    const { values } = await resolve({ yaml: '# nothing\n' });
    expect({ ...values, config: null }).toEqual((await resolve({})).values);
  });
});

test('an environment name that looks like a mistake is told, a foreign one is not', async () => {
  const { warnings } = await resolve({ environment: { HGMLP_WORKER: '2', HGMLP_SOMETHING_ELSE: '1', HOME: '/' } });
  expect(warnings).toEqual(['the environment has HGMLP_WORKER, which means nothing; did you mean HGMLP_WORKERS?']);
});
