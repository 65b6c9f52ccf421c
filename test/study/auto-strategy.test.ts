import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { portWith } from '../../src/study/port.js';
import { settledStrategy, withStrategy } from '../../src/study/auto-strategy.js';
import type { CommandContext } from '../../src/cli/context.js';
import { configOf, studyOf } from '../../src/study/definition.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { writeStoredConfig } from '../../src/config/stored.js';
import type { StrategyName } from '../../src/search/strategy-names.js';

const valuesOf = async (flags: Record<string, unknown>) => {
  const given = { budget: '1M', strategy: 'auto', engine: 'onnx-cpu', ...flags };
  return (await resolveOptions({ command: 'search', flags: given, environment: {} })).values;
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-auto-'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('the strategy auto', () => {
  const grid = { hourglass: { skipWidths: [40], bottleneckWidths: [4], depths: [1] } };
  const learningRates = [1e-3, 3e-3];
  test.each<[StrategyName, string, Record<string, unknown>]>([
    ['grid', 'where its lists are given', { grid }],
    ['random', 'for a shard', { shard: '1/2' }],
    ['random', 'for a fleet', { queue: 'redis://localhost' }],
    ['halving', 'where there is enough to learn from', {}],
    ['random', 'where there is not', { candidates: 4 }],
    ['random', 'where there is not, at whatever learning rates', { candidates: 4, learningRates }],
    ['model', 'where it is to end once there is nothing to gain', { candidates: 4, untilStable: 0.01 }],
    ['model', 'with one learning rate', { learningRates: [1e-3] }],
    ['model', 'with few epochs', { epochs: 3 }],
    ['random', 'where all learning rates train at once', { engine: 'onnx-cuda' }],
    [
      'model',
      'with one learning rate, where several would train at once',
      { learningRates: [1e-3], engine: 'onnx-cuda' },
    ],
  ])('is %s %s', async (name, _, flags) => {
    expect(settledStrategy(await valuesOf(flags)).values.strategy).toBe(name);
  });

  const said: string[] = [];
  const contextOf = async (flags: Record<string, unknown>) =>
    ({
      values: await valuesOf(flags),
      port: portWith({ say: (text) => void said.push(text) }),
    }) as unknown as CommandContext;

  test('says what it is and why, and tries the learning rate of the recipe and a higher one', async () => {
    const { values } = await withStrategy(await contextOf({}), path.join(root, 'new'));
    expect(said).toEqual(['strategy: halving (2 learning rates, and 30 epochs to stop in)']);
    expect(values).toMatchObject({ strategy: 'halving', learningRates: [1e-3, 3e-3] });
  });

  test.each([
    ['that are given', { learningRates: [2e-3] }, [2e-3]],
    ['of the recipe alone, where nothing is chosen by results', { shard: '1/2' }, null],
  ])('keeps to the learning rates %s', async (_, flags, learningRates) => {
    expect(settledStrategy(await valuesOf(flags)).values.learningRates).toEqual(learningRates);
  });

  test('is what the results have that are to be added to, with their learning rates', async () => {
    const values = await valuesOf({ strategy: 'random', learningRates: [5e-4] });
    const folder = mkdtempSync(path.join(root, 'study-'));
    await writeStoredConfig(folder, configOf(studyOf(values), values));
    const { values: added } = await withStrategy(await contextOf({ candidates: 20 }), folder);
    expect(added).toMatchObject({ strategy: 'random', learningRates: [5e-4] });
  });

  test('leaves a strategy that is named alone', async () => {
    const context = await contextOf({ strategy: 'evolve' });
    expect(await withStrategy(context, path.join(root, 'new'))).toBe(context);
  });
});
