import { describe, expect, test } from 'vitest';
import type { Arch } from '../../src/arch/arch.js';
import { programOf, type Matrix } from '../../src/arch/program.js';
import { splitFixedProduct } from '../../src/arch/split.js';
import { initialWeights } from '../../src/arch/weights.js';
import { randomStream } from '../../src/base/random.js';
import { adamWDefaults } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/engines.js';
import type { Batch } from '../../src/run/batch.js';
import { evaluateOnce, stateOf, stepOnce } from './single.js';

const dimensions = { input: 12, output: 10 };

function batchOf(size: number, label = 'batch', { input, output } = dimensions): Batch {
  const stream = randomStream(label);
  const numbers = (length: number) => Float32Array.from({ length }, () => stream.uniform());
  return { input: numbers(size * input), target: numbers(size * output), size };
}

async function openModel(arch: Partial<Arch> = {}) {
  const whole: Arch = {
    skipWidth: 16,
    bottleneckWidth: 4,
    depth: 2,
    inputProjection: 'trainable',
    outputProjection: 'trainable',
    ...arch,
  };
  const program = programOf(whole, dimensions);
  const engine = await openEngine('onnx-cpu');
  return engine.open(program, [initialWeights(program, 'run')], { ...adamWDefaults, weightDecay: 0.01 });
}

describe('the ONNX Runtime engine', () => {
  test('compiles and trains 50 blocks, and the loss falls', async () => {
    const model = await openModel({ depth: 50 });
    const batch = batchOf(32);
    const first = await stepOnce(model, batch, 1e-3);
    let last = first;
    for (let step = 0; step < 20; step += 1) last = await stepOnce(model, batch, 1e-3);
    expect(last).toBeLessThan(0.8 * first);
    await model.dispose();
  });

  test('gives the same bits when the same run is repeated', async () => {
    const results = [];
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const model = await openModel();
      for (let step = 0; step < 5; step += 1) await stepOnce(model, batchOf(8, `batch ${step}`), 1e-2);
      results.push(await stateOf(model));
      await model.dispose();
    }
    expect(results[0]).toEqual(results[1]);
  });

  test('takes batches of different sizes, down to one image', async () => {
    const model = await openModel();
    for (const size of [8, 3, 1, 8]) expect(await stepOnce(model, batchOf(size), 1e-3)).toBeGreaterThan(0);
    for (const { variance } of (await stateOf(model)).running) expect(variance.every(Number.isFinite)).toBe(true);
    expect((await evaluateOnce(model, batchOf(5))).output.length).toBe(5 * dimensions.output);
    await model.dispose();
  });

  test('changes nothing when it evaluates', async () => {
    const model = await openModel();
    await stepOnce(model, batchOf(8), 1e-2);
    const before = await stateOf(model);
    const first = await evaluateOnce(model, batchOf(8));
    const second = await evaluateOnce(model, batchOf(8));
    expect(second.squaredError).toBe(first.squaredError);
    expect(await stateOf(model)).toEqual(before);
    await model.dispose();
  });

  test('leaves a fixed input projection as it was drawn', async () => {
    const model = await openModel({ inputProjection: 'fixed' });
    const before = (await stateOf(model)).weights.get('input');
    await stepOnce(model, batchOf(8), 1e-2);
    expect((await stateOf(model)).weights.get('input')).toEqual(before);
    await model.dispose();
  });

  test('keeps two models at once apart', async () => {
    const [alone, beside, other] = [await openModel(), await openModel(), await openModel({ depth: 3 })];
    for (let step = 0; step < 3; step += 1) {
      await stepOnce(alone, batchOf(8), 1e-2);
      await Promise.all([stepOnce(beside, batchOf(8), 1e-2), stepOnce(other, batchOf(8), 1e-1)]);
    }
    expect(await stateOf(beside)).toEqual(await stateOf(alone));
    await Promise.all([alone, beside, other].map((model) => model.dispose()));
  });

  test('refuses an unknown engine and names the known ones', async () => {
    await expect(openEngine('abacus')).rejects.toThrow(/^engine: expected one of onnx-cpu, .*; got 'abacus'$/);
  });
});

describe('a product on its own', () => {
  test('has the bits of the same product inside a network, at any batch size', async () => {
    const arch: Arch = {
      skipWidth: 130,
      bottleneckWidth: 4,
      depth: 2,
      inputProjection: 'fixed',
      outputProjection: 'trainable',
    };
    const wide = { input: 784, output: 10 };
    const program = programOf(arch, wide);
    const { matrix, rest } = splitFixedProduct(program)!;
    const weights = initialWeights(program, 'run');
    const engine = await openEngine('onnx-cpu');
    const settings = { ...adamWDefaults, weightDecay: 0.01 };
    const [whole, split] = [
      await engine.open(program, [weights], settings),
      await engine.open(rest, [weights], settings),
    ];
    const product = await engine.openProduct!(matrix, weights.get('input')!);
    for (const size of [128, 80, 64, 33, 16, 7, 2]) {
      const batch = batchOf(size, `batch of ${size}`, wide);
      const input = new Float32Array(size * arch.skipWidth);
      await product.multiply(batch.input, input);
      expect(await stepOnce(split, { ...batch, input }, 1e-2)).toBe(await stepOnce(whole, batch, 1e-2));
      const [ours, theirs] = [await evaluateOnce(split, { ...batch, input }), await evaluateOnce(whole, batch)];
      expect(ours).toEqual(theirs);
    }
    const { weights: expected, running } = await stateOf(whole);
    expect((await stateOf(split)).running).toEqual(running);
    for (const [name, values] of (await stateOf(split)).weights) expect(values).toEqual(expected.get(name));
    await Promise.all([whole, split, product].map((opened) => opened.dispose()));
  });

  test('is the sum of products that it says', async () => {
    const engine = await openEngine('onnx-cpu');
    const matrix: Matrix = { name: 'm', rows: 2, columns: 3, trainable: false, start: 'uniform' };
    const product = await engine.openProduct!(matrix, Float32Array.of(1, 2, 3, 4, 5, 6));
    const output = new Float32Array(6);
    await product.multiply(Float32Array.of(1, 0, 2, -1), output);
    expect([...output]).toEqual([1, 2, 3, -2, -1, 0]);
    await product.dispose();
  });
});
