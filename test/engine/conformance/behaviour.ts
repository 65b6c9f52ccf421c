/** What a model keeps, what it changes and what it shares. */
import { expect, test } from 'vitest';
import type { Engine } from '../../../src/engine/engine.js';
import type { Device } from '../../../src/engine/engines.js';
import { expectClose } from '../close.js';
import { stateOf } from '../single.js';
import {
  batchOf,
  evaluationsOf,
  hourglass,
  lossesOf,
  openNetwork,
  projected,
  settings,
  stepsOf,
  unaligned,
  weightsOf,
} from './networks.js';

const steps = stepsOf(hourglass, [8, 8, 8]);

export function testBehaviour(engine: Engine, device: Device): void {
  test('gives the same bits when the same run is repeated', async () => {
    const results = [];
    for (let repeat = 0; repeat < 2; repeat += 1) {
      const model = await openNetwork(engine, hourglass);
      results.push([await lossesOf(model, steps), await model.state()]);
      await model.dispose();
    }
    expect(results[0]).toEqual(results[1]);
  });

  test('changes nothing when it evaluates, before and between training', async () => {
    const [model, undisturbed] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    const batch = batchOf(hourglass, 8, 'evaluation');
    for (const step of steps) {
      const before = await model.state();
      const first = await evaluationsOf(model, [batch]);
      expect(await evaluationsOf(model, [batch])).toEqual(first);
      expect(await model.state()).toEqual(before);
      await lossesOf(model, [step]);
    }
    await lossesOf(undisturbed, steps);
    expect(await model.state()).toEqual(await undisturbed.state());
    await Promise.all([model.dispose(), undisturbed.dispose()]);
  });

  test('evaluates an image in the same way in whichever batch, by the running statistics', async () => {
    const model = await openNetwork(engine, hourglass);
    await lossesOf(model, steps);
    const whole = batchOf(hourglass, 8, 'evaluation');
    const { input, output } = hourglass.program;
    const parts = [0, 1, 4].map((image) => ({
      input: whole.input.slice(image * input.width, (image + 1) * input.width),
      target: whole.target.slice(image * output.width, (image + 1) * output.width),
      size: 1,
    }));
    const [together] = await evaluationsOf(model, [whole]);
    const alone = await evaluationsOf(model, parts);
    [0, 1, 4].forEach((image, index) => {
      const expected = together!.outputs!.subarray(image * output.width, (image + 1) * output.width);
      expectClose(alone[index]!.outputs!, expected, { relative: 1e-5, absolute: 1e-6 });
    });
    await model.dispose();
  });

  test('gives the same errors of several batches, a smaller last one too, whether outputs are asked for or not', async () => {
    const model = await openNetwork(engine, hourglass);
    await lossesOf(model, steps);
    const batches = [8, 8, 8, 5].map((size, index) => batchOf(hourglass, size, `evaluation ${index}`));
    const withOutputs = await evaluationsOf(model, batches);
    const without = await evaluationsOf(model, batches, { outputs: false });
    expect(without.map(({ outputs }) => outputs)).toEqual([null, null, null, null]);
    expect(withOutputs.map(({ outputs }) => outputs!.length / hourglass.program.output.width)).toEqual([8, 8, 8, 5]);
    without.forEach(({ lossSums }, index) => expectClose(lossSums, withOutputs[index]!.lossSums));
    await model.dispose();
  });

  test('copies the weights that it is given and the state that it gives', async () => {
    const [weights] = weightsOf(hourglass);
    const model = await engine.open(hourglass.program, [weights!], settings);
    for (const values of weights!.values()) values.fill(NaN);
    const given = await stateOf(model);
    expect(given.weights).toEqual(weightsOf(hourglass)[0]);
    for (const values of given.weights.values()) values.fill(NaN);
    for (const { mean, variance } of given.running) [mean, variance].forEach((values) => values.fill(NaN));
    const other = await openNetwork(engine, hourglass);
    expect(await lossesOf(model, steps)).toEqual(await lossesOf(other, steps));
    expect(await model.state()).toEqual(await other.state());
    await Promise.all([model.dispose(), other.dispose()]);
  });

  test('leaves a fixed input projection as it was drawn, and trains the others', async () => {
    for (const network of projected) {
      const model = await openNetwork(engine, network);
      const before = await stateOf(model);
      await lossesOf(model, stepsOf(network, [8]));
      const after = await stateOf(model);
      for (const { name, trainable } of network.program.matrices) {
        const moved = expect(after.weights.get(name), `${network.name} ${name}`);
        if (trainable) moved.not.toEqual(before.weights.get(name));
        else moved.toEqual(before.weights.get(name));
      }
      await model.dispose();
    }
  });

  test('keeps two models that train in turns apart', async () => {
    const [alone, beside] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    const other = await openNetwork(engine, unaligned);
    const expected = await lossesOf(alone, steps);
    const [ours, others] = [beside.train(steps), other.train(stepsOf(unaligned, [8, 8, 8], 1e-1))];
    for (const losses of expected) {
      const [next] = await Promise.all([ours.next(), others.next()]);
      expect(next.value).toEqual(losses);
    }
    expect((await ours.next()).done).toBe(true);
    expect(await beside.state()).toEqual(await alone.state());
    await others.return();
    await Promise.all([alone.dispose(), beside.dispose(), other.dispose()]);
  });

  // WGSL, "Floating point evaluation": implementations may assume that there are no NaNs and infinities.
  const skipped = device === 'webgpu' ? ' (skipped: WebGPU need not keep NaN)' : '';
  test.skipIf(skipped)(`has no finite loss any more after an infinite pixel${skipped}`, async () => {
    const model = await openNetwork(engine, hourglass);
    const [first, ...rest] = steps;
    const losses = await lossesOf(model, [{ ...first!, input: first!.input.with(2, Infinity) }, ...rest]);
    expect(losses.flat().filter(Number.isFinite)).toEqual([]);
    await model.dispose();
  });
}
