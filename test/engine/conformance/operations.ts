/** Operations and losses beyond those of the residual network, of engines that have them. */
import { describe, expect, test } from 'vitest';
import { UserError } from '../../../src/base/errors.js';
import { adamWDefaults, type Engine, type Step } from '../../../src/engine/engine.js';
import { flat } from '../../../src/execute/golden-case.js';
import type { Device } from '../../../src/engine/engines.js';
import { expectClose } from '../close.js';
import { float64Engine } from '../float64-engine.js';
import { operationGoldens, programOfGolden } from '../operation-goldens.js';
import { evaluateOnce, stateOf } from '../single.js';
import {
  everyFunction,
  everyLoss,
  lossOfInput,
  lossStepsOf,
  normalisingFirst,
  widthsOfOne,
} from './every-operation.js';
import {
  evaluationsOf,
  expectSameEvaluations,
  expectSameStates,
  lossesOf,
  openNetwork,
  weightsOf,
} from './networks.js';
import type { Network } from './networks.js';
import { compilesInSoftware } from './software.js';

/** These have every operation; the others may have them or refuse. */
const complete = ['float64', 'onnx-cpu', 'onnx-cpu-packed', 'tfjs-cpu'];

/** What the engine throws for networks that it does not open, by their names. */
export type Refusals = ReadonlyMap<string, unknown>;

/** Opens networks of every operation but functions, and one of each function. */
export async function refusalsOf(engine: Engine): Promise<Refusals> {
  const refusals = new Map<string, unknown>();
  for (const network of [...everyLoss, ...everyFunction]) {
    try {
      await (await openNetwork(engine, network)).dispose();
    } catch (error) {
      refusals.set(network.name, error);
    }
  }
  return refusals;
}

/** Whether the networks of every operation are refused. */
export function refusesOperations(refusals: Refusals): boolean {
  return everyLoss.every(({ name }) => refusals.has(name));
}

export function testRefusals(name: string, refusals: Refusals): void {
  test('refuses operations that it has not been shown to compute rightly in one line that names them, or none', () => {
    if (complete.includes(name)) expect([...refusals.keys()]).toEqual([]);
    for (const refusal of refusals.values()) {
      expect(refusal).toBeInstanceOf(UserError);
      expect((refusal as UserError).message).toMatch(/^engine .* got one with .*; use --engine .*$/);
    }
  });
}

export function testOperations(engine: Engine, device: Device, refusals: Refusals): void {
  const taken = <Item>(items: readonly Item[], nameOf: (item: Item) => string) =>
    items.flatMap((item) => (refusals.has(nameOf(item)) ? [] : [[nameOf(item), item] as const]));
  const named = (networks: readonly Network[]) => taken(networks, ({ name }) => name);

  describe('agrees with PyTorch in every loss, the final weights and the outputs', () => {
    test.each(taken(operationGoldens.cases, ({ name }) => name))('of %s', (_, golden) => expectGolden(engine, golden));
  });

  describe('agrees with PyTorch in values and derivatives from -10,000 to 10,000', () => {
    test.each(taken(operationGoldens.functions, (golden) => golden.function))('of %s', (_, golden) =>
      expectFunction(engine, golden),
    );
  });

  describe('agrees with PyTorch in losses and gradients of outputs that are far too large', () => {
    test.each(operationGoldens.losses.map((golden) => [`${golden.loss.kind} of ${golden.output}`, golden] as const))(
      'for %s',
      async (_, { loss: { kind, targetWidth }, output, target, mean, gradient }) => {
        const item = { input: Float32Array.from(output), target: Float32Array.from(target), size: 1 };
        const { loss, gradients } = await gradientsBy(engine, lossOfInput(kind, targetWidth), item);
        expectClose([loss], [mean], { relative: 1e-5, absolute: 1e-6 });
        expectClose(gradients.get('bias')!, gradient, { relative: 1e-5, absolute: 1e-6 });
      },
    );
  });

  test('has a finite likelihood of a mean that is exactly right, whatever the variance', async () => {
    for (const logVariance of [-1e4, 1e4]) {
      const item = { input: Float32Array.of(0.25, logVariance), target: Float32Array.of(0.25), size: 1 };
      const { loss, gradients } = await gradientsBy(engine, lossOfInput('gaussianNegativeLogLikelihood', 1), item);
      expect(loss).toBeCloseTo(logVariance / 2, 3);
      expectClose(gradients.get('bias')!, [0, 0.5]);
    }
  });

  const sizes = compilesInSoftware(device) ? [8, 3] : [8, 3, 1, 8];
  describe(`trains and evaluates as float64 does, at batches of ${sizes.join(', ')}`, () => {
    test.each(named([...everyLoss, ...widthsOfOne, ...everyFunction]))('%s', async (_, network) => {
      const steps = lossStepsOf(network, sizes);
      const [model, judge] = [await openNetwork(engine, network), await openNetwork(float64Engine, network)];
      const losses = (await lossesOf(model, steps)).flat();
      expectClose(losses, (await lossesOf(judge, steps)).flat(), { relative: 2e-5, absolute: 1e-6 });
      expectSameStates(await model.state(), await judge.state(), { relative: 1e-4, absolute: 1e-4 });
      expectSameEvaluations(await evaluationsOf(model, steps), await evaluationsOf(judge, steps));
      await model.dispose();
    });
  });

  test.each([
    ['an item whose channels are all equal', 'centred', 0.5],
    ['an item of zeros', 'rootMeanSquare', 0],
    ['an item of zeros', 'centred', 0],
  ] as const)('normalises %s (%s) to zeros, with the gradient of float64', async (_, form, value) => {
    for (const width of [1, 4]) {
      const network = normalisingFirst(form, width);
      const item = { input: new Float32Array(width).fill(value), target: Float32Array.of(0.5, -1), size: 1 };
      const [ours, theirs] = [
        await gradientsBy(engine, network, item),
        await gradientsBy(float64Engine, network, item),
      ];
      expect(ours.output).toEqual(new Float32Array(2));
      for (const [name, gradient] of ours.gradients) expectClose(gradient, theirs.gradients.get(name)!);
    }
  });

  // WGSL, "Floating point evaluation": implementations may assume that there are no NaNs and infinities.
  const keepingNaN = device === 'webgpu' ? [] : named([...everyLoss, ...everyFunction]);
  test.each(keepingNaN)('has no number for a loss of %s after what is none', async (_, network) => {
    const [first, ...rest] = lossStepsOf(network, [3, 3]);
    const model = await openNetwork(engine, network);
    const losses = await lossesOf(model, [{ ...first!, input: first!.input.with(1, NaN) }, ...rest]);
    expect(losses).toEqual([[NaN], [NaN]]);
    await model.dispose();
  });
}

async function expectGolden(engine: Engine, golden: (typeof operationGoldens.cases)[number]): Promise<void> {
  const { adamw, learning_rates: learningRates } = operationGoldens;
  const program = programOfGolden(golden);
  const weights = new Map(program.matrices.map(({ name }) => [name, flat(golden.initial[name]!)]));
  const { beta1, beta2, epsilon, weight_decay: weightDecay } = adamw;
  const model = await engine.open(program, [weights], { beta1, beta2, epsilon, weightDecay });
  const steps = golden.steps.map(({ x, t }, index) => ({
    input: flat(x),
    target: flat(t),
    size: x.length,
    learningRates: [learningRates[index]!],
  }));
  const expected = golden.steps.map(({ loss }) => loss);
  expectClose((await lossesOf(model, steps)).flat(), expected, { relative: 1e-5, absolute: 0 });
  for (const [name, values] of (await stateOf(model)).weights) expectClose(values, flat(golden.final[name]!));
  const { output, lossSum } = await evaluateOnce(model, steps[0]!);
  expectClose(output, golden.evaluation_output_of_first_batch.flat());
  const terms = golden.loss.kind === 'softmaxCrossEntropy' ? 1 : golden.loss.targetWidth;
  expectClose([lossSum / steps[0]!.size / terms], [golden.evaluation_loss_of_first_batch]);
  await model.dispose();
}

async function expectFunction(
  engine: Engine,
  { function: name, x, y, derivative }: (typeof operationGoldens.functions)[number],
): Promise<void> {
  const width = x.length;
  const network = lossOfInput('squaredError', width);
  const { input, output, operations, matrices, loss } = network.program;
  const bent = { name: 'f', width };
  const bend = { kind: 'elementwise', function: name, input: output, output: bent } as const;
  const program = { input, output: bent, operations: [...operations, bend], matrices, loss };
  // So far from the values that the gradients by them are known, and as large as they are.
  const target = Float32Array.from(y, (value) => value - Math.max(1, Math.abs(value)) / 2);
  const item = { input: Float32Array.from(x), target, size: 1 };
  const ours = await gradientsBy(engine, { name, program }, item);
  expectClose(ours.output, y, { relative: 1e-5, absolute: 1e-6 });
  const slopes = y.map((value, index) => ((2 * (value - target[index]!)) / width) * derivative[index]!);
  expectClose(ours.gradients.get('bias')!, slopes, { relative: 1e-5, absolute: 1e-6 });
}

/** The loss, the output and the gradients at the start: without a first decay rate they are the first moment. */
async function gradientsBy(engine: Engine, network: Network, batch: Omit<Step, 'learningRates'>) {
  const model = await engine.open(network.program, weightsOf(network), { ...adamWDefaults, beta1: 0, weightDecay: 0 });
  const { output } = await evaluateOnce(model, batch);
  const losses = await lossesOf(model, [{ ...batch, learningRates: [0] }]);
  const { optimiser } = await stateOf(model);
  await model.dispose();
  return { loss: losses[0]![0]!, output, gradients: optimiser.firstMoment };
}
