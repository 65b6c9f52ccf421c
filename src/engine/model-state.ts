/** States of models: the one before the first step, and whether states fit a model. */
import { normalisedWidths, trainableMatrices, type Matrix, type Program } from '../arch/program.js';
import type { Weights } from '../arch/weights.js';
import { firstItem, zipped } from '../base/items.js';
import type { ModelState, RunningStatistics } from './engine.js';

/**
 * Makes the states of networks that have not been trained, for code that copies them: the weights are those that were
 * given, and what all begin with is the same memory, since zeros of its own for each member would take twice that of
 * the weights.
 */
export function initialStates(program: Program, members: readonly Weights[]): ModelState[] {
  const zeros = new Map(
    trainableMatrices(program).map(({ name, rows, columns }) => [name, new Float32Array(rows * columns)]),
  );
  const running = initialStatistics(program);
  const optimiser = { firstMoment: zeros, secondMoment: zeros, steps: 0 };
  return members.map((weights) => ({ weights, running, optimiser }));
}

/** Makes the statistics of a network that has not been trained: one for each of the program's batch normalisations. */
export function initialStatistics(program: Program): RunningStatistics[] {
  return normalisedWidths(program).map((width) => ({
    mean: new Float32Array(width),
    variance: new Float32Array(width).fill(1),
  }));
}

/** Throws a RangeError where the states are not those of so many members, all after the same number of steps. */
export function requireFit(program: Program, members: number, states: readonly ModelState[]): void {
  expectSame('number of states', members, states.length);
  const steps = firstItem(states).optimiser.steps;
  if (!Number.isSafeInteger(steps) || steps < 0) throw misfit('number of steps', 'a whole one', steps);
  for (const { weights, running, optimiser } of states) {
    expectMatrices('weights', program.matrices, weights);
    expectStatistics(program, running);
    expectMatrices('first moment', trainableMatrices(program), optimiser.firstMoment);
    expectMatrices('second moment', trainableMatrices(program), optimiser.secondMoment);
    expectSame('number of steps', steps, optimiser.steps);
  }
}

function expectMatrices(what: string, matrices: readonly Matrix[], values: Weights): void {
  for (const { name, rows, columns } of matrices) {
    expectSame(`length of the ${what} of ${name}`, rows * columns, values.get(name)?.length);
  }
  expectSame(`number of matrices with ${what}`, matrices.length, values.size);
}

function expectStatistics(program: Program, running: readonly RunningStatistics[]): void {
  const widths = normalisedWidths(program);
  expectSame('number of batch normalisations', widths.length, running.length);
  for (const [index, [width, { mean, variance }]] of zipped(widths, running).entries()) {
    expectSame(`length of mean ${index}`, width, mean.length);
    expectSame(`length of variance ${index}`, width, variance.length);
  }
}

function expectSame(what: string, expected: number, got: number | undefined): void {
  if (got !== expected) throw misfit(what, expected, got);
}

function misfit(what: string, expected: number | string, got: number | undefined): RangeError {
  return new RangeError(`a state does not fit the model: ${what}: expected ${expected}, got ${got ?? 'none'}`);
}
