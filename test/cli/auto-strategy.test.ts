import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import pino from 'pino';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { autoStrategy, withStrategy } from '../../src/cli/auto-strategy.js';
import type { CommandContext } from '../../src/cli/context.js';
import { configOf, studyOf } from '../../src/cli/study.js';
import { resolveOptions } from '../../src/config/resolve.js';
import { writeStoredConfig } from '../../src/config/stored.js';

const valuesOf = async (flags: Record<string, unknown>) => {
  const given = { budget: '1M', strategy: 'auto', workers: 2, engine: 'onnx-cpu', ...flags };
  return (await resolveOptions({ command: 'search', flags: given, environment: {} })).values;
};

let root: string;
beforeAll(() => {
  root = mkdtempSync(path.join(tmpdir(), 'hgmlp-auto-'));
});
afterAll(() => rmSync(root, { recursive: true }));

describe('the strategy auto', () => {
  const grid = { hourglass: { skipWidths: [40], bottleneckWidths: [4], depths: [1] } };
  test.each([
    ['grid', 'where its lists are given', { grid }, 2],
    ['random', 'for a shard', { shard: '1/2' }, 2],
    ['random', 'for a fleet', { queue: 'redis://localhost' }, 2],
    ['random', 'where more train side by side than a model looks at', {}, 16],
    ['model', 'where a model looks at as many', { lookEvery: 16 }, 16],
    ['model', 'where there is enough to learn from', {}, 2],
    ['random', 'where there is not', { candidates: 4 }, 2],
    ['halving', 'with several learning rates and many epochs', { learningRates: [1e-3, 3e-3, 1e-2], epochs: 9 }, 2],
    ['model', 'with several learning rates and few epochs', { learningRates: [1e-3, 3e-3, 1e-2], epochs: 3 }, 2],
  ])('is %s %s', async (name, _, flags, workers) => {
    expect(autoStrategy(await valuesOf(flags), workers).name).toBe(name);
  });

  const said: string[] = [];
  const contextOf = async (flags: Record<string, unknown>) =>
    ({
      values: await valuesOf(flags),
      terminal: { say: (text: string) => void said.push(text) },
      logger: pino({ level: 'silent' }),
    }) as unknown as CommandContext;

  test('says what it is and why, and lets a model choose from three learning rates around that of the recipe', async () => {
    const { values } = await withStrategy(await contextOf({}), path.join(root, 'new'));
    expect(said).toEqual(['strategy: model (10 trainings of a shape to learn from)']);
    expect(values).toMatchObject({ strategy: 'model', learningRates: [3e-4, 1e-3, 3e-3] });
    const given = await withStrategy(await contextOf({ learningRates: [2e-3] }), path.join(root, 'new'));
    expect(given.values.learningRates).toEqual([2e-3]);
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
