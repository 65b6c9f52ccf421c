/** How steps are read: ahead, out of arrays that are used again, and no longer than anyone listens. */
import { isDeepStrictEqual } from 'node:util';
import { expect, test } from 'vitest';
import type { Engine, Step } from '../../../src/engine/engine.js';
import { expectSameStates, hourglass, lossesOf, openNetwork, stepsOf } from './networks.js';

const steps = stepsOf(hourglass, [8, 8, 3, 8, 3, 1]);

export function testReading(engine: Engine): void {
  test.each([
    ['an iterable', reusing],
    ['an async iterable', reusingLater],
  ])('takes the steps of %s that uses its arrays again as it takes fresh ones', async (_, reuse) => {
    const [fresh, reused] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    expect(await lossesOf(reused, reuse(steps))).toEqual(await lossesOf(fresh, steps));
    expect(await reused.state()).toEqual(await fresh.state());
    await Promise.all([fresh.dispose(), reused.dispose()]);
  });

  test('has taken no step that was not read when the caller stops listening, and trains on from there', async () => {
    const [model, other] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    let read = 0;
    for await (const losses of model.train(counted(steps, () => (read += 1)))) {
      expect(losses.length).toBe(1);
      break;
    }
    const stopped = await model.state();
    const states = [];
    for (const step of steps.slice(0, read)) {
      await lossesOf(other, [step]);
      states.push(await other.state());
    }
    const taken = states.findIndex((state) => isDeepStrictEqual(state, stopped)) + 1;
    expect(taken, 'a state after one of the steps that were read').toBeGreaterThan(0);
    await lossesOf(model, steps.slice(taken, read));
    expectSameStates(await model.state(), await other.state());
    await Promise.all([model.dispose(), other.dispose()]);
  });

  test('hands on what the steps throw', async () => {
    const model = await openNetwork(engine, hourglass);
    await expect(lossesOf(model, failing(steps))).rejects.toThrow('out of images');
    expect((await lossesOf(model, steps)).flat().every(Number.isFinite)).toBe(true);
    await model.dispose();
  });
}

/** All steps in one memory, each overwritten when the next one is asked for. */
function* reusing(given: readonly Step[]): Generator<Step> {
  const [input, target] = [new Float32Array(given[0]!.input.length), new Float32Array(given[0]!.target.length)];
  const views = new Map<number, Pick<Step, 'input' | 'target'>>();
  for (const step of given) {
    const view = views.get(step.size) ?? {
      input: input.subarray(0, step.input.length),
      target: target.subarray(0, step.target.length),
    };
    views.set(step.size, view);
    view.input.set(step.input);
    view.target.set(step.target);
    yield { ...step, ...view };
    input.fill(NaN);
    target.fill(NaN);
  }
}

async function* reusingLater(given: readonly Step[]): AsyncGenerator<Step> {
  for (const step of reusing(given)) {
    await new Promise((resolve) => setImmediate(resolve));
    yield step;
  }
}

function* counted(given: readonly Step[], count: () => void): Generator<Step> {
  for (const step of given) {
    count();
    yield step;
  }
}

function* failing(given: readonly Step[]): Generator<Step> {
  yield* given;
  throw new Error('out of images');
}
