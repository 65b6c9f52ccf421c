/** What the networks of a pack hold, as arrays with names: the form in which a checkpoint keeps it. */
import { zipped } from '../base/items.js';
import type { Weights } from '../arch/weights.js';
import type { ModelState } from '../engine/engine.js';

/** Holds what a network has learnt: all that it computes with outside of its training. */
export type Learnt = Pick<ModelState, 'weights' | 'running'>;

type Arrays = ReadonlyMap<string, Float32Array>;
type Change = (name: string, array: Float32Array) => Float32Array;

/**
 * Gives all arrays of the states, and of what the networks had learnt by their best epochs, by a name of each.
 * @param best one for each state; null where nothing is kept
 */
export function arraysOf(states: readonly ModelState[], best: readonly (Learnt | null)[]): Map<string, Float32Array> {
  const arrays = new Map<string, Float32Array>();
  const add: Change = (name, array) => {
    arrays.set(name, array);
    return array;
  };
  for (const [member, state] of states.entries()) changedState(state, member, add);
  for (const [member, learnt] of best.entries()) if (learnt !== null) changedLearnt(learnt, bestName(member), add);
  return arrays;
}

/** Holds the states of a pack, and what its networks had learnt by their best epochs. */
export interface KeptStates {
  readonly states: readonly ModelState[];
  readonly best: readonly (Learnt | null)[];
}

/**
 * Gives states as the given ones, with the arrays in place of theirs. Throws a RangeError where the arrays are those of
 * others.
 * @param hasBest whether the best epoch of each is among the arrays
 */
export function statesLike(
  states: readonly ModelState[],
  arrays: Arrays,
  { steps, hasBest }: { readonly steps: number; readonly hasBest: readonly boolean[] },
): KeptStates {
  let used = 0;
  const take: Change = (name) => {
    const array = arrays.get(name);
    if (array === undefined) throw new RangeError(`expected an array ${name}, got none`);
    used += 1;
    return array;
  };
  // An engine looks at the lengths of those that it goes on from, and at no others.
  const takeAsLong: Change = (name, { length }) => {
    const array = take(name, emptyArray);
    if (array.length !== length) throw new RangeError(`expected ${length} values of ${name}, got ${array.length}`);
    return array;
  };
  const restored = states.map((state, member) => changedState(state, member, take));
  const best = zipped(states, hasBest).map(([state, isKept], member) =>
    isKept ? changedLearnt(state, bestName(member), takeAsLong) : null,
  );
  if (used !== arrays.size) throw new RangeError(`expected ${used} arrays, got ${arrays.size}`);
  return { states: restored.map((state) => ({ ...state, optimiser: { ...state.optimiser, steps } })), best };
}

const emptyArray = new Float32Array();

function bestName(member: number): string {
  return `best ${member}`;
}

function changedState(state: ModelState, member: number, change: Change): ModelState {
  const { optimiser } = state;
  return {
    ...changedLearnt(state, String(member), change),
    optimiser: {
      ...optimiser,
      firstMoment: changedWeights(optimiser.firstMoment, `${member} first moment`, change),
      secondMoment: changedWeights(optimiser.secondMoment, `${member} second moment`, change),
    },
  };
}

function changedLearnt({ weights, running }: Learnt, network: string, change: Change): Learnt {
  return {
    weights: changedWeights(weights, `${network} weights`, change),
    running: running.map(({ mean, variance }, index) => ({
      mean: change(`${network} mean ${index}`, mean),
      variance: change(`${network} variance ${index}`, variance),
    })),
  };
}

function changedWeights(values: Weights, what: string, change: Change): Weights {
  return new Map([...values].map(([name, array]) => [name, change(`${what} ${name}`, array)]));
}
