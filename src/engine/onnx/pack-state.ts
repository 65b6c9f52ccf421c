/** What the members of a pack have learnt: as training carries it where it computes, and what lies on the host. */
import { fixedMatrices, type Matrix, type Program } from '../../arch/program.js';
import type { Weights } from '../../arch/weights.js';
import { firstItem, itemAt, valueAt } from '../../base/items.js';
import type { ModelState, RunningStatistics } from '../engine.js';
import type { DeviceMemory } from './device-memory.js';
import { mapCarried, type PackContext, type CarriedProgress } from './pack-training.js';
import { fixedMatrix, parameterList, matricesOf, parametersOf, equalPart } from './parameters.js';
import { copyOf } from './running-statistics.js';
import { tensor, type Tensors } from './runtime.js';
import type { Carried } from './step-graph.js';

/** Holds what of a member stays on the host. */
export interface OnHost {
  /** The matrices that are not trainable, `[in, out]`. */
  readonly fixed: Weights;
  /** They follow each step's report. */
  readonly running: readonly RunningStatistics[];
}

const carriedOf: Readonly<Record<Carried, (state: ModelState) => Weights>> = {
  weights: ({ weights }) => weights,
  'first moment': ({ optimiser }) => optimiser.firstMoment,
  'second moment': ({ optimiser }) => optimiser.secondMoment,
};

/** Copies the states of all members. */
export async function statesOf(
  { memory, program, members }: PackContext,
  { carried, steps }: CarriedProgress,
  onHost: readonly OnHost[],
): Promise<ModelState[]> {
  const ofMembers = async (name: Carried) => {
    const list = await memory.values(carried[name]);
    return onHost.map((_, member) => matricesOf(program, equalPart(list, member, members)));
  };
  const weights = await ofMembers('weights');
  const firstMoments = await ofMembers('first moment');
  const secondMoments = await ofMembers('second moment');
  return onHost.map(({ fixed, running }, member) => ({
    weights: new Map([...copiesOf(fixedMatrices(program), fixed), ...itemAt(weights, member)]),
    running: running.map(copyOf),
    optimiser: { firstMoment: itemAt(firstMoments, member), secondMoment: itemAt(secondMoments, member), steps },
  }));
}

/** Copies the states into the tensors that training goes on from. */
export function carriedProgress(program: Program, states: readonly ModelState[]): CarriedProgress {
  const shape = [states.length, parametersOf(program)];
  return {
    carried: mapCarried((name) => tensor(parameterList(program, states.map(carriedOf[name])), shape)),
    steps: firstItem(states).optimiser.steps,
  };
}

/** Copies what of the states stays on the host. */
export function onHostOf(program: Program, states: readonly ModelState[]): OnHost[] {
  return states.map(({ weights, running }) => ({
    fixed: copiesOf(fixedMatrices(program), weights),
    running: running.map(copyOf),
  }));
}

/** Takes the matrices that are not trainable to where the pack computes, by name, `[members, out, in]`. */
export async function fixedTensors(
  memory: DeviceMemory,
  program: Program,
  members: readonly OnHost[],
): Promise<Tensors> {
  const tensors: Tensors = {};
  for (const matrix of fixedMatrices(program)) {
    const values = fixedMatrix(
      matrix,
      members.map(({ fixed }) => fixed),
    );
    tensors[matrix.name] = await memory.kept(tensor(values, [members.length, matrix.columns, matrix.rows]));
  }
  return tensors;
}

function copiesOf(matrices: readonly Matrix[], weights: Weights): Weights {
  return new Map(matrices.map(({ name }) => [name, valueAt(weights, name).slice()]));
}
