/** What is left of a model after `dispose`. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { programOf } from '../../../src/arch/program.js';
import type { Engine } from '../../../src/engine/engine.js';
import { batchOf, hourglass, lossesOf, openNetwork, stepsOf, type Network } from './networks.js';

export function testRelease(engine: Engine): void {
  test('leaves the models beside a disposed one as they were, and opens new ones', async () => {
    const steps = stepsOf(hourglass, [8, 8]);
    const [first, second] = [await openNetwork(engine, hourglass), await openNetwork(engine, hourglass)];
    const expected = await lossesOf(first, steps);
    await first.dispose();
    expect(await lossesOf(second, steps)).toEqual(expected);
    await second.dispose();
    const third = await openNetwork(engine, hourglass);
    expect(await lossesOf(third, steps)).toEqual(expected);
    await third.dispose();
  });

  test('gives back the memory of disposed models', async () => {
    const [warmUps, models] = [4, 8];
    for (let model = 0; model < warmUps; model += 1) await openTrainAndDispose(engine);
    const before = residentBytes();
    for (let model = 0; model < models; model += 1) await openTrainAndDispose(engine);
    // A leak of the weights alone, without gradients and moments, would be twice as much.
    expect(residentBytes() - before).toBeLessThan((models * weightBytes) / 2);
  });
}

const arch = {
  skipWidth: 1024,
  bottleneckWidth: 512,
  depth: 2,
  inputProjection: 'none',
  outputProjection: 'none',
} as const;
const wide: Network = { name: 'wide', program: programOf(arch, { input: arch.skipWidth, output: arch.skipWidth }) };
const weightBytes = 4 * 2 * arch.depth * arch.skipWidth * arch.bottleneckWidth;

async function openTrainAndDispose(engine: Engine): Promise<void> {
  const model = await openNetwork(engine, wide);
  await lossesOf(model, [{ ...batchOf(wide, 3, 'wide'), learningRates: [1e-3] }]);
  await model.dispose();
}

/** The process's memory after what JavaScript holds no longer is collected. */
function residentBytes(): number {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  collect();
  collect();
  return process.memoryUsage.rss();
}
