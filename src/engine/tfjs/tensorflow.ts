/** The kernels of TensorFlow, through the packages `@tensorflow/tfjs-node` and `@tensorflow/tfjs-node-gpu`. */
import util from 'node:util';
import type { KernelBackend } from '@tensorflow/tfjs';
import type { Registered, Tfjs } from './registered.js';

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

/** The one that this process has loaded: both bring the same libraries and kernels. */
let loaded: string | null = null;

/** Loads the kernels for the processor. Rejects where their package does not work here. */
export function loadTensorFlow(): Promise<Registered> {
  return load('cpu');
}

/** Throws an Error where TensorFlow sees no GPU: it would then compute on the processor without a word. */
export async function loadTensorFlowForGpu(): Promise<Registered> {
  const registered = await load('gpu');
  // The package has started its backend; null where that failed.
  const kernels = registered.tf.findBackend(registered.name) as (KernelBackend & TensorFlowKernels) | null;
  if (kernels?.isUsingGpuDevice === false) {
    throw new Error('TensorFlow sees no GPU (with TF_CPP_MIN_LOG_LEVEL=0 it says which library it misses)');
  }
  return registered;
}

/** What `@tensorflow/tfjs-node` and its sister tell of their backend. */
interface TensorFlowKernels {
  readonly isUsingGpuDevice: boolean;
}

async function load(processor: Processor): Promise<Registered> {
  const wanted: string = packages[processor];
  if (loaded !== null && loaded !== wanted) throw new Error(`this process has loaded ${loaded}, which takes its place`);
  for (const [name, value] of Object.entries({ ...settings.all, ...settings[processor] })) process.env[name] ??= value;
  restoreIsNullOrUndefined();
  const tf = (await import(wanted)) as Tfjs;
  loaded = wanted;
  return { tf, name: 'tensorflow', adapter: null };
}

/** Both packages call it, up to 4.22, and Node.js has it no more since version 23. */
function restoreIsNullOrUndefined(): void {
  const functions = util as { isNullOrUndefined?: (value: unknown) => boolean };
  functions.isNullOrUndefined ??= (value) => value === null || value === undefined;
}
