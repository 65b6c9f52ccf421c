/** What engines should compute, in float64: the judge that all of them are held to. */
import { batchNormalisation, normalisedWidths, type Program } from '../../src/arch/program.js';
import type { Weights } from '../../src/arch/weights.js';
import type { AdamW, Engine, Evaluation, Model, ModelState, Step } from '../../src/engine/engine.js';
import { dropoutMasks } from '../../src/engine/dropout.js';
import { forward, gradientsOf } from './float64.js';
import { lossSum, meanLossOf } from './float64-losses.js';
import type { Moments } from './float64-operations.js';
import { membersOf } from './members.js';

export const float64Engine: Engine = {
  open: (program, members, optimiser) => Promise.resolve(openPack(program, members, optimiser)),
  adapter: null,
};

function openPack(program: Program, members: readonly Weights[], optimiser: AdamW): Model {
  const networks = members.map((weights) => openNetwork(program, weights, optimiser));
  return {
    async *train(steps) {
      for await (const step of steps) {
        yield networks.map((network, member) => network.step(stepOf(step, member, networks.length)));
      }
    },
    async *evaluate(batches, { outputs: wanted }) {
      for await (const batch of batches) {
        const outputs = networks.map((network) => network.evaluate(batch.input));
        yield {
          lossSums: outputs.map((output) => lossSum(program.loss, output, batch.target)),
          outputs: wanted ? Float32Array.from(outputs.flatMap((output) => [...output])) : null,
        } satisfies Evaluation;
      }
    },
    ...membersOf(program, networks),
  };
}

/** The part of a step that is the member's. */
function stepOf({ input, target, size, learningRates, dropoutSeeds }: Step, member: number, members: number): Step {
  const part = (values: Float32Array) => {
    const length = values.length / members;
    return values.subarray(member * length, (member + 1) * length);
  };
  return {
    input: part(input),
    target: part(target),
    size,
    learningRates: [learningRates[member]!],
    ...(dropoutSeeds && { dropoutSeeds: [dropoutSeeds[member]!] }),
  };
}

interface Trained {
  readonly values: Float64Array;
  readonly firstMoment: Float64Array;
  readonly secondMoment: Float64Array;
}

function openNetwork(program: Program, initial: Weights, optimiser: AdamW) {
  const weights = new Map(program.matrices.map(({ name }) => [name, Float64Array.from(initial.get(name)!)]));
  const trained = program.matrices
    .filter(({ trainable }) => trainable)
    .map(({ name }) => {
      const values = weights.get(name)!;
      const zeros = () => new Float64Array(values.length);
      return { name, values, firstMoment: zeros(), secondMoment: zeros() };
    });
  const running = normalisedWidths(program).map((width) => ({
    mean: new Float64Array(width),
    variance: new Float64Array(width).fill(1),
  }));
  let steps = 0;
  const rounded = (moment: 'firstMoment' | 'secondMoment') =>
    new Map(trained.map((matrix) => [matrix.name, Float32Array.from(matrix[moment])]));
  return {
    /** Gives the loss before the step. */
    step(step: Step): number {
      const { input, target, size, learningRates } = step;
      const passed = forward(program, weights, input, { masks: dropoutMasks(program, step) });
      const gradients = gradientsOf(program, passed, target);
      steps += 1;
      for (const { name, ...matrix } of trained)
        update(matrix, gradients.get(name)!, steps, learningRates[0]!, optimiser);
      [...passed.moments.values()].forEach((moments, index) => follow(running[index]!, moments, size));
      return meanLossOf(program.loss, passed.values.get(program.output)!, target);
    },
    evaluate: (input: Float32Array) =>
      forward(program, weights, input, { running }).values.get(program.output) as Float64Array,
    state: (): ModelState => ({
      weights: new Map([...weights].map(([name, values]) => [name, Float32Array.from(values)])),
      running: running.map(({ mean, variance }) => ({
        mean: Float32Array.from(mean),
        variance: Float32Array.from(variance),
      })),
      optimiser: { firstMoment: rounded('firstMoment'), secondMoment: rounded('secondMoment'), steps },
    }),
    restore(state: ModelState): void {
      for (const [name, values] of weights) values.set(state.weights.get(name)!);
      for (const { name, firstMoment, secondMoment } of trained) {
        firstMoment.set(state.optimiser.firstMoment.get(name)!);
        secondMoment.set(state.optimiser.secondMoment.get(name)!);
      }
      running.forEach(({ mean, variance }, index) => {
        mean.set(state.running[index]!.mean);
        variance.set(state.running[index]!.variance);
      });
      ({ steps } = state.optimiser);
    },
  };
}

/** Source: Loshchilov and Hutter, arXiv 1711.05101, algorithm 2. */
function update(
  { values, firstMoment, secondMoment }: Trained,
  gradient: Float64Array,
  steps: number,
  learningRate: number,
  { beta1, beta2, epsilon, weightDecay }: AdamW,
): void {
  const [firstBias, secondBias] = [1 - beta1 ** steps, 1 - beta2 ** steps];
  gradient.forEach((slope, index) => {
    const first = (firstMoment[index] = beta1 * firstMoment[index]! + (1 - beta1) * slope);
    const second = (secondMoment[index] = beta2 * secondMoment[index]! + (1 - beta2) * slope ** 2);
    const change = first / firstBias / (Math.sqrt(second / secondBias) + epsilon);
    values[index]! -= learningRate * (change + weightDecay * values[index]!);
  });
}

/** Running statistics take in the unbiased variance, and of a batch of one image, the biased one. */
function follow(
  running: { readonly mean: Float64Array; readonly variance: Float64Array },
  { mean, variance }: Moments,
  size: number,
): void {
  const unbiased = size > 1 ? size / (size - 1) : 1;
  const { momentum } = batchNormalisation;
  running.mean.forEach((value, index) => (running.mean[index] = value + momentum * (mean[index]! - value)));
  running.variance.forEach((value, index) => {
    running.variance[index] = value + momentum * (unbiased * variance[index]! - value);
  });
}
