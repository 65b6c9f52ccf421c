/** Packs and dropout, of engines that have every operation. */
import { describe, expect, test } from 'vitest';
import type { Engine, Step } from '../../../src/engine/engine.js';
import type { Device } from '../../../src/engine/engines.js';
import { expectClose } from '../close.js';
import { float64Engine } from '../float64-engine.js';
import { everyLoss, lossStepsOf, withDropout } from './every-operation.js';
import {
  evaluationsOf,
  expectSameEvaluations,
  expectSameStates,
  lossesOf,
  openNetwork,
  settings,
  sideBySide,
  weightsOf,
  type Network,
} from './networks.js';
import { compilesInSoftware } from './software.js';

const sizesOn = (device: Device) => (compilesInSoftware(device) ? [3, 3] : [8, 3, 1, 8]);
const learningRates = [1e-2, 1e-3, 3e-2];
const stepsOfMembers = (network: Network, sizes: readonly number[]) =>
  learningRates.map((rate, member) => lossStepsOf(network, sizes, rate, `member ${member}`));

export function testPacksOfOperations(engine: Engine, device: Device): void {
  const sizes = sizesOn(device);

  describe('trains three networks of every operation as float64 does', () => {
    test.each(everyLoss.map((network) => [network.name, network] as const))('with %s', async (_, network) => {
      const steps = sideBySide(stepsOfMembers(network, sizes));
      const [model, judge] = [await openNetwork(engine, network, 3), await openNetwork(float64Engine, network, 3)];
      const [losses, expected] = [await lossesOf(model, steps), await lossesOf(judge, steps)];
      expectClose(losses.flat(), expected.flat(), { relative: 2e-5, absolute: 1e-6 });
      expectSameStates(await model.state(), await judge.state(), { relative: 1e-4, absolute: 1e-4 });
      const batches = lossStepsOf(network, sizes.slice(0, 2), 0, 'evaluation');
      expectSameEvaluations(await evaluationsOf(model, batches), await evaluationsOf(judge, batches));
      await model.dispose();
    });
  });

  describe('keeps the neighbours of a member that is no number any more to the bit as they were', () => {
    test.each(everyLoss.map((network) => [network.name, network] as const))('with %s', async (_, network) => {
      const [first, middle, last] = stepsOfMembers(network, sizes);
      const spoil = (step: Step) => ({ ...step, input: step.input.with(2, Infinity) });
      const healthy = await trained(engine, network, [first!, middle!, last!]);
      const spoilt = await trained(engine, network, [first!, middle!.map(spoil), last!]);
      for (const member of [0, 2]) {
        expect(spoilt.losses.map((step) => step[member])).toEqual(healthy.losses.map((step) => step[member]));
        expect(spoilt.states[member]).toEqual(healthy.states[member]);
        expect(spoilt.lossSums[member]).toBe(healthy.lossSums[member]);
      }
      expect(Number.isFinite(spoilt.losses.at(-1)![1]!)).toBe(false);
    });
  });
}

async function trained(engine: Engine, network: Network, members: readonly (readonly Step[])[]) {
  const model = await openNetwork(engine, network, members.length);
  const losses = await lossesOf(model, sideBySide(members));
  const states = await model.state();
  const [evaluation] = await evaluationsOf(model, lossStepsOf(network, [members[0]![0]!.size], 0, 'evaluation'));
  await model.dispose();
  return { losses, states, lossSums: evaluation!.lossSums };
}

export function testDropout(engine: Engine, device: Device, packs: boolean): void {
  const sizes = sizesOn(device);
  const steps = lossStepsOf(withDropout, sizes).map((step, index) => ({ ...step, dropoutSeeds: [index] }));

  test('drops what the seeds of the steps say, and in evaluation nothing', async () => {
    const [model, judge] = [await openNetwork(engine, withDropout), await openNetwork(float64Engine, withDropout)];
    const [losses, expected] = [await lossesOf(model, steps), await lossesOf(judge, steps)];
    expectClose(losses.flat(), expected.flat(), { relative: 1e-5, absolute: 0 });
    expectSameStates(await model.state(), await judge.state(), { relative: 1e-4, absolute: 1e-4 });
    expectSameEvaluations(await evaluationsOf(model, steps), await evaluationsOf(judge, steps));
    await model.dispose();
  });

  test('drops other numbers by other seeds, and the same by the same, to the bit', async () => {
    const lossesBy = async (change: (seed: number) => number) => {
      const model = await openNetwork(engine, withDropout);
      const changed = steps.map((step) => ({ ...step, dropoutSeeds: step.dropoutSeeds.map(change) }));
      const losses = await lossesOf(model, changed);
      await model.dispose();
      return losses;
    };
    const losses = await lossesBy((seed) => seed);
    expect(await lossesBy((seed) => seed)).toEqual(losses);
    expect(await lossesBy((seed) => seed + 100)).not.toEqual(losses);
  });

  test('throws a RangeError for a step of dropout without a seed', async () => {
    const model = await openNetwork(engine, withDropout);
    await expect(lossesOf(model, lossStepsOf(withDropout, [3]))).rejects.toThrow(RangeError);
    await model.dispose();
  });

  test.skipIf(!packs)('drops in each member of a pack what it drops in that member alone', async () => {
    const members = stepsOfMembers(withDropout, sizes).map((own, member) =>
      own.map((step, index) => ({ ...step, dropoutSeeds: [10 * member + index] })),
    );
    const pack = await openNetwork(engine, withDropout, 3);
    const packed = sideBySide(members).map((step, index) => ({
      ...step,
      dropoutSeeds: members.flatMap((own) => own[index]!.dropoutSeeds),
    }));
    const losses = await lossesOf(pack, packed);
    for (const [member, own] of members.entries()) {
      const alone = await engine.open(withDropout.program, [weightsOf(withDropout, 3)[member]!], settings);
      const expected = (await lossesOf(alone, own)).flat();
      expectClose(
        losses.map((step) => step[member]!),
        expected,
        { relative: 1e-5, absolute: 0 },
      );
      await alone.dispose();
    }
    await pack.dispose();
  });
}
