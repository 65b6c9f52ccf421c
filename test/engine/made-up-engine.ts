/**
 * An engine whose networks learn by a formula, in microseconds: better with more steps, more parameters and a learning
 * rate near 0.003, with a noise that the weights at the start draw, and so the key of a run.
 */
import { normalisedWidths, type Program } from '../../src/arch/program.js';
import type { Weights } from '../../src/arch/weights.js';
import type { Engine, Evaluation, Model, ModelState } from '../../src/engine/engine.js';
import { membersOf } from './members.js';

export const madeUpEngine: Engine = {
  open: (program, members) => Promise.resolve(openPack(program, members)),
  adapter: null,
};

function openPack(program: Program, members: readonly Weights[]): Model {
  const networks = members.map((weights) => openNetwork(program, weights));
  return {
    async *train(steps) {
      for await (const { learningRates } of steps) {
        yield networks.map((network, member) => network.step(learningRates[member]!));
      }
    },
    async *evaluate(batches, { outputs }) {
      for await (const { target } of batches) {
        const errors = networks.map((network) => network.meanSquaredError());
        yield {
          lossSums: errors.map((error) => error * target.length),
          outputs: outputs ? Float32Array.from(errors.flatMap((error) => outputOf(target, error))) : null,
        } satisfies Evaluation;
      }
    },
    ...membersOf(program, networks),
  };
}

/** Misses every value of the target by as much. */
function outputOf(target: Float32Array, meanSquaredError: number): number[] {
  return Array.from(target, (value, index) => value + Math.sqrt(meanSquaredError) * (index % 2 === 0 ? 1 : -1));
}

function openNetwork(program: Program, weights: Weights) {
  const names = program.matrices.filter(({ trainable }) => trainable).map(({ name }) => name);
  const parameters = names.reduce((sum, name) => sum + weights.get(name)!.length, 0);
  const noise = weights.get(names[0]!)!.reduce((sum, weight) => sum + Math.abs(weight), 0) % 1;
  const running = normalisedWidths(program).map((width) => ({
    mean: new Float32Array(width),
    variance: new Float32Array(width).fill(1),
  }));
  let steps = 0;
  // Of all steps the largest: the rate falls during a training, and what it was at the start tells one from another.
  let learningRate = 0;

  const meanSquaredError = () => {
    const rateDb = 3 * Math.abs(Math.log10(Math.max(learningRate, 1e-6) / 3e-3));
    const psnrDb = 10 + 3 * Math.log10(parameters) * (1 - Math.exp(-steps / 20)) - rateDb + 0.2 * noise;
    return 10 ** (-psnrDb / 10);
  };
  const moments = (first: number): Weights =>
    new Map(names.map((name) => [name, new Float32Array(weights.get(name)!.length).fill(first)]));
  return {
    meanSquaredError,
    /** Gives the mean squared error before the step. */
    step(rate: number): number {
      const before = meanSquaredError();
      steps += 1;
      learningRate = Math.max(learningRate, Math.fround(rate));
      return before;
    },
    state: (): ModelState => ({
      weights,
      running,
      optimiser: { firstMoment: moments(learningRate), secondMoment: moments(0), steps },
    }),
    restore({ optimiser }: ModelState): void {
      ({ steps } = optimiser);
      learningRate = optimiser.firstMoment.get(names[0]!)![0]!;
    },
  };
}
