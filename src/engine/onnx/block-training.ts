/** A block of steps in each run. Between blocks, what the steps hand on passes through the host. */
import { entryOf } from '../../base/items.js';
import { withinMemory } from './memory.js';
import {
  emptyCarried,
  type PackContext,
  type CarriedProgress,
  type StepReport,
  type Training,
} from './pack-training.js';
import { equalPart } from './parameters.js';
import { openSession } from './providers.js';
import { openStaging } from './staging.js';
import { blockGraph, carriedNames, nextName } from './step-graph.js';

/**
 * Opens a training that takes a block of steps in each run.
 * @param start its tensors are used, not copied
 */
export async function openBlockTraining(pack: PackContext, start: CarriedProgress): Promise<Training> {
  const session = await openSession(pack.provider, blockGraph(pack.program, pack.settings));
  const staging = openStaging(pack);
  let { carried, steps: taken } = start;
  let next = emptyCarried(pack);

  const run = async (): Promise<StepReport[]> => {
    const { count, size } = staging;
    const feeds = { ...carried, ...staging.tensors(), ...(await pack.constants(size)) };
    staging.clear();
    const fetches = Object.fromEntries(carriedNames.map((name) => [nextName(name), next[name]]));
    const results = await withinMemory(() => session.run(feeds, { ...fetches, report: null }));
    [carried, next] = [next, carried];
    taken += count;
    const values = entryOf(results, 'report').data as Float32Array;
    return Array.from({ length: count }, (_, step) => ({ values: equalPart(values, step, count), size }));
  };
  return {
    async *take(steps) {
      try {
        for await (const step of steps) {
          if (staging.count > 0 && staging.size !== step.size) yield await run();
          await withinMemory(() => staging.add(step, taken + staging.count + 1));
          if (staging.full) yield await run();
        }
      } finally {
        if (staging.count > 0) yield await run();
      }
    },
    progress: () => ({ carried, steps: taken }),
    restore(progress) {
      ({ carried, steps: taken } = progress);
    },
    dispose: () => session.release(),
  };
}
