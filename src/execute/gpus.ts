/** NVIDIA GPUs by their numbers, and how a process is kept to one of them. */
import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { UserError } from '../base/errors.js';
import type { Environment } from './pool.js';

/**
 * Gives what each number stands for in CUDA_VISIBLE_DEVICES, in the order of the numbers: of the GPUs that this
 * variable allows, and without it of all that nvidia-smi lists. Null where neither tells.
 */
export async function visibleGpus(
  environment: Readonly<Record<string, string | undefined>> = process.env,
): Promise<readonly string[] | null> {
  const allowed = environment['CUDA_VISIBLE_DEVICES'];
  return allowed === undefined ? listedGpus() : entriesOf(allowed);
}

/** CUDA reads the list as far as its first entry that names nothing. Source: CUDA C++ Programming Guide. */
function entriesOf(list: string): string[] {
  const entries = list.split(',').map((entry) => entry.trim());
  const end = entries.findIndex((entry) => entry === '' || entry.startsWith('-'));
  return end === -1 ? entries : entries.slice(0, end);
}

async function listedGpus(): Promise<string[] | null> {
  const gpus = await nvidiaGpus();
  return gpus === null ? null : gpus.map(({ index }) => index);
}

/** Describes a GPU as nvidia-smi does. */
export interface NvidiaGpu {
  readonly index: string;
  readonly model: string;
  readonly memoryBytes: number;
  readonly driver: string;
}

/** Lists the GPUs that nvidia-smi does; null where it does not answer. */
export async function nvidiaGpus(): Promise<NvidiaGpu[] | null> {
  const query = ['--query-gpu=index,memory.total,driver_version,name', '--format=csv,noheader,nounits'];
  try {
    const { stdout } = await promisify(execFile)('nvidia-smi', query, { timeout: 10_000 });
    return stdout.split('\n').flatMap((line) => (line.trim() === '' ? [] : [gpuOf(line)]));
  } catch {
    return null;
  }
}

/** Of `0, 81559, 550.54.15, NVIDIA H100 80GB HBM3`; the memory is in MiB. */
function gpuOf(line: string): NvidiaGpu {
  const [index, mebibytes, driver, ...model] = line.split(', ');
  return { index: index!, model: model.join(', '), memoryBytes: Number(mebibytes) * 2 ** 20, driver: driver! };
}

/**
 * Gives the variables that leave a process the GPU of that number. Throws a UserError where it is known that there is
 * none.
 * @param visible as `visibleGpus` gives them
 */
export function gpuEnvironment(number: number, visible: readonly string[] | null): Environment {
  const entry = visible === null ? String(number) : visible[number];
  if (entry === undefined) {
    const known = visible?.map((_, index) => index).join(', ') || 'none';
    throw new UserError(`--devices: expected numbers of GPUs that are here (${known}), got ${number}; see nvidia-smi`);
  }
  // Without an order CUDA puts the fastest first, which nvidia-smi does not.
  return { CUDA_DEVICE_ORDER: process.env['CUDA_DEVICE_ORDER'] ?? 'PCI_BUS_ID', CUDA_VISIBLE_DEVICES: entry };
}
