import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Engine, Model } from '../../src/engine/engine.js';
import { openEngine } from '../../src/engine/engines.js';
import { faultOf, proveEngine, readGoldenCase, type GoldenCase } from '../../src/execute/golden-case.js';

const golden = await readGoldenCase();

/** An engine that gives PyTorch's losses times a factor, and its outputs plus an offset. */
function fake({ lossFactor = 1, outputOffset = 0 }): { engine: Engine; disposed: () => boolean } {
  let disposed = false;
  const model: Pick<Model, 'train' | 'evaluate' | 'dispose'> = {
    async *train(steps) {
      let index = 0;
      for await (const step of steps) {
        expect(step.learningRates).toEqual([golden.learning_rates[index]]);
        yield [golden.steps[index++]!.loss * lossFactor];
      }
    },
    async *evaluate(batches) {
      for await (const batch of batches) {
        expect(batch.size).toBe(golden.steps[0]!.x.length);
        const outputs = golden.evaluation_output_of_first_batch.flat().map((value) => value + outputOffset);
        yield { lossSums: [0], outputs: Float32Array.from(outputs) };
      }
    },
    dispose: () => Promise.resolve(void (disposed = true)),
  };
  return { engine: { open: () => Promise.resolve(model as Model), adapter: null }, disposed: () => disposed };
}

describe('the golden case', () => {
  test('is one of those in test/golden, and says so', () => {
    const shipped = JSON.parse(readFileSync('configs/golden-case.json', 'utf8')) as {
      source: string;
      case: GoldenCase;
    };
    const goldens = JSON.parse(readFileSync('test/golden/goldens.json', 'utf8')) as {
      source: string;
      cases: GoldenCase[];
    };
    expect(goldens.cases).toContainEqual(shipped.case);
    expect(shipped.source).toContain(goldens.source);
    expect(shipped.source).toContain('test/golden/goldens.json');
  });

  test('proves onnx-cpu, whose losses are within 1e-6 of PyTorch', async () => {
    const proof = await proveEngine(await openEngine('onnx-cpu'), golden);
    expect(faultOf(proof)).toBeNull();
    expect(proof.largestLossDifference).toBeLessThan(1e-6);
    expect(proof.largestOutputDifference).toBeLessThan(1e-5);
  });

  test.each([
    ['the same numbers', {}, null],
    ['losses as single precision rounds them', { lossFactor: 1 + 9e-6 }, null],
    ['losses that are off', { lossFactor: 1.001 }, "its losses differ from PyTorch's by 1.0e-3; 1e-5 is allowed"],
    ['losses that are none', { lossFactor: NaN }, 'its losses are not finite'],
    ['outputs that are none', { outputOffset: NaN }, 'its outputs are not finite'],
  ])('says of an engine with %s what speaks against it, and frees its model', async (_, numbers, fault) => {
    const { engine, disposed } = fake(numbers);
    expect(faultOf(await proveEngine(engine, golden))).toBe(fault);
    expect(disposed()).toBe(true);
  });

  test('measures outputs against the largest of them', async () => {
    const largest = Math.max(...golden.evaluation_output_of_first_batch.flat().map(Math.abs));
    const proof = await proveEngine(fake({ outputOffset: largest / 100 }).engine, golden);
    expect(proof.largestOutputDifference).toBeCloseTo(0.01, 5);
    expect(faultOf(proof)).toBe("its outputs differ from PyTorch's by 1.0e-2; 1e-4 is allowed");
  });
});
