import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as fc from 'fast-check';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { resolveOptions } from '../../src/config/resolve.js';
import { forbiddenChanges, readStoredConfig, storedConfigOf, writeStoredConfig } from '../../src/config/stored.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(path.join(tmpdir(), 'hgmlp-stored-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function configOf(flags: Record<string, string>) {
  return storedConfigOf((await resolveOptions({ command: 'search', flags, environment: {} })).values);
}

describe('the stored configuration', () => {
  test('reads back as it was written, and as a configuration file', async () => {
    const flags = { budget: '0.5M..4M', learningRates: '3e-4,1e-3', strategy: 'model', name: 'study' };
    const config = await configOf(flags);
    await writeStoredConfig(folder, config);
    expect(await readStoredConfig(folder)).toEqual(config);
    expect(await configOf({ config: path.join(folder, 'config.yaml') })).toEqual(config);
  });

  test('holds what makes the study and not how this command ran', async () => {
    const config = await configOf({ workers: '2', quiet: 'true', seed: '5' });
    expect(config).toMatchObject({ seed: 5, task: 'mnist/denoising' });
    expect(Object.keys(config)).not.toContain('workers');
  });

  test('is of the same study where a list of families is in another order or spelling', async () => {
    const config = await configOf({ task: 'mnist/denoising', budget: '100k' });
    const [one, other] = [
      ['gated', 'residual'],
      ['residual?activation=relu', 'gated'],
    ];
    expect(forbiddenChanges({ ...config, families: one }, { ...config, families: other })).toEqual([]);
    expect(forbiddenChanges({ ...config, families: one }, { ...config, families: ['gated', 'plain'] })).toEqual([
      'families: ["gated","residual"] in the results, ["gated","plain"] now',
    ]);
  });

  test('is nothing where there is no file, and refused where it is no YAML', async () => {
    expect(await readStoredConfig(path.join(folder, 'none'))).toBeNull();
    await writeFile(path.join(folder, 'config.yaml'), 'seed: [');
    await expect(readStoredConfig(folder)).rejects.toThrow('config.yaml:1:8: expected YAML, got a syntax error');
  });

  test('of an import reads back whatever its folder is called', async () => {
    const origin = { file: 'a: b #c.csv', sha256: '00', command: "hgmlp import 'a: b #c.csv'" };
    const named = async (name: string) => {
      const config = { task: 'mnist/denoising', budget: '1000..2000', size: 'trainable', name, importedFrom: origin };
      await writeStoredConfig(folder, config);
      expect(await readStoredConfig(folder)).toEqual(config);
    };
    await fc.assert(fc.asyncProperty(fc.string({ unit: 'binary', maxLength: 200 }), named), { numRuns: 200, seed: 1 });
    for (const name of [
      'my runs',
      'läufe',
      '🚀',
      'a=b',
      'a,b',
      'a: b',
      '- a',
      '#a',
      'true',
      '1e3',
      '~',
      ' a ',
      'a\nb',
    ]) {
      await named(name);
    }
  });

  test('is not written where it could not be read again', async () => {
    await rm(path.join(folder, 'config.yaml'), { force: true });
    const skipWidths = Array.from({ length: 130_000 }, (_, index) => index + 1);
    const config = { grid: { hourglass: { skipWidths, bottleneckWidths: [1], depths: [1] } } };
    const refused = `${path.join(folder, 'config.yaml')}: expected a configuration file of at most 1 MB, got a larger one`;
    await expect(writeStoredConfig(folder, config)).rejects.toThrow(refused);
    await expect(writeStoredConfig(folder, { name: 'my runs' })).rejects.toThrow(
      'name: expected letters, digits, dots',
    );
    expect(await readStoredConfig(folder)).toBeNull();
  });

  test.each([
    ['size: { a: 1 }', "config.yaml:1:7: size: expected 'trainable', 'total', 'multiply-adds', 'stored-bytes' or"],
    ['count: { a: 1 }', "config.yaml:1:8: size: expected 'trainable', 'total'"],
    ['name: ../../elsewhere', 'name: expected letters, digits, dots, dashes and underscores'],
    ['seed: 1\nbudget: []', 'config.yaml:2:9: budget: expected a number such as 1M'],
    ['importedFrom: runs.csv', "importedFrom: expected file, sha256 and command, got 'runs.csv'"],
    ['just words', "expected options as 'key: value' lines"],
  ])('is refused where a value is none: %s', async (text, reason) => {
    await writeFile(path.join(folder, 'config.yaml'), text);
    await expect(readStoredConfig(folder)).rejects.toThrow(reason);
  });
});

describe('a resumed search', () => {
  test.each<[string, Record<string, string>]>([
    ['the same', {}],
    ['more candidates', { candidates: '20' }],
    ['more replicates', { replicates: '4' }],
    ['as many replicates, and more where they matter', { replicates: 'auto:2..6' }],
    ['the same budget written in another way', { budget: '1000k' }],
    ['another name', { name: 'renamed' }],
    ['another learning rate beside the old ones', { learningRates: '1e-3,3e-4,1e-4' }],
  ])('may ask for %s', async (_, flags) => {
    const before = { learningRates: '3e-4,1e-3', replicates: '2' };
    expect(forbiddenChanges(await configOf(before), await configOf({ ...before, ...flags }))).toEqual([]);
  });

  test.each<[string, Record<string, string>, string]>([
    ['other epochs', { epochs: '10' }, 'epochs: 30 in the results, 10 now'],
    ['fewer replicates', { replicates: '1' }, 'replicates: 2 in the results, 1 now'],
    ['fewer at first', { replicates: 'auto:1..6' }, 'replicates: 2 in the results, "auto:1..6" now'],
    ['a learning rate less', { learningRates: '1e-3' }, 'learningRates: [0.0003,0.001] in the results, [0.001] now'],
    ['another budget', { budget: '2M' }, 'budget: "1M" in the results, "2M" now'],
    ['something that was not given', { weightDecay: '0' }, 'weightDecay: not given in the results, 0 now'],
  ])('may not ask for %s', async (_, flags, difference) => {
    const before = { learningRates: '3e-4,1e-3', replicates: '2', epochs: '30' };
    expect(forbiddenChanges(await configOf(before), await configOf({ ...before, ...flags }))).toEqual([difference]);
  });
});
