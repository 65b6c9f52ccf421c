/** A pack as a model: it trains and evaluates on a provider; the running statistics lie on the host. */
import { lossTerms } from '../../arch/loss.js';
import type { Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import { concatenated } from '../../base/float-arrays.js';
import { firstItem, itemAt, lastItem } from '../../base/items.js';
import type { AdamW, Model } from '../engine.js';
import { initialStates, requireFit } from '../model-state.js';
import { openBlockTraining } from './block-training.js';
import { openDeviceMemory, type DeviceMemory } from './device-memory.js';
import { lossGradientScale } from './losses.js';
import { withinMemory } from './memory.js';
import { openPackEvaluation } from './pack-evaluation.js';
import { fixedTensors, onHostOf, carriedProgress, statesOf, type OnHost } from './pack-state.js';
import { disposeAll, type PackContext, type StepReport } from './pack-training.js';
import { equalPart } from './parameters.js';
import { providers, type Provider } from './providers.js';
import { follow, inverseDeviation } from './running-statistics.js';
import { tensor, type Tensors } from './runtime.js';
import { openStepTraining } from './step-training.js';

/** Opens a model with a member for each of the given weights. Throws an OutOfMemory. */
export function openPack(
  provider: Provider,
  program: Program,
  members: readonly Weights[],
  settings: AdamW,
): Promise<Model> {
  return withinMemory(() => open(provider, program, members, settings));
}

async function open(
  provider: Provider,
  program: Program,
  members: readonly Weights[],
  settings: AdamW,
): Promise<Model> {
  const memory = await openDeviceMemory(provider);
  const start = initialStates(program, members);
  let onHost = onHostOf(program, start);
  const fixed = await fixedTensors(memory, program, onHost);
  const constants = constantsOfSize(memory, program, fixed);
  const pack: PackContext = { provider, memory, program, members: members.length, settings, constants };
  const openTraining = providers[provider].run === 'block' ? openBlockTraining : openStepTraining;
  const training = await openTraining(pack, carriedProgress(program, start));
  const evaluation = await openPackEvaluation(pack);
  return {
    async *train(steps) {
      for await (const reports of training.take(steps)) {
        yield* reports.map((report) => lossesOf(program, report, onHost));
      }
    },
    async *evaluate(batches, wanted) {
      const inputs = { ...fixed, weights: training.progress().carried.weights, ...statisticsTensors(onHost) };
      yield* evaluation.evaluate(batches, inputs, wanted);
    },
    state: () => withinMemory(() => statesOf(pack, training.progress(), onHost)),
    async restore(states) {
      requireFit(program, pack.members, states);
      await withinMemory(async () => {
        const learnt = onHostOf(program, states);
        const [progress, tensors] = [carriedProgress(program, states), await fixedTensors(memory, program, learnt)];
        disposeAll(fixed);
        Object.assign(fixed, tensors);
        training.restore(progress);
        onHost = learnt;
      });
    },
    async dispose() {
      await training.dispose();
      await evaluation.dispose();
      disposeAll(fixed);
      await memory.dispose();
    },
  };
}

/** The members' losses in a step; their running statistics follow its batch. */
function lossesOf(program: Program, { values, size }: StepReport, members: readonly OnHost[]): number[] {
  return members.map(({ running }, member) => {
    const reported = equalPart(values, member, members.length);
    let mean = 0;
    const features = (reported.length - 1) / 2;
    for (const followed of running) {
      const inverse = mean + features;
      const { length } = followed.mean;
      const ofBatch = {
        mean: reported.subarray(mean, mean + length),
        inverseDeviation: reported.subarray(inverse, inverse + length),
      };
      follow(followed, ofBatch, size);
      mean += length;
    }
    return lastItem(reported) / lossTerms(program.loss, size);
  });
}

/** The constant inputs of step-graph.ts for batches of a size. */
function constantsOfSize(memory: DeviceMemory, program: Program, fixed: Tensors): PackContext['constants'] {
  const known = new Map<number, Tensors>();
  return async (size) => {
    const kept = known.get(size) ?? {
      ones: await memory.kept(tensor(new Float32Array(size).fill(1), [size])),
      'inverse size': await memory.kept(tensor(Float32Array.of(1 / size), [])),
      'gradient scale': await memory.kept(tensor(Float32Array.of(lossGradientScale(program.loss, size)), [])),
    };
    known.set(size, kept);
    return { ...kept, ...fixed };
  };
}

/** The inputs `mean <n>` and `inverse deviation <n>` of packed-evaluation-graph.ts. */
function statisticsTensors(members: readonly OnHost[]): Tensors {
  const tensors: Tensors = {};
  firstItem(members).running.forEach(({ mean: { length: width } }, index) => {
    const ofMembers = members.map(({ running }) => itemAt(running, index));
    const shape = [members.length, width, 1];
    tensors[`mean ${index}`] = tensor(concatenated(ofMembers.map(({ mean }) => mean)), shape);
    tensors[`inverse deviation ${index}`] = tensor(concatenated(ofMembers.map(inverseDeviation)), shape);
  });
  return tensors;
}
