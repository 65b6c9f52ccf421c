/** A pack as a model: it trains and evaluates on a provider; the running statistics lie on the host. */
import { fixedMatrices, type Matrix, type Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import type { AdamW, Model, RunningStatistics } from '../engine.js';
import { initialStatistics } from '../model-state.js';
import { openBlockTraining } from './block-training.js';
import { openDeviceMemory, type DeviceMemory } from './device-memory.js';
import { withinMemory } from './memory.js';
import { openPackEvaluation } from './pack-evaluation.js';
import type { Pack, StepReport, Tensors } from './pack-training.js';
import { fixedMatrix, listOf, matricesOf, partOf } from './parameters.js';
import { concatenated } from './rows.js';
import { providers, type Provider } from './providers.js';
import { copyOf, follow, inverseDeviation } from './running-statistics.js';
import { tensor } from './runtime.js';
import { openStepTraining } from './step-training.js';
import { lossGradientScale } from './training-graph.js';

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
  const fixed = await fixedTensors(memory, program, members);
  const constants = constantsOfSize(memory, program, fixed);
  const pack: Pack = { provider, memory, program, members: members.length, settings, constants };
  const openTraining = providers[provider].run === 'block' ? openBlockTraining : openStepTraining;
  const training = await openTraining(pack, listOf(program, members));
  const evaluation = await openPackEvaluation(pack);
  const fixedWeights = members.map((weights) => copiesOf(fixedMatrices(program), weights));
  const running = members.map(() => initialStatistics(program));
  return {
    async *train(steps) {
      for await (const reports of training.take(steps)) {
        yield* reports.map((report) => lossesOf(program, report, running));
      }
    },
    async *evaluate(batches, wanted) {
      const inputs = { ...fixed, weights: training.weights(), ...statisticsTensors(running) };
      yield* evaluation.evaluate(batches, inputs, wanted);
    },
    async state() {
      const list = await memory.values(training.weights());
      return running.map((statistics, member) => {
        const trained = matricesOf(program, partOf(list, member, members.length));
        const all = program.matrices.map(
          ({ name }) => [name, (trained.get(name) ?? fixedWeights[member]!.get(name))!] as const,
        );
        return {
          weights: new Map(all),
          running: statistics.map(copyOf),
          optimiser: { firstMoment: new Map(), secondMoment: new Map(), steps: 0 },
        };
      });
    },
    restore: () => Promise.reject(new Error('restores no states so far')),
    async dispose() {
      await training.dispose();
      await evaluation.dispose();
      for (const kept of Object.values(fixed)) kept.dispose();
      await memory.dispose();
    },
  };
}

/** The members' mean squared errors in a step; their running statistics follow its batch. */
function lossesOf(program: Program, { values, size }: StepReport, running: readonly RunningStatistics[][]): number[] {
  return running.map((statistics, member) => {
    const reported = partOf(values, member, running.length);
    let mean = 0;
    const features = (reported.length - 1) / 2;
    for (const followed of statistics) {
      const inverse = mean + features;
      const { length } = followed.mean;
      const ofBatch = {
        mean: reported.subarray(mean, mean + length),
        inverseDeviation: reported.subarray(inverse, inverse + length),
      };
      follow(followed, ofBatch, size);
      mean += length;
    }
    return reported.at(-1)! / (size * program.output.width);
  });
}

async function fixedTensors(memory: DeviceMemory, program: Program, members: readonly Weights[]): Promise<Tensors> {
  const tensors: Tensors = {};
  for (const matrix of fixedMatrices(program)) {
    const shape = [members.length, matrix.columns, matrix.rows];
    tensors[matrix.name] = await memory.kept(tensor(fixedMatrix(matrix, members), shape));
  }
  return tensors;
}

/** The constant inputs of step-graph.ts for batches of a size. */
function constantsOfSize(memory: DeviceMemory, program: Program, fixed: Tensors): Pack['constants'] {
  const known = new Map<number, Tensors>();
  return async (size) => {
    const kept = known.get(size) ?? {
      ones: await memory.kept(tensor(new Float32Array(size).fill(1), [size])),
      'inverse size': await memory.kept(tensor(Float32Array.of(1 / size), [])),
      'gradient scale': await memory.kept(tensor(Float32Array.of(lossGradientScale(program, size)), [])),
    };
    known.set(size, kept);
    return { ...kept, ...fixed };
  };
}

/** The inputs `mean <n>` and `inverse deviation <n>` of packed-evaluation-graph.ts. */
function statisticsTensors(running: readonly (readonly RunningStatistics[])[]): Tensors {
  const tensors: Tensors = {};
  running[0]!.forEach(({ mean: { length: width } }, index) => {
    const ofMembers = running.map((statistics) => statistics[index]!);
    const shape = [running.length, width, 1];
    tensors[`mean ${index}`] = tensor(concatenated(ofMembers.map(({ mean }) => mean)), shape);
    tensors[`inverse deviation ${index}`] = tensor(concatenated(ofMembers.map(inverseDeviation)), shape);
  });
  return tensors;
}

function copiesOf(matrices: readonly Matrix[], weights: Weights): Weights {
  return new Map(matrices.map(({ name }) => [name, weights.get(name)!.slice()]));
}
