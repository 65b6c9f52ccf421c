/** What machine this is. The only place that asks the systeminformation package. */
import systeminformation from 'systeminformation';
import { allowedCores, allowedMemoryBytes } from '../base/control-groups.js';
import { nvidiaGpus } from './gpus.js';
import { defaultWorkers } from './pool.js';

/** Tells what a machine has, and what of it this process may use. */
export interface Hardware {
  readonly cpu: {
    readonly model: string;
    readonly cores: number;
    /** That this process may use. */
    readonly usableCores: number;
    /** Whose time a container or batch job allows, such as 1.5; null where it allows that of all. */
    readonly allowedCores: number | null;
  };
  readonly memoryBytes: {
    readonly total: number;
    readonly available: number;
    /** What a container or batch job allows of it; null where it allows all. */
    readonly allowed: number | null;
  };
  readonly gpus: readonly Gpu[];
}

/** Describes a GPU of any maker. */
export interface Gpu {
  readonly model: string;
  /** Null where the system does not tell. */
  readonly memoryBytes: number | null;
  readonly driver: string | null;
}

/** Asks the system what this machine has. */
export async function hardwareOf(): Promise<Hardware> {
  const [cpu, memory, { controllers }, nvidia] = await Promise.all([
    systeminformation.cpu(),
    systeminformation.mem(),
    systeminformation.graphics(),
    nvidiaGpus(),
  ]);
  const allowed = { cores: allowedCores(), memoryBytes: allowedMemoryBytes() };
  // Of NVIDIA's GPUs nvidia-smi knows more, and where a container has no PCI bus it alone knows them.
  const others = nvidia === null ? controllers : controllers.filter(({ vendor }) => !/nvidia/i.test(vendor));
  return {
    cpu: {
      model: `${cpu.manufacturer} ${cpu.brand}`.trim(),
      cores: cpu.cores,
      usableCores: defaultWorkers(),
      allowedCores: allowed.cores < cpu.cores ? allowed.cores : null,
    },
    memoryBytes: {
      total: memory.total,
      available: memory.available,
      allowed: allowed.memoryBytes < memory.total ? allowed.memoryBytes : null,
    },
    gpus: [
      ...(nvidia ?? []).map(({ model, memoryBytes, driver }) => ({ model, memoryBytes, driver })),
      ...others.map(gpuOf),
    ],
  };
}

function gpuOf({
  vendor,
  model,
  vram,
  driverVersion,
}: systeminformation.Systeminformation.GraphicsControllerData): Gpu {
  return {
    model: model.startsWith(vendor) ? model : `${vendor} ${model}`,
    // In MiB.
    memoryBytes: vram ? vram * 2 ** 20 : null,
    driver: driverVersion || null,
  };
}
