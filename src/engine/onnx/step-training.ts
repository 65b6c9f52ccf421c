/** One step in each run. What steps hand on stays where the run left it, and so do their reports until there are many. */
import type { Tensor } from 'onnxruntime-node';
import type { Step } from '../engine.js';
import { withinMemory } from './memory.js';
import {
  firstCarried,
  mapCarried,
  numbersOfSteps,
  stepsAtMost,
  type Pack,
  type StepReport,
  type Tensors,
  type Training,
} from './pack-training.js';
import { openSession } from './providers.js';
import { tensor } from './runtime.js';
import { carriedNames, nextName, stepGraph } from './step-graph.js';

interface KeptReport {
  readonly report: Tensor;
  readonly size: number;
}

/** @param weights `[members, parameters]`; the array is used, not copied */
export async function openStepTraining(pack: Pack, weights: Float32Array): Promise<Training> {
  const { provider, memory, program, settings } = pack;
  const session = await openSession(provider, stepGraph(program, settings), [...carriedNames.map(nextName), 'report']);
  const inputsOf = stepInputs(pack);
  let carried = firstCarried(pack, weights);

  const take = async (step: Step): Promise<KeptReport> => {
    const feeds = { ...carried, ...inputsOf(step), ...(await pack.constants(step.size)) };
    const results = await withinMemory(() => session.run(feeds));
    disposeAll(Object.values(carried));
    carried = mapCarried((name) => results[nextName(name)]!);
    return { report: results['report']!, size: step.size };
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
    weights: () => carried.weights,
    async dispose() {
      disposeAll(Object.values(carried));
      await session.release();
    },
  };
}

/** A function for the inputs that a step alone has, over its own arrays: a run has read them when it ends. */
function stepInputs({ program, members, settings }: Pack): (step: Step) => Tensors {
  const numbersOf = numbersOfSteps(settings);
  return ({ input, target, size, learningRates }) => {
    const { rate, decay, epsilon } = numbersOf(learningRates);
    return {
      x: tensor(input, [members, size, program.input.width]),
      target: tensor(target, [members, size, program.output.width]),
      rate: tensor(Float32Array.from(rate), [members, 1]),
      decay: tensor(Float32Array.from(decay), [members, 1]),
      epsilon: tensor(Float32Array.of(epsilon), []),
    };
  };
}

function disposeAll(tensors: readonly Tensor[]): void {
  for (const kept of tensors) kept.dispose();
}
