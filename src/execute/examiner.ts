/** How a command that trains finds out what works: it proves what it must, and starts no probe that cannot succeed. */
import { messageOf } from '../base/errors.js';
import type { Examiner, Finding } from './choose-engine.js';
import { adapterMissing, missingOf } from './missing.js';
import type { Environment } from './pool.js';
import { askProbe } from './probe.js';
import { proveRow, type EngineVerdict } from './verdict.js';
import type { WebGpuAdapter } from './webgpu-adapter.js';

/** Gives what the choice of an engine asks of a verdict. */
export function findingOf(verdict: EngineVerdict): Finding {
  return verdict.state === 'ok' ? { state: 'ok', adapter: verdict.proof.adapter } : verdict;
}

/**
 * Makes the examiner of a command that trains.
 * @param cudaEnvironment of a process that trains on CUDA
 */
export function examinerFor(cudaEnvironment: Environment): Examiner {
  return {
    async engine(row) {
      // It comes with hgmlp and needs no driver, so its files are proof enough.
      if (row.name === 'onnx-cpu' && missingOf(row) === null) return { state: 'ok', adapter: null };
      return findingOf(await proveRow(row, { environment: row.device === 'cuda' ? cudaEnvironment : {} }));
    },
    adapter: findAdapter,
  };
}

/** Finds the adapter of WebGPU; in its place, in words, why there is none. */
export async function findAdapter(): Promise<WebGpuAdapter | string> {
  const missing = adapterMissing();
  if (missing !== null) return missing;
  try {
    return (await askProbe({ type: 'adapter' }, { timeoutMs: 20_000 })).answer;
  } catch (error) {
    return messageOf(error);
  }
}
