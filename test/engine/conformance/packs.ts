/** Packs: networks side by side are the same networks as alone. */
import { describe, expect, test } from 'vitest';
import type { Engine, Evaluation, Step } from '../../../src/engine/engine.js';
import type { Device } from '../../../src/engine/engines.js';
import { expectClose } from '../close.js';
import { float64Engine } from '../float64-engine.js';
import {
  batchOf,
  evaluationsOf,
  expectSameEvaluations,
  expectSameStates,
  hourglass,
  lossesOf,
  openNetwork,
  projected,
  settings,
  sideBySide,
  stepsOf,
  unaligned,
  weightsOf,
  type Network,
} from './networks.js';
import { compilesInSoftware } from './software.js';

const learningRates = [1e-2, 1e-3, 3e-2];

const stepsOfMembers = (network: Network, sizes: readonly number[], rates: readonly number[] = learningRates) =>
  rates.map((rate, member) => stepsOf(network, sizes, rate, `member ${member}`));

export function testRefusalOfPacks(engine: Engine): void {
  test('refuses several members', async () => {
    await expect(openNetwork(engine, hourglass, 2)).rejects.toThrow(RangeError);
  });
}

export function testPacks(engine: Engine, device: Device): void {
  const sizesFor = (network: Network) => {
    if (!compilesInSoftware(device)) return [8, 3, 1, 8];
    return network === hourglass ? [8, 3] : [5, 5];
  };

  describe('trains three networks at their own learning rates as it trains each alone', () => {
    const everyInput = projected.filter(({ name }) => name.endsWith('/none'));
    test.each([hourglass, ...everyInput].map((network) => [network.name, network] as const))('with %s', (_, network) =>
      expectAsAlone(engine, network, sizesFor(network)),
    );
  });

  test('trains 17 networks as float64 does', async () => {
    const rates = Array.from({ length: 17 }, (_, member) => 1e-2 / (1 + member));
    const steps = sideBySide(stepsOfMembers(hourglass, sizesFor(hourglass), rates));
    const [model, judge] = [await openNetwork(engine, hourglass, 17), await openNetwork(float64Engine, hourglass, 17)];
    const [losses, expected] = [await lossesOf(model, steps), await lossesOf(judge, steps)];
    expectClose(losses.flat(), expected.flat(), { relative: 1e-5, absolute: 0 });
    expectSameStates(await model.state(), await judge.state());
    await model.dispose();
  });

  describe('keeps the neighbours of a member that diverges to the bit as they were', () => {
    // Of each network trained once, as software adapters take seconds for it.
    const unharmed = new Map<Network, ReturnType<typeof trained>>();
    test.each(spoilers)('by $by', async ({ network, spoil }) => {
      const [first, middle, last] = stepsOfMembers(network, sizesFor(network));
      if (!unharmed.has(network)) unharmed.set(network, trained(engine, network, [first!, middle!, last!]));
      const healthy = await unharmed.get(network)!;
      const spoilt = await trained(engine, network, [first!, middle!.map(spoil), last!]);
      for (const member of [0, 2]) {
        expect(lossesOfMember(spoilt, member)).toEqual(lossesOfMember(healthy, member));
        expect(spoilt.state[member]).toEqual(healthy.state[member]);
        expect(spoilt.lossSums[member]).toBe(healthy.lossSums[member]);
      }
      expect(spoilt.state[1]).not.toEqual(healthy.state[1]);
    });
  });
}

const withInfinitePixel = (step: Step) => ({ ...step, input: step.input.with(2, Infinity) });

const spoilers: readonly { by: string; network: Network; spoil: (step: Step) => Step }[] = [
  { by: 'a learning rate of 1e30', network: hourglass, spoil: (step) => ({ ...step, learningRates: [1e30] }) },
  {
    by: 'a target that is no number',
    network: hourglass,
    spoil: (step) => ({ ...step, target: step.target.with(2, NaN) }),
  },
  { by: 'an infinite pixel', network: hourglass, spoil: withInfinitePixel },
  { by: 'an infinite pixel of a wider network', network: unaligned, spoil: withInfinitePixel },
];

async function trained(engine: Engine, network: Network, members: readonly (readonly Step[])[]) {
  const model = await openNetwork(engine, network, members.length);
  const losses = await lossesOf(model, sideBySide(members));
  const state = await model.state();
  const [evaluation] = await evaluationsOf(model, [batchOf(network, members[0]![0]!.size, 'evaluation')]);
  await model.dispose();
  return { losses, state, lossSums: evaluation!.lossSums };
}

const lossesOfMember = ({ losses }: { losses: number[][] }, member: number) => losses.map((step) => step[member]!);

/** Losses, states and evaluations of the pack and of each member in a model of its own. */
async function expectAsAlone(engine: Engine, network: Network, sizes: readonly number[]): Promise<void> {
  const tolerance = { relative: 1e-5, absolute: 1e-5 };
  const batches = [...new Set(sizes)].map((size, index) => batchOf(network, size, `evaluation ${index}`));
  const members = stepsOfMembers(network, sizes);
  const pack = await openNetwork(engine, network, members.length);
  const losses = await lossesOf(pack, sideBySide(members));
  const [states, evaluations] = [await pack.state(), await evaluationsOf(pack, batches)];
  expect(states.length).toBe(members.length);
  for (const [member, steps] of members.entries()) {
    const alone = await engine.open(network.program, [weightsOf(network, members.length)[member]!], settings);
    const expected = (await lossesOf(alone, steps)).flat();
    expectClose(lossesOfMember({ losses }, member), expected, { relative: 1e-5, absolute: 0 });
    expectSameStates([states[member]!], await alone.state(), tolerance);
    const parts = evaluations.map((evaluation) => ofMember(evaluation, member, members.length));
    expectSameEvaluations(parts, await evaluationsOf(alone, batches), tolerance);
    await alone.dispose();
  }
  await pack.dispose();
}

function ofMember({ lossSums, outputs }: Evaluation, member: number, members: number): Evaluation {
  const length = outputs!.length / members;
  return {
    lossSums: [lossSums[member]!],
    outputs: outputs!.slice(member * length, (member + 1) * length),
  };
}
