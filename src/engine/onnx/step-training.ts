/** One step in each run. What steps hand on stays where the run left it, and so do their reports until there are many. */
import type { Tensor } from 'onnxruntime-node';
import type { Step } from '../engine.js';
import { withinMemory } from './memory.js';
import {
  firstCarried,
  numbersOfSteps,
  stepsAtMost,
  type Pack,
  type StepReport,
  type Tensors,
  type Training,
} from './pack-training.js';
import { openSession } from './providers.js';
import { tensor } from './runtime.js';
import { carriedNames, nextName, stepGraph, type Carried } from './step-graph.js';

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
    const next = carriedNames.map((name) => [name, results[nextName(name)]!] as const);
    carried = Object.fromEntries(next) as Record<Carried, Tensor>;
    return { report: results['report']!, size: step.size };
  };
  async function* answered(reports: readonly KeptReport[]): AsyncGenerator<StepReport, void, void> {
    for (const { report, size } of reports) {
      const values = await memory.values(report);
      report.dispose();
      yield { values, size };
    }
  }
  return {
    async *take(steps) {
      let reports: KeptReport[] = [];
      for await (const step of steps) {
        reports.push(await take(step));
        if (reports.length < stepsAtMost) continue;
        yield* answered(reports);
        reports = [];
      }
      yield* answered(reports);
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
