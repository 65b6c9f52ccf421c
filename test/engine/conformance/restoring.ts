/** A model that goes on from a state goes on as if it had never stopped. */
import { describe, expect, test } from 'vitest';
import type { Engine, Evaluation, Model, ModelState, Step } from '../../../src/engine/engine.js';
import type { Device } from '../../../src/engine/engines.js';
import { expectClose } from '../close.js';
import { float64Engine } from '../float64-engine.js';
import { stateOf } from '../single.js';
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
  weightsOf,
  type Network,
} from './networks.js';
import { compilesInSoftware } from './software.js';

const withFixed = projected.find(({ name }) => name.endsWith('fixed/trainable'))!;

export function testRestoring(engine: Engine, device: Device, packs: boolean): void {
  const sizes = compilesInSoftware(device) ? [8, 8, 3, 8] : [8, 8, 3, 8, 8, 1];
  const steps = stepsOf(hourglass, sizes);

  describe('goes on from its state with the losses of not stopping', () => {
    const most = packs ? 3 : 1;
    const rows = new Map([
      [`1 of ${hourglass.name}`, [hourglass, 1]],
      [`${most} of ${hourglass.name}`, [hourglass, most]],
      [`${most} of ${withFixed.name}`, [withFixed, most]],
    ] as const);
    test.each([...rows])('with %s', (_, [network, count]) => expectToGoOn(engine, network, count, sizes));
  });

  test('goes on from its state over what another run has learnt', async () => {
    const [model, other] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    await lossesOf(model, steps.slice(0, 3));
    await lossesOf(other, stepsOf(hourglass, [5, 5, 5, 5], 1e-1, 'other'));
    await other.restore(await model.state());
    expectSame(
      engine,
      await outcome(other, hourglass, steps.slice(3)),
      await outcome(model, hourglass, steps.slice(3)),
    );
    await Promise.all([model.dispose(), other.dispose()]);
  });

  test('gives the state that was put in, bit for bit, and keeps no part of it', async () => {
    const [model, fresh] = [await openNetwork(engine, withFixed), await openOther(engine, withFixed)];
    await lossesOf(model, stepsOf(withFixed, [8, 3]));
    const given = await model.state();
    await fresh.restore(given);
    for (const values of valuesOf(given[0]!)) values.fill(NaN);
    const state = await stateOf(fresh);
    expect([state]).toEqual(await model.state());
    expect(state.optimiser.steps).toBe(2);
    for (const values of valuesOf(state)) values.fill(NaN);
    expect(await fresh.state()).toEqual(await model.state());
    await Promise.all([model.dispose(), fresh.dispose()]);
  });

  test('has moments of 0 and no steps before the first', async () => {
    const model = await openNetwork(engine, withFixed);
    const { optimiser } = await stateOf(model);
    const trainable = withFixed.program.matrices.filter((matrix) => matrix.trainable);
    const moments = new Map(trainable.map(({ name, rows, columns }) => [name, new Float32Array(rows * columns)]));
    expect(optimiser).toEqual({ firstMoment: moments, secondMoment: moments, steps: 0 });
    await model.dispose();
  });

  test('tells between two answers how many steps it has taken, and goes on from there', async () => {
    const [model, fresh] = [await openNetwork(engine, hourglass), await openOther(engine, hourglass)];
    const [first, last] = [steps.slice(0, -1), steps.slice(-1)];
    const training = model.train(first);
    await training.next();
    const between = await model.state();
    const { steps: taken } = between[0]!.optimiser;
    expect(taken).toBeGreaterThan(0);
    await fresh.restore(between);
    await lossesOf(fresh, first.slice(taken));
    for await (const losses of training) expect(losses.length).toBe(1);
    expectSame(engine, await outcome(fresh, hourglass, last), await outcome(model, hourglass, last));
    await Promise.all([model.dispose(), fresh.dispose()]);
  });

  test('refuses states that do not fit, and stays as it was', async () => {
    const model = await openNetwork(engine, hourglass, packs ? 2 : 1);
    const [before, ...others] = await model.state();
    await lossesOf(model, sideBySide(Array.from({ length: 1 + others.length }, () => steps.slice(0, 1))));
    const after = await model.state();
    for (const [name, spoil] of Object.entries(misfits)) {
      await expect(model.restore([...others, spoil(before!)]), name).rejects.toThrow(RangeError);
    }
    await expect(model.restore(others), 'a state too few').rejects.toThrow(RangeError);
    await expect(model.restore([...others, before!, before!]), 'a state too many').rejects.toThrow(RangeError);
    const mixed = [...others, afterSteps(before!, 1)];
    if (packs) await expect(model.restore(mixed), 'different numbers of steps').rejects.toThrow(RangeError);
    expect(await model.state()).toEqual(after);
    await model.dispose();
  });
}

/** Each makes a state of `hourglass` one that does not fit it. */
const misfits: Readonly<Record<string, (state: ModelState) => ModelState>> = {
  'a matrix too few': (state) => ({ ...state, weights: without(state.weights, 'input') }),
  'a matrix too many': (state) => ({ ...state, weights: new Map([...state.weights, ['more', new Float32Array(3)]]) }),
  'a matrix of another shape': (state) => ({
    ...state,
    weights: new Map([...state.weights, ['input', new Float32Array(3)]]),
  }),
  'a normalisation too few': (state) => ({ ...state, running: state.running.slice(1) }),
  'a mean of another width': (state) => ({
    ...state,
    running: state.running.with(0, { ...state.running[0]!, mean: new Float32Array(2) }),
  }),
  'a variance of another width': (state) => ({
    ...state,
    running: state.running.with(0, { ...state.running[0]!, variance: new Float32Array(2) }),
  }),
  'no first moment of a matrix': ({ optimiser, ...state }) => ({
    ...state,
    optimiser: { ...optimiser, firstMoment: without(optimiser.firstMoment, 'output') },
  }),
  'no second moment of a matrix': ({ optimiser, ...state }) => ({
    ...state,
    optimiser: { ...optimiser, secondMoment: without(optimiser.secondMoment, 'output') },
  }),
  'half a step': (state) => afterSteps(state, 0.5),
  'less than no step': (state) => afterSteps(state, -1),
};

function afterSteps({ optimiser, ...state }: ModelState, steps: number): ModelState {
  return { ...state, optimiser: { ...optimiser, steps } };
}

function without(matrices: ReadonlyMap<string, Float32Array>, name: string): Map<string, Float32Array> {
  expect(matrices.has(name)).toBe(true);
  return new Map([...matrices].filter(([other]) => other !== name));
}

/** From the states after one step and after three, the last of them of another size, in a model that began otherwise. */
async function expectToGoOn(engine: Engine, network: Network, count: number, sizes: readonly number[]): Promise<void> {
  const rates = [1e-2, 1e-3, 3e-2].slice(0, count);
  const all = sideBySide(rates.map((rate, member) => stepsOf(network, sizes, rate, `restored ${member}`)));
  const [whole, model] = [await openNetwork(engine, network, count), await openNetwork(engine, network, count)];
  const fresh = await openOther(engine, network, count);
  const expected = await outcome(whole, network, all);
  const before: number[][] = [];
  for (const stop of [1, 3]) {
    before.push(...(await lossesOf(model, all.slice(before.length, stop))));
    await fresh.restore(await model.state());
    const { losses, ...rest } = await outcome(fresh, network, all.slice(stop));
    expectSame(engine, { losses: [...before, ...losses], ...rest }, expected);
  }
  await Promise.all([whole.dispose(), model.dispose(), fresh.dispose()]);
}

/** Networks with weights of their own. */
function openOther(engine: Engine, network: Network, count = 1): Promise<Model> {
  return engine.open(network.program, weightsOf(network, 2 * count).slice(count), settings);
}

interface Outcome {
  readonly losses: readonly (readonly number[])[];
  readonly states: readonly ModelState[];
  readonly evaluations: readonly Evaluation[];
}

async function outcome(model: Model, network: Network, given: readonly Step[]): Promise<Outcome> {
  const losses = await lossesOf(model, given);
  const evaluations = await evaluationsOf(model, [batchOf(network, 8, 'evaluation')]);
  return { losses, states: await model.state(), evaluations };
}

/** To the bit, but for the judge, whose states are rounded to float32. */
function expectSame(engine: Engine, actual: Outcome, expected: Outcome): void {
  if (engine !== float64Engine) {
    expect(actual).toEqual(expected);
    return;
  }
  const tolerance = { relative: 1e-5, absolute: 1e-6 };
  expectClose(actual.losses.flat(), expected.losses.flat(), tolerance);
  expectSameStates(actual.states, expected.states, tolerance);
  expectSameEvaluations(actual.evaluations, expected.evaluations, tolerance);
  expected.states.forEach(({ optimiser }, member) => {
    const own = actual.states[member]!.optimiser;
    expect(own.steps).toBe(optimiser.steps);
    for (const moment of ['firstMoment', 'secondMoment'] as const) {
      for (const [name, values] of optimiser[moment]) expectClose(own[moment].get(name)!, values, tolerance);
    }
  });
}

function valuesOf({ weights, running, optimiser }: ModelState): Float32Array[] {
  const statistics = running.flatMap(({ mean, variance }) => [mean, variance]);
  return [weights, optimiser.firstMoment, optimiser.secondMoment]
    .flatMap((map) => [...map.values()])
    .concat(statistics);
}
