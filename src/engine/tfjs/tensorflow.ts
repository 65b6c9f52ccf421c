/** The kernels of TensorFlow, through the packages `@tensorflow/tfjs-node` and `@tensorflow/tfjs-node-gpu`. */
import util from 'node:util';
import type { KernelBackend } from '@tensorflow/tfjs';
import type { Registered, Tfjs } from './backends.js';

const packages = { cpu: '@tensorflow/tfjs-node', gpu: '@tensorflow/tfjs-node-gpu' } as const;

/** What TensorFlow reads when it is loaded; what the user has set stays. */
const settings = {
  all: {
    // Errors only.
    TF_CPP_MIN_LOG_LEVEL: '2',
  },
  // One thread, as for onnx-cpu: the search trains one network, or pack, per core.
  cpu: { TF_NUM_INTRAOP_THREADS: '1', TF_NUM_INTEROP_THREADS: '1' },
  gpu: {
    // Several workers may share the GPU, and else the first of them takes all of its memory.
    TF_FORCE_GPU_ALLOW_GROWTH: 'true',
    // Else matrix products round their factors to the 10 bits of TensorFloat-32, from the Ampere generation on.
    NVIDIA_TF32_OVERRIDE: '0',
  },
};

type Processor = keyof typeof packages;

/** What `@tensorflow/tfjs-node` tells of its backend. */
interface TensorFlowKernels {
  readonly isGPUPackage: boolean;
  readonly isUsingGpuDevice: boolean;
}

export function loadTensorFlow(): Promise<Registered> {
  return load('cpu');
}

/** Throws an Error where TensorFlow sees no GPU: it would then compute on the processor without a word. */
export async function loadTensorFlowForGpu(): Promise<Registered> {
  const loaded = await load('gpu');
  if (kernelsOf(loaded)?.isUsingGpuDevice === false) {
    throw new Error('TensorFlow sees no GPU (with TF_CPP_MIN_LOG_LEVEL=0 it says which library it misses)');
  }
  return loaded;
}

async function load(processor: Processor): Promise<Registered> {
  for (const [name, value] of Object.entries({ ...settings.all, ...settings[processor] })) process.env[name] ??= value;
  restoreIsNullOrUndefined();
  const specifier: string = packages[processor];
  const loaded: Registered = { tf: (await import(specifier)) as Tfjs, name: 'tensorflow', adapter: null };
  const kernels = kernelsOf(loaded);
  if (kernels && kernels.isGPUPackage !== (processor === 'gpu')) {
    throw new Error(`this process has TensorFlow already, of ${packages[processor === 'gpu' ? 'cpu' : 'gpu']}`);
  }
  return loaded;
}

/** The packages start their backend when they are loaded; null where that failed. */
function kernelsOf({ tf, name }: Registered): TensorFlowKernels | null {
  return tf.findBackend(name) as (KernelBackend & TensorFlowKernels) | null;
}

/** Both packages call it, up to 4.22, and Node.js has it no more since version 23. */
function restoreIsNullOrUndefined(): void {
  const functions = util as { isNullOrUndefined?: (value: unknown) => boolean };
  functions.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
