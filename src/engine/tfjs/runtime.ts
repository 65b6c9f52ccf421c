/** How a model computes: on its own backend, whichever one other models use, and without leaving tensors behind. */
import type { Tensor, TensorContainer } from '@tensorflow/tfjs';
import type { Backend } from './backends.js';
import { namingOutOfMemory } from './out-of-memory.js';
import type { Tfjs } from './registered.js';

/** Lets a tensor outlive the scope that it was made in, and gives it back. */
export type Keep = (tensor: Tensor) => Tensor;

/** Computes with TensorFlow.js on one backend, and looks after its memory. */
export interface Runtime {
  readonly tf: Tfjs;
  /**
   * Calls a function of operations and gives what it returns. All other tensors made in it are freed, except those it
   * keeps, which have to be among what it returns; where it throws, all are. Throws an OutOfMemory where the memory does
   * not suffice, or `settle` does.
   */
  compute<Result extends TensorContainer>(operations: (keep: Keep) => Result): Result;
  /** The tensors' values. Throws as `settle` does. */
  read(tensors: readonly Tensor[]): Promise<Float32Array[]>;
  /** Throws what the device has found wrong with anything computed so far, now and ever after. */
  settle(): Promise<void>;
  /** Frees tensors, and the memory that the backend would keep for others of the same sizes. */
  free(tensors: TensorContainer): void;
}

/** Makes a runtime, one for each model: what goes wrong in one is told to no other. */
export function runtimeOn(backend: Backend): Runtime {
  const { tf } = backend;
  const troubles = new Set<Promise<Error | null>>();
  const operate = <Result>(operations: () => Result): Result => {
    select(backend);
    const endWatch = backend.watch?.();
    try {
      return operations();
    } finally {
      if (endWatch) troubles.add(endWatch().catch(namingOutOfMemory));
    }
  };
  const settle = async () => {
    for (const asked of [...troubles]) {
      const trouble = await asked;
      if (trouble !== null) throw trouble;
      troubles.delete(asked);
    }
  };
  return {
    tf,
    compute(operations) {
      const kept: Tensor[] = [];
      const keep: Keep = (tensor) => {
        kept.push(tf.keep(tensor));
        return tensor;
      };
      try {
        return operate(() => tf.tidy(() => operations(keep)));
      } catch (error) {
        tf.dispose(kept);
        disposeTape(tf);
        throw namingOutOfMemory(error);
      }
    },
    async read(tensors) {
      const reading = operate(() => Promise.all(tensors.map((tensor) => tensor.data<'float32'>())));
      const [read] = await Promise.allSettled([reading]);
      await settle();
      if (read.status === 'rejected') throw namingOutOfMemory(read.reason);
      return read.value;
    },
    settle,
    free(tensors) {
      tf.dispose(tensors);
      backend.freeUnused?.();
    },
  };
}

/** Setting a backend that has started takes effect before its promise resolves. */
function select({ tf, name, kernels }: Backend): void {
  if (tf.findBackend(name) === kernels && tf.backend() !== kernels) void tf.setBackend(name);
  if (tf.backend() !== kernels) throw new Error(`TensorFlow.js has lost its backend ${name}`);
}

/** What TensorFlow.js keeps for the gradients, and does not free when an operation throws on the way to them. */
function disposeTape(tf: Tfjs): void {
  for (const { saved } of tf.engine().state.activeTape ?? []) tf.dispose(saved ?? []);
}
