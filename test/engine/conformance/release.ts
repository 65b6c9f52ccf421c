/** What is left of a model after `dispose`. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { expect, test } from 'vitest';
import { programOf } from '../../../src/arch/families.js';
import type { Engine } from '../../../src/engine/engine.js';
import type { EngineRow } from '../../../src/engine/engines.js';
import { batchOf, hourglass, lossesOf, openNetwork, settings, stepsOf, weightsOf, type Network } from './networks.js';
import { compilesInSoftware } from './software.js';

/** For drivers that compute in software. */
const timeoutMs = 600_000;

export function testRelease(engine: Engine, device: EngineRow['device']): void {
  // 30 MB a model of any size, until it has compiled enough.
  const isCompiling = compilesInSoftware(device);

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

  test.skipIf(isCompiling)(
    `gives back the memory of disposed models${isCompiling ? ' (skipped: SwiftShader keeps what it compiled of them)' : ''}`,
    async () => {
      const models = 4;
      // Allocators keep what the first models gave back, to use it again.
      await leastBytesAfter(models, engine);
      const [before, after] = [await leastBytesAfter(models, engine), await leastBytesAfter(models, engine)];
      // A leak of the weights with their gradients and moments would be twice as much.
      expect(after - before).toBeLessThan(2 * models * weightBytes);
    },
    timeoutMs,
  );
}

const arch = {
  skipWidth: 1024,
  bottleneckWidth: 512,
  depth: 1,
  inputProjection: 'none',
  outputProjection: 'none',
} as const;
const wide: Network = { name: 'wide', program: programOf(arch, { input: arch.skipWidth, output: arch.skipWidth }) };
const weightBytes = 4 * 2 * arch.depth * arch.skipWidth * arch.bottleneckWidth;

/** The least memory that the process has after one of so many models. */
async function leastBytesAfter(models: number, engine: Engine): Promise<number> {
  let least = Infinity;
  const weights = weightsOf(wide);
  const step = { ...batchOf(wide, 1, 'wide'), learningRates: [1e-3] };
  for (let count = 0; count < models; count += 1) {
    const model = await engine.open(wide.program, weights, settings);
    await lossesOf(model, [step]);
    await model.restore(await model.state());
    await model.dispose();
    await collectGarbage();
    least = Math.min(least, process.memoryUsage.rss());
  }
  return least;
}

/** Twice, with a pause: some of it happens in the background. */
async function collectGarbage(): Promise<void> {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  for (let round = 0; round < 2; round += 1) {
    collect();
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
