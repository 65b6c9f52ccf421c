/** The forward program and its gradients in plain float64 JavaScript: slow, obvious, and independent of every engine. */
import type { Program, Value } from '../../src/arch/program.js';
import { lossSlope, meanLossOf } from './float64-losses.js';
import { rules, type Forward, type Matrices, type Moments, type Rule } from './float64-operations.js';

/** What training or evaluation adds to a forward pass. */
export interface ForwardSetting {
  /** In place of the batch's own statistics, one for each batch normalisation. */
  readonly running?: readonly Moments[];
  /** What each dropout multiplies its input by, in the program's order; 1 where there are none. */
  readonly masks?: readonly ArrayLike<number>[];
}

/** The loss of one batch in training mode. */
export function meanLoss(
  program: Program,
  weights: ReadonlyMap<string, ArrayLike<number>>,
  input: ArrayLike<number>,
  target: ArrayLike<number>,
  setting: ForwardSetting = {},
): number {
  const matrices = new Map([...weights].map(([name, values]) => [name, Float64Array.from(values)]));
  const output = forward(program, matrices, input, setting).values.get(program.output)!;
  return meanLossOf(program.loss, output, target);
}

/** One batch in training mode, or with the running statistics where they are given. */
export function forward(
  program: Program,
  weights: Matrices,
  input: ArrayLike<number>,
  { running = [], masks = [] }: ForwardSetting = {},
): Forward {
  const values = new Map<Value, Float64Array>([[program.input, Float64Array.from(input)]]);
  const passed = { values, weights, moments: new Map<Value, Moments>(), masks: new Map<Value, ArrayLike<number>>() };
  for (const operation of program.operations) {
    if (operation.kind === 'batchNormalisation') {
      const given = running[passed.moments.size];
      if (given) passed.moments.set(operation.output, given);
    }
    if (operation.kind === 'dropout') {
      const given = masks[passed.masks.size];
      if (given) passed.masks.set(operation.output, given);
    }
    values.set(operation.output, ruleOf(operation).value(operation, passed));
  }
  return passed;
}

/** The gradient of the loss by each matrix, from the values of a batch in training mode. */
export function gradientsOf(program: Program, passed: Forward, target: ArrayLike<number>): Map<string, Float64Array> {
  const slopes = new Map<Value, Float64Array>();
  const gradients = new Map<string, Float64Array>();
  addTo(slopes, program.output, lossSlope(program.loss, passed.values.get(program.output)!, target));
  for (const operation of program.operations.toReversed()) {
    const slope = slopes.get(operation.output);
    if (slope === undefined) continue;
    const { inputs, matrix } = ruleOf(operation).slopes(operation, slope, passed);
    for (const [value, part] of inputs) addTo(slopes, value, part);
    if (matrix) addTo(gradients, matrix[0].name, matrix[1]);
  }
  return gradients;
}

/** How the loss changes with each of the values, which are changed in place and put back. */
export function centralDifferences(values: number[], loss: () => number): number[] {
  const step = 1e-5;
  return values.map((value, index) => {
    values[index] = value + step;
    const above = loss();
    values[index] = value - step;
    const below = loss();
    values[index] = value;
    return (above - below) / (2 * step);
  });
}

function ruleOf({ kind }: Program['operations'][number]): Rule<typeof kind> {
  return rules[kind] as Rule<typeof kind>;
}

function addTo<Key>(sums: Map<Key, Float64Array>, key: Key, part: Float64Array): void {
  const sum = sums.get(key);
  sums.set(key, sum ? sum.map((value, index) => value + part[index]!) : part);
}
