/** What takes the steps of a pack: block-training.ts or step-training.ts, as the provider is best run. */
import type { Tensor } from 'onnxruntime-node';
import type { Program } from '../../arch/program.js';
import type { AdamW, Step } from '../engine.js';
import { numbersOfStep } from './adamw.js';
import type { DeviceMemory } from './device-memory.js';
import { parametersOf } from './parameters.js';
import type { Provider } from './providers.js';
import { tensor } from './runtime.js';
import { carriedNames, type Carried } from './step-graph.js';

export type Tensors = Record<string, Tensor>;

export interface Pack {
  readonly provider: Provider;
  readonly memory: DeviceMemory;
  readonly program: Program;
  readonly members: number;
  readonly settings: AdamW;
  /** The inputs that are the same for every step of a size. */
  readonly constants: (size: number) => Promise<Tensors>;
}

/** What a step reported, `[members, reportLength]`, and how many images of each member it took. */
export interface StepReport {
  readonly values: Float32Array;
  readonly size: number;
}

export interface Training {
  /** Gives the reports of all steps that it takes, of several at a time; where the steps throw, before it throws too. */
  take(steps: AsyncIterable<Step> | Iterable<Step>): AsyncGenerator<readonly StepReport[], void, void>;
  /** As the last step left them, `[members, parameters]`, for a run to read. */
  weights(): Tensor;
  dispose(): Promise<void>;
}

/** So many steps are read, at most, before the first is answered. */
export const stepsAtMost = 64;

/** What the first step starts from: the weights, `[members, parameters]`, and moments of 0. */
export function firstCarried(pack: Pack, weights: Float32Array): Record<Carried, Tensor> {
  const values = { weights, 'first moment': zeros(pack), 'second moment': zeros(pack) };
  return mapCarried((name) => tensor(values[name], [pack.members, parametersOf(pack.program)]));
}

/** Tensors for a run to fill. */
export function emptyCarried(pack: Pack): Record<Carried, Tensor> {
  return mapCarried(() => tensor(zeros(pack), [pack.members, parametersOf(pack.program)]));
}

export function mapCarried<Value>(valueOf: (name: Carried) => Value): Record<Carried, Value> {
  return Object.fromEntries(carriedNames.map((name) => [name, valueOf(name)])) as Record<Carried, Value>;
}

function zeros({ members, program }: Pack): Float32Array {
  return new Float32Array(members * parametersOf(program));
}

/** A function for AdamW's numbers of one step after the other, given the members' learning rates. */
export function numbersOfSteps(settings: AdamW) {
  let steps = 0;
  return (learningRates: readonly number[]) => {
    steps += 1;
    const numbers = learningRates.map((learningRate) => numbersOfStep(settings, steps, learningRate));
    return {
      rate: numbers.map(({ rate }) => rate),
      decay: numbers.map(({ decay }) => decay),
      epsilon: numbers[0]!.epsilon,
    };
  };
}
