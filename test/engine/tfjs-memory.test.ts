import * as tf from '@tensorflow/tfjs';
import { describe, expect, test } from 'vitest';
import { programOf } from '../../src/arch/families.js';
import { OutOfMemory } from '../../src/base/errors.js';
import type { Engine, Step } from '../../src/engine/engine.js';
import { engineRow } from '../../src/engine/engines.js';
import { namingOutOfMemory } from '../../src/engine/tfjs/out-of-memory.js';
import { availabilityOf } from './availability.js';
import {
  batchOf,
  evaluationsOf,
  hourglass,
  lossesOf,
  openNetwork,
  stepsOf,
  type Network,
} from './conformance/networks.js';

for (const name of ['tfjs-cpu', 'tfjs-tensorflow']) {
  const available = await availabilityOf(engineRow(name));
  if ('engine' in available) describe(`what ${name} holds`, () => testHeld(available.engine));
  else test.skip(`what ${name} holds (skipped: ${available.reason})`);
}

function testHeld(engine: Engine): void {
  test('is the same after 10 and after 100 steps, and as before once the model is disposed', async () => {
    const before = held();
    const model = await openNetwork(engine, hourglass);
    await lossesOf(model, stepsOf(hourglass, sizes(10)));
    const after10 = held();
    await lossesOf(model, stepsOf(hourglass, sizes(90)));
    expect(held()).toEqual(after10);
    await model.dispose();
    expect(held()).toEqual(before);
  });

  test('is the same after evaluations, with outputs or without, and after a state that was given and put back', async () => {
    const model = await openNetwork(engine, hourglass);
    const before = held();
    const batches = sizes(40).map((size) => batchOf(hourglass, size, 'evaluation'));
    for (const outputs of [true, false]) await evaluationsOf(model, batches, { outputs });
    await model.restore(await model.state());
    expect(held()).toEqual(before);
    await model.dispose();
  });

  test('is the same after a caller that stops listening, and after steps that cannot be had', async () => {
    const model = await openNetwork(engine, hourglass);
    const before = held();
    for await (const losses of model.train(stepsOf(hourglass, sizes(40)))) {
      expect(losses.length).toBe(1);
      break;
    }
    await expect(lossesOf(model, failing())).rejects.toThrow('out of images');
    expect(held()).toEqual(before);
    await model.dispose();
  });

  test('is the same after a step that does not fit, which is an OutOfMemory and leaves the model as it was', async () => {
    const [model, other] = [await openNetwork(engine, bulging), await openNetwork(engine, bulging)];
    const before = held();
    const [first, tooLarge, last] = stepsOf(bulging, [4, 1e6, 4]);
    await lossesOf(model, [first!]);
    await expect(lossesOf(model, [tooLarge!])).rejects.toThrow(OutOfMemory);
    expect(held()).toEqual(before);
    await lossesOf(model, [last!]);
    await lossesOf(other, [first!, last!]);
    expect(await model.state()).toEqual(await other.state());
    await Promise.all([model.dispose(), other.dispose()]);
  });
}

/** A million images take 400 GB between its products, but 4 MB before and after them. */
const bulging: Network = {
  name: 'bulging',
  program: programOf(
    { skipWidth: 1, bottleneckWidth: 1e5, depth: 1, inputProjection: 'trainable', outputProjection: 'trainable' },
    { input: 1, output: 1 },
  ),
};

const sizes = (count: number) => Array.from({ length: count }, (_, index) => [8, 8, 3][index % 3]!);

function held() {
  const { numTensors, numBytes } = tf.memory();
  return { numTensors, numBytes };
}

function* failing(): Generator<Step> {
  yield* stepsOf(hourglass, sizes(3));
  throw new Error('out of images');
}

describe('an OutOfMemory is told from other errors', () => {
  test.each([
    'Invalid TF_Status: 8\nMessage: OOM when allocating tensor with shape[8,1024] and type float on GPU:0 by allocator GPU_0_bfc',
    'Array buffer allocation failed',
    'Invalid typed array length: 100000000000',
    'WebGPU: vkAllocateMemory failed with VK_ERROR_OUT_OF_DEVICE_MEMORY',
    'WebGPU: Buffer size (1600000000) exceeds the max buffer size limit (1073741824).',
    'WebGPU: Binding size (268435456) of [Buffer (unlabeled)] is larger than the maximum storage buffer binding size (134217728).',
  ])('by: %s', (message) => {
    const error = new Error(message);
    expect(namingOutOfMemory(error)).toBeInstanceOf(OutOfMemory);
    expect(namingOutOfMemory(error)).toMatchObject({ message, cause: error });
  });

  test.each(['Invalid TF_Status: 3\nMessage: In[0] and In[1] has different sizes', 'Invalid BindGroup', 'no room'])(
    'which stay what they are: %s',
    (message) => {
      const error = new Error(message);
      expect(namingOutOfMemory(error)).toBe(error);
    },
  );
});
