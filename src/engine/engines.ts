/** The table of engines; each is loaded when it is opened. */
import { UserError } from '../base/errors.js';
import type { Engine } from './engine.js';
import { onnxInstallScript } from './onnx/native-files.js';
import type { Provider } from './onnx/providers.js';
import type { TfjsBackend } from './tfjs/backends.js';

/** Lists what may compute: the processor, or an accelerator by the interface it is reached through. */
export const devices = ['cpu', 'cuda', 'webgpu', 'coreml', 'dml'] as const;
/** Names what computes. */
export type Device = (typeof devices)[number];

/** Says what an engine runs on, what it can do, and how it is opened. */
export interface EngineRow {
  readonly name: string;
  readonly device: Device;
  /** Whether it trains several networks of one program side by side. */
  readonly packs: boolean;
  /** True where it is there to judge the others, and slower: only its name chooses it. */
  readonly isJudge?: true;
  /** For lists: what it is. */
  readonly what: string;
  /** How to get it where it is missing: a command, or where that is none, words. */
  readonly install: string;
  /** Throws a CannotStart, with the reason and `install`, where it does not work here. */
  readonly open: () => Promise<Engine>;
}

// ONNX Runtime reports its use to its maker, and keeps files for that: in the working folder where there is no home folder.
process.env['ORT_DISABLE_TELEMETRY'] ??= '1';

/** A row whose engine, where it does not start, is told how to get it: an engine does not know this table. */
interface EngineEntry extends Omit<EngineRow, 'open'> {
  readonly open: (install: string) => Promise<Engine>;
}

const onnx = (provider: Provider) => async (install: string) =>
  (await import('./onnx/device-engine.js')).openOnnxDevice(provider, install);
const tfjs = (backend: TfjsBackend) => async (install: string) =>
  (await import('./tfjs/tfjs-engine.js')).openTfjs(backend, install);

/** Its install script would fetch the CUDA libraries, wherever there is no need of them. */
const installOnnxRuntime = 'npm install --ignore-scripts onnxruntime-node';

const entries: readonly EngineEntry[] = [
  {
    name: 'onnx-cpu',
    device: 'cpu',
    packs: false,
    what: 'ONNX Runtime on the processor, one thread a network',
    install: installOnnxRuntime,
    open: async () => (await import('./onnx/onnx-engine.js')).onnxCpuEngine,
  },
  {
    name: 'onnx-cpu-packed',
    device: 'cpu',
    packs: true,
    isJudge: true,
    what: 'the graph of the accelerators on the processor, to test and measure it',
    install: installOnnxRuntime,
    open: onnx('cpu'),
  },
  {
    name: 'onnx-cuda',
    device: 'cuda',
    packs: true,
    what: 'ONNX Runtime on NVIDIA GPUs (Linux x64)',
    install: `ONNXRUNTIME_NODE_INSTALL=cuda12 node ${onnxInstallScript()}`,
    open: onnx('cuda'),
  },
  {
    name: 'onnx-webgpu',
    device: 'webgpu',
    packs: true,
    what: 'ONNX Runtime through WebGPU',
    install: installOnnxRuntime,
    open: onnx('webgpu'),
  },
  {
    name: 'onnx-coreml',
    device: 'coreml',
    packs: true,
    what: 'ONNX Runtime on Core ML (macOS)',
    install: installOnnxRuntime,
    open: onnx('coreml'),
  },
  {
    name: 'onnx-dml',
    device: 'dml',
    packs: true,
    what: 'ONNX Runtime on DirectML (Windows)',
    install: installOnnxRuntime,
    open: onnx('dml'),
  },
  {
    name: 'tfjs-tensorflow-gpu',
    device: 'cuda',
    packs: true,
    what: 'TensorFlow.js with the CUDA kernels of TensorFlow',
    install: 'npm install @tensorflow/tfjs-node-gpu',
    open: tfjs('tensorflow-gpu'),
  },
  {
    name: 'tfjs-webgpu',
    device: 'webgpu',
    packs: true,
    what: 'TensorFlow.js through WebGPU',
    install: 'npm install @tensorflow/tfjs @tensorflow/tfjs-backend-webgpu webgpu',
    open: tfjs('webgpu'),
  },
  {
    name: 'tfjs-tensorflow',
    device: 'cpu',
    packs: true,
    what: 'TensorFlow.js with the kernels of TensorFlow, on the processor',
    install: 'npm install @tensorflow/tfjs-node',
    open: tfjs('tensorflow'),
  },
  {
    name: 'tfjs-cpu',
    device: 'cpu',
    packs: true,
    isJudge: true,
    what: 'TensorFlow.js in plain JavaScript: slow, an independent judge of the others',
    install: 'npm install @tensorflow/tfjs',
    open: tfjs('cpu'),
  },
];

/** Lists the engines; of those that compute on the same device, the preferred one first. */
export const engineRows: readonly EngineRow[] = entries.map((entry) => ({
  ...entry,
  open: () => entry.open(entry.install),
}));

/** Finds the row of that name. Throws a UserError that lists the known ones. */
export function engineRow(name: string): EngineRow {
  const row = engineRows.find((candidate) => candidate.name === name);
  if (row) return row;
  const names = engineRows.map((candidate) => candidate.name).join(', ');
  throw new UserError(`engine: expected one of ${names}; got '${name}'`);
}

/** Opens the engine of that name. Throws a UserError for an unknown one and for one that cannot start here. */
export async function openEngine(name: string): Promise<Engine> {
  return engineRow(name).open();
}
