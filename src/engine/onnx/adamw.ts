/**
 * Weights, gradients and moments of all trainable matrices in one WebAssembly memory, and AdamW as one pass over it.
 * The runtime reads weights and writes gradients there in place.
 * Source: Loshchilov and Hutter, "Decoupled weight decay regularization", arXiv 1711.05101.
 */
import type { Matrix } from '../../arch/program.js';
import { UserError } from '../../base/errors.js';
import { kernelDataStart, kernelMemory, loadKernel, maximumKernelBytes } from '../../base/kernel.js';
import type { AdamW } from '../engine.js';

/** Updates the matrices of one network in place, by AdamW in float32. */
export interface Optimiser {
  /** By matrix name; views of the memory, `[out, in]`. */
  readonly weights: ReadonlyMap<string, Float32Array>;
  readonly gradients: ReadonlyMap<string, Float32Array>;
  readonly firstMoment: ReadonlyMap<string, Float32Array>;
  readonly secondMoment: ReadonlyMap<string, Float32Array>;
  /** How many updates there have been. */
  steps: number;
  /** One update of every weight from `gradientScale` times the gradients. */
  update(learningRate: number, gradientScale: number): void;
}

/** Every matrix starts at a multiple of 64 bytes, a cache line. */
const alignment = 64;

/** Opens an optimiser for the matrices, with zero weights. Throws a UserError beyond 4 GiB (268 million parameters). */
export async function openOptimiser(matrices: readonly Matrix[], settings: AdamW): Promise<Optimiser> {
  const regionBytes = matrices.reduce((sum, matrix) => sum + alignedBytes(matrix), 0);
  const memory = allocate(4 * regionBytes);
  const adamw = await loadKernel(new URL('./adamw.wasm', import.meta.url), memory, 'adamw');
  const regions = [0, 1, 2, 3].map((region) => kernelDataStart + region * regionBytes);
  const [weights, firstMoment, secondMoment, gradient] = regions as [number, number, number, number];
  const optimiser: Optimiser = {
    weights: viewsOf(memory, matrices, weights),
    gradients: viewsOf(memory, matrices, gradient),
    firstMoment: viewsOf(memory, matrices, firstMoment),
    secondMoment: viewsOf(memory, matrices, secondMoment),
    steps: 0,
    update(learningRate, gradientScale) {
      optimiser.steps += 1;
      const { rate, epsilon, decay } = numbersOfStep(settings, optimiser.steps, learningRate);
      const numbers = [gradientScale, rate, epsilon, decay, settings.beta1, settings.beta2];
      adamw(weights, firstMoment, secondMoment, gradient, regionBytes, ...numbers);
    },
  };
  return optimiser;
}

/**
 * Holds the numbers of an update: with moments kept as plain sums (adamw.kernel.ts), w = decay w - rate m / (sqrt(v) +
 * epsilon).
 */
export interface StepNumbers {
  readonly rate: number;
  readonly epsilon: number;
  readonly decay: number;
}

/**
 * Gives the numbers of a step, the first being 1: the bias corrections and the (1 - beta) of both moments are folded
 * in.
 */
export function numbersOfStep(settings: AdamW, step: number, learningRate: number): StepNumbers {
  const { beta1, beta2, epsilon, weightDecay } = settings;
  const deviationScale = Math.sqrt((1 - beta2) / (1 - beta2 ** step));
  const rate = (learningRate * (1 - beta1)) / (1 - beta1 ** step) / deviationScale;
  return { rate, epsilon: epsilon / deviationScale, decay: 1 - learningRate * weightDecay };
}

function alignedBytes({ rows, columns }: Matrix): number {
  return Math.ceil((4 * rows * columns) / alignment) * alignment;
}

function allocate(bytes: number): WebAssembly.Memory {
  if (bytes + kernelDataStart > maximumKernelBytes) {
    const gibibytes = (bytes / 2 ** 30).toFixed(1);
    throw new UserError(
      `onnx-cpu trains networks whose weights and moments fit in 4 GiB; this one needs ${gibibytes} GiB`,
    );
  }
  return kernelMemory(bytes);
}

function viewsOf(memory: WebAssembly.Memory, matrices: readonly Matrix[], start: number): Map<string, Float32Array> {
  let offset = start;
  return new Map(
    matrices.map((matrix) => {
      const view = new Float32Array(memory.buffer, offset, matrix.rows * matrix.columns);
      offset += alignedBytes(matrix);
      return [matrix.name, view];
    }),
  );
}
