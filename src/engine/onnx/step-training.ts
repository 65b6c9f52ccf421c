/** One step in each run. What steps hand on stays where the run left it, and so do their reports until there are many. */
import type { Tensor } from 'onnxruntime-node';
import { entryOf } from '../../base/items.js';
import { dropoutMasks } from '../dropout.js';
import type { Step } from '../engine.js';
import { withinMemory } from './memory.js';
import {
  disposeAll,
  mapCarried,
  numbersOfMembers,
  stepsAtMost,
  type PackContext,
  type CarriedProgress,
  type StepReport,
  type Training,
} from './pack-training.js';
import { openSession } from './providers.js';
import { tensor, type Tensors } from './runtime.js';
import { carriedNames, nextName, stepGraph } from './step-graph.js';
import { maskName } from './training-pass.js';

interface KeptReport {
  readonly report: Tensor;
  readonly size: number;
}

/**
 * Opens a training that takes one step in each run.
 * @param start its tensors are used, not copied
 */
export async function openStepTraining(pack: PackContext, start: CarriedProgress): Promise<Training> {
  const { provider, memory, program, settings } = pack;
  const session = await openSession(provider, stepGraph(program, settings), [...carriedNames.map(nextName), 'report']);
  let { carried, steps: taken } = start;

  const take = async (step: Step): Promise<KeptReport> => {
    const feeds = { ...carried, ...stepInputs(pack, step, taken + 1), ...(await pack.constants(step.size)) };
    const results = await withinMemory(() => session.run(feeds));
    disposeAll(carried);
    carried = mapCarried((name) => entryOf(results, nextName(name)));
    taken += 1;
    return { report: entryOf(results, 'report'), size: step.size };
  };
  const fetched = async (kept: readonly KeptReport[]): Promise<StepReport[]> => {
    const reports: StepReport[] = [];
    for (const { report, size } of kept) {
      reports.push({ values: await memory.values(report), size });
      report.dispose();
    }
    return reports;
  };
  return {
    async *take(steps) {
      const kept: KeptReport[] = [];
      try {
        for await (const step of steps) {
          kept.push(await take(step));
          if (kept.length === stepsAtMost) yield await fetched(kept.splice(0));
        }
      } finally {
        if (kept.length > 0) yield await fetched(kept.splice(0));
      }
    },
    progress: () => ({ carried, steps: taken }),
    restore(progress) {
      disposeAll(carried);
      ({ carried, steps: taken } = progress);
    },
    async dispose() {
      disposeAll(carried);
      await session.release();
    },
  };
}

/**
 * The inputs that a step alone has, over its own arrays: a run has read them when it ends.
 * @param number of the step, 1-based
 */
function stepInputs({ program, members, settings }: PackContext, step: Step, number: number): Tensors {
  const { input, target, size, learningRates } = step;
  const masks = dropoutMasks(program, step).map((mask, place) => {
    const width = mask.length / (members * size);
    return [maskName(place), tensor(mask, [members, size, width])] as const;
  });
  const { rate, decay, epsilon } = numbersOfMembers(settings, number, learningRates);
  return {
    x: tensor(input, [members, size, program.input.width]),
    target: tensor(target, [members, size, program.loss.targetWidth]),
    rate: tensor(Float32Array.from(rate), [members, 1]),
    decay: tensor(Float32Array.from(decay), [members, 1]),
    epsilon: tensor(Float32Array.of(epsilon), []),
    ...Object.fromEntries(masks),
  };
}
