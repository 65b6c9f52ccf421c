/** Gradients, training and evaluation held to float64. */
import { describe, expect, test } from 'vitest';
import { adamWDefaults, type Engine, type Step } from '../../../src/engine/engine.js';
import type { Device } from '../../../src/engine/engines.js';
import { expectClose } from '../close.js';
import { centralDifferences, meanLoss } from '../float64.js';
import { float64Engine } from '../float64-engine.js';
import { stateOf } from '../single.js';
import {
  batchOf,
  deepOf,
  evaluationsOf,
  expectSameEvaluations,
  expectSameStates,
  hourglass,
  lossesOf,
  openNetwork,
  projected,
  stepsOf,
  unaligned,
  weightsOf,
  type Network,
} from './networks.js';
import { compilesInSoftware } from './software.js';

const named = (networks: readonly Network[]) => networks.map((network) => [network.name, network] as const);

export function testNumbers(engine: Engine, device: Device): void {
  const isCompiling = compilesInSoftware(device);

  describe('has the gradients of central differences in float64', () => {
    test.each(named([hourglass, ...projected]))('in %s', (_, network) => expectCentralDifferences(engine, network));
  });

  describe('trains and evaluates as float64 does', () => {
    const all = named([hourglass, ...projected, unaligned]);
    const [several, few] = isCompiling ? [all.slice(0, 1), all.slice(1)] : [all, []];
    test.each(several)('at batches of 8, of 3 and of a single image in %s', async (_, network) => {
      await expectAsInFloat64(engine, network, stepsOf(network, [8, 3, 1, 8]), [8, 3]);
    });
    test.each(few)('at batches of 5 in %s', async (_, network) => {
      await expectAsInFloat64(engine, network, stepsOf(network, [5, 5]), [5]);
    });
  });

  const depth = isCompiling ? 10 : 50;
  test(`trains ${depth} blocks as float64 does, and the loss falls`, async () => {
    const deep = deepOf(depth);
    const steps = Array<Step>(5).fill({ ...batchOf(deep, 8, 'deep'), learningRates: [1e-2] });
    const losses = await expectAsInFloat64(engine, deep, steps, [8]);
    expect(losses.at(-1)!).toBeLessThan(0.8 * losses[0]!);
  });
}

async function expectCentralDifferences(engine: Engine, network: Network): Promise<void> {
  const { program } = network;
  const batch = batchOf(network, 5, 'gradients');
  const gradients = await gradientsBy(engine, network, { ...batch, learningRates: [] });
  const weights = new Map([...weightsOf(network)[0]!].map(([name, values]) => [name, [...values]]));
  const loss = () => meanLoss(program, weights, batch.input, batch.target);
  for (const { name, trainable } of program.matrices) {
    const expected = trainable ? centralDifferences(weights.get(name)!, loss) : weights.get(name)!.map(() => 0);
    expectClose(gradients.get(name)!, expected, { relative: 1e-4, absolute: 1e-7 });
  }
}

/**
 * What the first step of AdamW says of the gradients g: it moves the weights by learning rate * g / (|g| + epsilon), which
 * is a million times g where epsilon is far above |g|.
 */
async function gradientsBy(engine: Engine, network: Network, step: Step): Promise<Map<string, number[]>> {
  const [factor, epsilon] = [1e6, 1e6];
  const [weights] = weightsOf(network);
  const model = await engine.open(network.program, [weights!], { ...adamWDefaults, epsilon, weightDecay: 0 });
  await lossesOf(model, [{ ...step, learningRates: [factor * epsilon] }]);
  const moved = await stateOf(model);
  await model.dispose();
  return new Map(
    [...weights!].map(([name, values]) => {
      const after = moved.weights.get(name)!;
      return [name, Array.from(values, (value, index) => (value - after[index]!) / factor)];
    }),
  );
}

/** AdamW magnifies rounding in gradients that are almost zero, up to a step of the learning rate: here a hundredth of it. */
const afterTraining = { relative: 1e-4, absolute: 1e-4 };

/** Trains the network and evaluates batches of the sizes, here and in float64. Gives the losses. */
async function expectAsInFloat64(
  engine: Engine,
  network: Network,
  steps: readonly Step[],
  sizes: readonly number[],
): Promise<number[]> {
  const [model, judge] = [await openNetwork(engine, network), await openNetwork(float64Engine, network)];
  const [losses, expected] = [(await lossesOf(model, steps)).flat(), (await lossesOf(judge, steps)).flat()];
  expectClose(losses, expected, { relative: 1e-5, absolute: 0 });
  expectSameStates(await model.state(), await judge.state(), afterTraining);
  const batches = sizes.map((size, index) => batchOf(network, size, `evaluation ${index}`));
  expectSameEvaluations(await evaluationsOf(model, batches), await evaluationsOf(judge, batches));
  await model.dispose();
  return losses;
}
