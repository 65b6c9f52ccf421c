/** The networks, batches and comparisons of the conformance suite. */
import { expect } from 'vitest';
import { archName, inputProjections, outputProjections, type Arch, type Dimensions } from '../../../src/arch/arch.js';
import { programOf } from '../../../src/arch/families.js';
import type { Program } from '../../../src/arch/program.js';
import { initialWeights, type Weights } from '../../../src/arch/weights.js';
import { randomStream } from '../../../src/base/random.js';
import {
  adamWDefaults,
  type Engine,
  type Evaluation,
  type Model,
  type ModelState,
  type Step,
} from '../../../src/engine/engine.js';
import type { Batch } from '../../../src/run/batch.js';
import { expectClose } from '../close.js';

export const settings = { ...adamWDefaults, weightDecay: 0.01 };

export interface Network {
  readonly name: string;
  readonly program: Program;
}

function networkOf(arch: Arch, dimensions: Dimensions): Network {
  return { name: archName(arch), program: programOf(arch, dimensions) };
}

/** Small, as some engines take 0.1 s for a step. */
export const hourglass = networkOf(
  { skipWidth: 9, bottleneckWidth: 3, depth: 2, inputProjection: 'trainable', outputProjection: 'trainable' },
  { input: 6, output: 5 },
);

/** With every pair of projections. */
export const projected: readonly Network[] = inputProjections.flatMap((inputProjection) =>
  outputProjections.map((outputProjection) =>
    networkOf(
      { skipWidth: 6, bottleneckWidth: 8, depth: 2, inputProjection, outputProjection },
      { input: 6, output: 6 },
    ),
  ),
);

/** Widths that are no multiples of what vector units and tiles take at a time. */
export const unaligned = networkOf(
  { skipWidth: 131, bottleneckWidth: 67, depth: 1, inputProjection: 'trainable', outputProjection: 'trainable' },
  { input: 37, output: 29 },
);

/** As wide as the hourglass, whose products are compiled already. */
export const deepOf = (depth: number): Network =>
  networkOf(
    { skipWidth: 9, bottleneckWidth: 3, depth, inputProjection: 'trainable', outputProjection: 'trainable' },
    { input: 6, output: 5 },
  );

export function weightsOf({ program }: Network, count = 1): Weights[] {
  return Array.from({ length: count }, (_, member) => initialWeights(program, `member ${member}`));
}

/** Opens one network of the kind, or as many as are asked for; all engines draw the same weights. */
export function openNetwork(engine: Engine, network: Network, count = 1): Promise<Model> {
  return engine.open(network.program, weightsOf(network, count), settings);
}

/** Uniform in [0, 1). */
export function numbersOf(label: string, length: number): Float32Array {
  const stream = randomStream(label);
  return Float32Array.from({ length }, () => stream.uniform());
}

export function batchOf({ program }: Network, size: number, label: string): Batch {
  return {
    input: numbersOf(`input ${label}`, size * program.input.width),
    target: numbersOf(`target ${label}`, size * program.loss.targetWidth),
    size,
  };
}

/** Steps of one member at the learning rate, one for each batch size, each with its own images. */
export function stepsOf(network: Network, sizes: readonly number[], learningRate = 1e-2, label = ''): Step[] {
  return sizes.map((size, index) => ({
    ...batchOf(network, size, `${label} ${index}`),
    learningRates: [learningRate],
  }));
}

/** The same steps of several networks as steps of their pack. */
export function sideBySide(members: readonly (readonly Step[])[]): Step[] {
  return members[0]!.map(({ size }, index) => {
    const parts = members.map((steps) => steps[index]!);
    return {
      input: Float32Array.from(parts.flatMap(({ input }) => [...input])),
      target: Float32Array.from(parts.flatMap(({ target }) => [...target])),
      size,
      learningRates: parts.flatMap(({ learningRates }) => learningRates),
    };
  });
}

/** Trains and gives each step's losses, `[step][member]`. */
export async function lossesOf(model: Model, steps: AsyncIterable<Step> | Iterable<Step>): Promise<number[][]> {
  const losses: number[][] = [];
  for await (const ofMembers of model.train(steps)) losses.push([...ofMembers]);
  return losses;
}

/** Copies of the evaluations of the batches. */
export async function evaluationsOf(
  model: Model,
  batches: readonly Batch[],
  wanted = { outputs: true },
): Promise<Evaluation[]> {
  const evaluations: Evaluation[] = [];
  for await (const { lossSums, outputs } of model.evaluate(batches, wanted)) {
    evaluations.push({ lossSums: [...lossSums], outputs: outputs && outputs.slice() });
  }
  return evaluations;
}

export interface Tolerance {
  readonly relative: number;
  readonly absolute: number;
}

/** Expects the same weights and running statistics in each member, within the tolerance. */
export function expectSameStates(
  actual: readonly ModelState[],
  expected: readonly ModelState[],
  tolerance?: Tolerance,
): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach(({ weights, running }, member) => {
    const own = actual[member]!;
    expect([...own.weights.keys()]).toEqual([...weights.keys()]);
    for (const [name, values] of weights) expectClose(own.weights.get(name)!, values, tolerance);
    expect(own.running.length).toBe(running.length);
    running.forEach(({ mean, variance }, index) => {
      expectClose(own.running[index]!.mean, mean, tolerance);
      expectClose(own.running[index]!.variance, variance, tolerance);
    });
  });
}

export function expectSameEvaluations(
  actual: readonly Evaluation[],
  expected: readonly Evaluation[],
  tolerance?: Tolerance,
): void {
  expect(actual.length).toBe(expected.length);
  expected.forEach(({ lossSums, outputs }, index) => {
    expectClose(actual[index]!.lossSums, lossSums, tolerance);
    expectClose(actual[index]!.outputs!, outputs!, tolerance);
  });
}
