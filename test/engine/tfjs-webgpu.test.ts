import * as tf from '@tensorflow/tfjs';
import type { WebGPUBackend } from '@tensorflow/tfjs-backend-webgpu';
import { describe, expect, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import { OutOfMemory } from '../../src/base/errors.js';
import type { Engine } from '../../src/engine/engine.js';
import { engineRow, openEngine } from '../../src/engine/engines.js';
import { availabilityOf } from './availability.js';
import { expectClose } from './close.js';
import {
  batchOf,
  evaluationsOf,
  expectSameStates,
  hourglass,
  lossesOf,
  openNetwork,
  stepsOf,
  type Network,
} from './conformance/networks.js';

const available = await availabilityOf(engineRow('tfjs-webgpu'));
if ('engine' in available) describe('WebGPU under TensorFlow.js', () => testWebGpu(available.engine));
else test.skip(`WebGPU under TensorFlow.js (skipped: ${available.reason})`);

// Of one size, as each is compiled for seconds in software.
const steps = stepsOf(hourglass, [8, 8, 8, 8]);

function testWebGpu(engine: Engine): void {
  test('says what it computes on', () => {
    expect(engine.adapter).toMatch(/\w/);
  });

  test('and the processor train in turns in one process as each does alone', async () => {
    const processor = await openEngine('tfjs-cpu');
    const engines = [engine, processor];
    const alone = [];
    for (const one of engines) {
      const model = await openNetwork(one, hourglass);
      alone.push([await lossesOf(model, steps), await model.state()]);
      await model.dispose();
    }
    const models = await Promise.all(engines.map((one) => openNetwork(one, hourglass)));
    const losses: number[][][] = [[], []];
    for (const step of steps) {
      const taken = await Promise.all(models.map((model) => lossesOf(model, [step])));
      taken.forEach((one, place) => losses[place]!.push(...one));
    }
    const states = await Promise.all(models.map((model) => model.state()));
    expect(losses.map((one, place) => [one, states[place]])).toEqual(alone);
    expectClose(losses[0]!.flat(), losses[1]!.flat(), { relative: 1e-5, absolute: 0 });
    await Promise.all(models.map((model) => model.dispose()));
  });

  test('holds after 9 steps what it holds after 3, and nothing of a model that is disposed', async () => {
    const before = held();
    const model = await openNetwork(engine, hourglass);
    const three = stepsOf(hourglass, [8, 8, 8]);
    await lossesOf(model, three);
    const after3 = held();
    for (let again = 0; again < 2; again += 1) await lossesOf(model, three);
    expect(held()).toEqual(after3);
    await model.dispose();
    expect(held()).toEqual(before);
  });

  test('throws an OutOfMemory for what is larger than a buffer may be, and the models beside it go on', async () => {
    await expectOutOfMemory(engine, Math.ceil(backend().device.limits.maxBufferSize / bytesOfAnImage) + 1);
  });

  test.runIf(engine.adapter?.includes('SwiftShader'))(
    'throws an OutOfMemory where the memory does not suffice (needs SwiftShader, which has no room for 1 GiB in one piece)',
    () => expectOutOfMemory(engine, 2 ** 30 / bytesOfAnImage),
  );

  test('tells that the device was lost, and starts again on another', async () => {
    const model = await openNetwork(engine, hourglass);
    const few = steps.slice(0, 2);
    const [expected] = await lossesOf(model, few);
    const { device } = backend();
    device.destroy();
    await device.lost;
    await expect(lossesOf(model, steps)).rejects.toThrow('lost its device');
    await expect(openNetwork(engine, hourglass)).rejects.toThrow('lost its device');

    const again = await openNetwork(await openEngine('tfjs-webgpu'), hourglass);
    expect((await lossesOf(again, few))[0]).toEqual(expected);
    await expect(lossesOf(model, steps)).rejects.toThrow('lost its backend webgpu');
    await Promise.all([model.dispose(), again.dispose()]);
  });
}

/** Few bytes an image, except between its first products. */
const bulging: Network = {
  name: 'bulging',
  program: programOf(
    { skipWidth: 2 ** 13, bottleneckWidth: 1, depth: 1, inputProjection: 'trainable', outputProjection: 'trainable' },
    { input: 1, output: 1 },
  ),
};
const bytesOfAnImage = 4 * 2 ** 13;

/** Without a look at what the device says, an evaluation that it drops reads as the values of an earlier one. */
async function expectOutOfMemory(engine: Engine, images: number): Promise<void> {
  const [model, beside, other] = [
    await openNetwork(engine, bulging),
    await openNetwork(engine, hourglass),
    await openNetwork(engine, hourglass),
  ];
  await evaluationsOf(model, [batchOf(bulging, 2, 'small')]);
  const [first, ...rest] = steps;
  await lossesOf(beside, [first!]);
  const [evaluation, losses] = await Promise.allSettled([
    evaluationsOf(model, [batchOf(bulging, images, 'large')]),
    lossesOf(beside, rest),
  ]);
  expect(evaluation).toMatchObject({ status: 'rejected', reason: expect.any(OutOfMemory) as unknown });
  expect(losses.status).toBe('fulfilled');
  await lossesOf(other, steps);
  expectSameStates(await beside.state(), await other.state(), { relative: 0, absolute: 0 });
  await Promise.all([model, beside, other].map((opened) => opened.dispose()));
}

function backend(): WebGPUBackend {
  return tf.findBackend('webgpu') as WebGPUBackend;
}

function held() {
  const { numTensors, numDataBuffers } = tf.memory();
  return { numTensors, numDataBuffers, bytesOnDevice: backend().memory().numBytesAllocatedInGPU };
}
