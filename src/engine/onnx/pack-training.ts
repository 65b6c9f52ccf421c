/** What takes the steps of a pack: block-training.ts or step-training.ts, as the provider is best run. */
import type { Tensor } from 'onnxruntime-node';
import type { Program } from '../../arch/program.js';
import { firstItem } from '../../base/items.js';
import type { AdamW, Step } from '../engine.js';
import { numbersOfStep } from './adamw.js';
import type { DeviceMemory } from './device-memory.js';
import { parametersOf } from './parameters.js';
import type { Provider } from './providers.js';
import { tensor, type Tensors } from './runtime.js';
import { carriedNames, type Carried } from './step-graph.js';

/** Tells what all runs of a pack compute with. */
export interface PackContext {
  readonly provider: Provider;
  readonly memory: DeviceMemory;
  readonly program: Program;
  readonly members: number;
  readonly settings: AdamW;
  /** The inputs that are the same for every step of a size. */
  readonly constants: (size: number) => Promise<Tensors>;
}

/** Holds what a step reported, `[members, reportLength]`, and how many images of each member it took. */
export interface StepReport {
  readonly values: Float32Array;
  readonly size: number;
}

/** Says how far training is: what it carries from step to step. */
export interface CarriedProgress {
  /** `[members, parameters]` each. */
  readonly carried: Record<Carried, Tensor>;
  /** How many have been taken. */
  readonly steps: number;
}

/** Takes the steps of a pack, one after the other. */
export interface Training {
  /** Gives the reports of all steps that it takes, of several at a time; where the steps throw, before it throws too. */
  take(steps: AsyncIterable<Step> | Iterable<Step>): AsyncGenerator<readonly StepReport[], void, void>;
  /** As the last step left it, for a run to read. */
  progress(): CarriedProgress;
  /** Goes on from there. The tensors are used, not copied. */
  restore(progress: CarriedProgress): void;
  dispose(): Promise<void>;
}

/** Is the most steps that are read before the first is answered. */
export const stepsAtMost = 64;

/** Tensors for a run to fill. */
export function emptyCarried({ members, program }: PackContext): Record<Carried, Tensor> {
  const parameters = parametersOf(program);
  return mapCarried(() => tensor(new Float32Array(members * parameters), [members, parameters]));
}

/** Gives a value for each tensor that is carried from step to step. */
export function mapCarried<Value>(valueOf: (name: Carried) => Value): Record<Carried, Value> {
  return Object.fromEntries(carriedNames.map((name) => [name, valueOf(name)])) as Record<Carried, Value>;
}

/**
 * Gives AdamW's numbers of a step for all members.
 * @param number of the step, 1-based
 */
export function numbersOfMembers(settings: AdamW, number: number, learningRates: readonly number[]) {
  const numbers = learningRates.map((learningRate) => numbersOfStep(settings, number, learningRate));
  return {
    rate: numbers.map(({ rate }) => rate),
    decay: numbers.map(({ decay }) => decay),
    epsilon: firstItem(numbers).epsilon,
  };
}

/** Frees the tensors, here and on the device. */
export function disposeAll(tensors: Tensors): void {
  for (const kept of Object.values(tensors)) kept.dispose();
}
