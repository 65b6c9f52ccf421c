/** A model that goes on from a state goes on as if it had never stopped. */
import { describe, expect, test } from 'vitest';
import type { Engine, Evaluation, Model, ModelState, Step } from '../../../src/engine/engine.js';
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

const sizes = [8, 8, 3, 8, 8, 1];
const steps = stepsOf(hourglass, sizes);
const withFixed = projected.find(({ name }) => name.endsWith('fixed/trainable'))!;

export function testRestoring(engine: Engine, packs: boolean): void {
  describe('goes on from its state with the losses of not stopping', () => {
    const counts = [hourglass, withFixed].flatMap((network) =>
      (packs ? [1, 3] : [1]).map((count) => ({ network, count })),
    );
    const rows = counts.map(({ network, count }) => [`${count} of ${network.name}`, network, count] as const);
    test.each(rows)('with %s', (_, network, count) => expectToGoOn(engine, network, count));
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
    for (const network of [hourglass, withFixed]) {
      const [model, fresh] = [await openNetwork(engine, network), await openOther(engine, network)];
      await lossesOf(model, stepsOf(network, [8, 3]));
      const given = await model.state();
      await fresh.restore(given);
      for (const values of valuesOf(given[0]!)) values.fill(NaN);
      const [state] = await fresh.state();
      expect([state]).toEqual(await model.state());
      expect(state!.optimiser.steps).toBe(2);
      const trainable = network.program.matrices.filter((matrix) => matrix.trainable).map(({ name }) => name);
      expect([...state!.optimiser.firstMoment.keys()]).toEqual(trainable);
      for (const values of valuesOf(state!)) values.fill(NaN);
      expect(await fresh.state()).toEqual(await model.state());
      await Promise.all([model.dispose(), fresh.dispose()]);
    }
  });

  test('has moments of 0 and no steps before the first', async () => {
    const model = await openNetwork(engine, hourglass);
    const { optimiser } = await stateOf(model);
    const [weights] = weightsOf(hourglass);
    const moments = new Map([...weights!].map(([name, { length }]) => [name, new Float32Array(length)]));
    expect(optimiser).toEqual({ firstMoment: moments, secondMoment: moments, steps: 0 });
    await model.dispose();
  });

  test('tells between two answers how many steps it has taken, and goes on from there', async () => {
    const [model, fresh] = [await openNetwork(engine, hourglass), await openOther(engine, hourglass)];
    const training = model.train(steps);
    await training.next();
    const between = await model.state();
    const { steps: taken } = between[0]!.optimiser;
    expect(taken).toBeGreaterThan(0);
    await fresh.restore(between);
    await lossesOf(fresh, steps.slice(taken));
    for await (const losses of training) expect(losses.length).toBe(1);
    expectSame(engine, await outcome(fresh, hourglass, []), await outcome(model, hourglass, []));
    await Promise.all([model.dispose(), fresh.dispose()]);
  });

  test('tells how many steps it has taken after a caller that stops listening', async () => {
    const [model, whole] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    for await (const losses of model.train(steps)) {
      expect(losses.length).toBe(1);
      break;
    }
    const { steps: taken } = (await stateOf(model)).optimiser;
    await lossesOf(whole, steps.slice(0, taken));
    expect(await model.state()).toEqual(await whole.state());
    await Promise.all([model.dispose(), whole.dispose()]);
  });

  describe('refuses a state that does not fit, and stays as it was:', () => {
    test.each(Object.entries(misfits))('%s', async (_, spoil) => {
      const model = await openNetwork(engine, hourglass);
      await lossesOf(model, steps.slice(0, 1));
      const before = await model.state();
      await lossesOf(model, steps.slice(1, 2));
      const after = await model.state();
      await expect(model.restore(spoil(before[0]!))).rejects.toThrow(RangeError);
      expect(await model.state()).toEqual(after);
      await model.dispose();
    });

    test.runIf(packs)('members after different numbers of steps', async () => {
      const pack = await openNetwork(engine, hourglass, 2);
      const [first, second] = await pack.state();
      const later = { ...second!, optimiser: { ...second!.optimiser, steps: 1 } };
      await expect(pack.restore([first!, later])).rejects.toThrow(RangeError);
      await pack.dispose();
    });
  });
}

/** Each gives states that do not fit one member of `hourglass`. */
const misfits: Readonly<Record<string, (state: ModelState) => ModelState[]>> = {
  'no states': () => [],
  'states of two members': (state) => [state, state],
  'a matrix too few': (state) => [{ ...state, weights: without(state.weights, 'input') }],
  'a matrix too many': (state) => [{ ...state, weights: new Map([...state.weights, ['more', new Float32Array(3)]]) }],
  'a matrix of another shape': (state) => [
    { ...state, weights: new Map([...state.weights, ['input', new Float32Array(3)]]) },
  ],
  'a normalisation too few': (state) => [{ ...state, running: state.running.slice(1) }],
  'a mean of another width': (state) => [
    { ...state, running: state.running.with(0, { ...state.running[0]!, mean: new Float32Array(2) }) },
  ],
  'a variance of another width': (state) => [
    { ...state, running: state.running.with(0, { ...state.running[0]!, variance: new Float32Array(2) }) },
  ],
  'no first moment of a matrix': ({ optimiser, ...state }) => [
    { ...state, optimiser: { ...optimiser, firstMoment: without(optimiser.firstMoment, 'output') } },
  ],
  'no second moment of a matrix': ({ optimiser, ...state }) => [
    { ...state, optimiser: { ...optimiser, secondMoment: without(optimiser.secondMoment, 'output') } },
  ],
  'half a step': ({ optimiser, ...state }) => [{ ...state, optimiser: { ...optimiser, steps: 0.5 } }],
};

function without(matrices: ReadonlyMap<string, Float32Array>, name: string): Map<string, Float32Array> {
  expect(matrices.has(name)).toBe(true);
  return new Map([...matrices].filter(([other]) => other !== name));
}

/** Stops after each of the first steps, also after one of another size, and goes on in a model that began otherwise. */
async function expectToGoOn(engine: Engine, network: Network, count: number): Promise<void> {
  const rates = [1e-2, 1e-3, 3e-2].slice(0, count);
  const all = sideBySide(rates.map((rate, member) => stepsOf(network, sizes, rate, `restored ${member}`)));
  const whole = await openNetwork(engine, network, count);
  const expected = await outcome(whole, network, all);
  for (const stop of [1, 3]) {
    const [model, fresh] = [await openNetwork(engine, network, count), await openOther(engine, network, count)];
    const before = await lossesOf(model, all.slice(0, stop));
    const states = await model.state();
    await model.dispose();
    await fresh.restore(states);
    const { losses, ...rest } = await outcome(fresh, network, all.slice(stop));
    expectSame(engine, { losses: [...before, ...losses], ...rest }, expected);
    await fresh.dispose();
  }
  await whole.dispose();
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
