import { describe, expect, test } from 'vitest';
import type { Arch } from '../../src/arch/arch.js';
import { memoryBytes, refuseTooLarge, refuseTooMany, type MemoryPlan } from '../../src/execute/memory.js';
import { leastHostBytes, leastTrainingBytes } from '../../src/run/memory.js';

const small: Arch = {
  skipWidth: 10,
  bottleneckWidth: 4,
  depth: 2,
  inputProjection: 'trainable',
  outputProjection: 'trainable',
};
const large: Arch = { ...small, skipWidth: 1000, bottleneckWidth: 1000 };
const dimensions = { input: 100, output: 50 };
const recipe = { batchSize: 8, flips: 1 } as const;
const plan: MemoryPlan = {
  networks: [small, large, small].map((arch) => ({ arch })),
  recipe,
  dimensions,
  trainingImages: 1000,
  flag: '--budget',
};
const cpu = { name: 'onnx-cpu', device: 'cpu' } as const;
const workforce = (workers: number, packSize = 1) => ({
  workers: Array.from({ length: workers }, () => ({ device: null, environment: {} })),
  packSize,
});

describe('the least memory of a training', () => {
  test('is the weights and a batch, and where it trains gradients, two moments and what the blocks keep.', () => {
    // 100 x 10 + 2 x 2 x 10 x 4 + 10 x 50 weights; 8 x (100 + 50) values of a batch.
    expect(leastHostBytes({ arch: small, recipe }, dimensions, 1000)).toBe(4 * (1660 + 1200));
    expect(leastTrainingBytes({ arch: small, recipe }, dimensions, 1000)).toBe(
      4 * (1660 + 1200 + 3 * 1660 + 8 * 2 * 14),
    );
  });

  test('counts no gradients of a fixed projection, and no more images than an epoch has.', () => {
    const fixed = { ...small, inputProjection: 'fixed' } as const;
    const whole = { batchSize: 1e9, flips: 2 } as const;
    expect(leastTrainingBytes({ arch: fixed, recipe }, dimensions, 1000)).toBe(
      4 * (1660 + 1200 + 3 * 660 + 8 * 2 * 14),
    );
    expect(leastHostBytes({ arch: small, recipe: whole }, dimensions, 1000)).toBe(4 * (1660 + 2000 * 150));
  });
});

describe('a plan is refused', () => {
  test('where the weights of its largest network do not fit.', () => {
    expect(() => refuseTooLarge(plan, 16e6)).toThrow(
      '--budget: expected networks that fit into 16MB of memory, got 1000-1000-2, whose weights and a batch take 16.6MB; ' +
        'ask for smaller ones, or a smaller --batch-size',
    );
    expect(() => refuseTooLarge(plan, 17e6)).not.toThrow();
    expect(() => refuseTooLarge({ ...plan, networks: [] }, 1)).not.toThrow();
  });

  test('where so many workers do not fit, with how many would.', () => {
    expect(() => refuseTooMany(plan, { row: cpu, workforce: workforce(8) }, 1e9)).toThrow(
      '--workers: expected as many as fit into 1GB of memory, got 8, to train 1000-1000-2, at least 131MB each; ask for at most 7',
    );
    expect(() => refuseTooMany(plan, { row: cpu, workforce: workforce(7) }, 1e9)).not.toThrow();
    expect(() => refuseTooMany(plan, { row: { device: 'cuda' }, workforce: workforce(8) }, 1e9)).not.toThrow();
    expect(() => refuseTooMany(plan, { row: { device: 'cuda' }, workforce: workforce(20) }, 1e9)).toThrow(
      '--workers: expected as many as fit into 1GB of memory, got 20 at least 64MB each; ask for at most 15',
    );
  });

  test('where not even one does.', () => {
    expect(() => refuseTooMany(plan, { row: cpu, workforce: workforce(1, 20) }, 1e9)).toThrow(
      '--budget: expected trainings that fit into 1GB of memory, got 1000-1000-2, which takes at least 1.39GB',
    );
  });
});

test('this machine has memory.', () => {
  expect(memoryBytes()).toBeGreaterThan(1e8);
  expect(memoryBytes()).toBeLessThan(1e15);
});
