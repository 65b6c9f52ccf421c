/** A network that is trained on real images, long enough for small differences to grow. */
import { expect, test } from 'vitest';
import { programOf } from '../../../src/arch/families.js';
import { openTask } from '../../../src/data/task-data.js';
import type { Engine, Step } from '../../../src/engine/engine.js';
import type { EngineRow } from '../../../src/engine/engines.js';
import { expectClose } from '../close.js';
import { float64Engine } from '../float64-engine.js';
import { lossesOf, openNetwork, type Network } from './networks.js';
import { compilesInSoftware } from './software.js';

/** For drivers that compute in software. */
const timeoutMs = 600_000;

export function testParity(engine: Engine, device: EngineRow['device']): void {
  const stepCount = compilesInSoftware(device) ? 12 : 100;
  test(
    `stays within 0.05 % of float64's loss for ${stepCount} steps on MNIST, and so within 0.1 % of any other engine's`,
    async () => {
      const { network, steps } = await denoising();
      const [model, judge] = [await openNetwork(engine, network), await openNetwork(float64Engine, network)];
      const losses = (await lossesOf(model, steps(stepCount))).flat();
      const expected = (await lossesOf(judge, steps(stepCount))).flat();
      expect(losses.length).toBe(stepCount);
      expect(expected.at(-1)!).toBeLessThan(0.75 * expected[0]!);
      expectClose(losses, expected, { relative: 5e-4, absolute: 0 });
      await model.dispose();
    },
    timeoutMs,
  );
}

async function denoising(): Promise<{ network: Network; steps: (count: number) => Iterable<Step> }> {
  const data = await openTask('mnist/denoising');
  const arch = {
    skipWidth: 16,
    bottleneckWidth: 8,
    depth: 2,
    inputProjection: 'trainable',
    outputProjection: 'trainable',
  } as const;
  const epoch = { runKey: 'parity', epoch: 0, seed: 1, replicate: 0, batchSize: 8, flips: 1 } as const;
  return {
    network: { name: 'denoising', program: programOf(arch, data.task.dimensions) },
    *steps(count) {
      let taken = 0;
      for (const batch of data.trainingBatches(epoch)) {
        if (taken === count) return;
        taken += 1;
        yield { ...batch, learningRates: [3e-3] };
      }
    },
  };
}
