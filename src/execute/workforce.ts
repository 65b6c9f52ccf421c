/** Who trains: how many workers there are, which device each has, and how many networks it trains side by side. */
import { UserError } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import type { EngineRow } from '../engine/engines.js';
import { gpuEnvironment, visibleGpus } from './gpus.js';
import { defaultWorkers, type Environment } from './pool.js';

/** Names the device of a worker, and the variables that keep it there. */
export interface Worker {
  /** The number of its GPU; null where the engine's devices have none. */
  readonly device: number | null;
  readonly environment: Environment;
}

/** Lists all workers, and tells how many networks each trains side by side. */
export interface Workforce {
  readonly workers: readonly Worker[];
  /** The most networks of one architecture that a worker trains side by side. */
  readonly packSize: number;
}

/** Tells how many workers and networks side by side are asked for. */
export interface WorkforceRequest {
  /** Null for as many as there are cores or devices. */
  readonly workers: number | null;
  /** Numbers of GPUs; null for all. */
  readonly devices: readonly number[] | null;
  /** The most networks side by side; null for all of an architecture. */
  readonly pack: number | null;
  /** How many runs of one architecture there are to train. */
  readonly runsOfArch: number;
  /** See `visibleGpus`; asked where the engine's devices have numbers. */
  readonly visible?: () => Promise<readonly string[] | null>;
}

type WorkforceRow = Pick<EngineRow, 'name' | 'device' | 'packs'>;

/**
 * Settles how many workers train, on which devices, and how many networks each trains side by side. Throws a UserError
 * for devices that the engine does not have, and for packs where it trains one network at a time.
 */
export async function workforceFor(row: WorkforceRow, request: WorkforceRequest): Promise<Workforce> {
  const { workers, devices, visible = visibleGpus } = request;
  const packSize = packSizeFor(row, request);
  if (row.device === 'cuda') return { workers: onGpus(workers, devices, await visible()), packSize };
  if (devices !== null) {
    throw new UserError(
      `--devices: expected an engine on CUDA, whose devices have numbers, got ${row.name}; ` +
        'leave --devices out, or add --device cuda',
    );
  }
  const count = workers ?? (row.device === 'cpu' ? defaultWorkers() : 1);
  return { workers: Array.from({ length: count }, () => ({ device: null, environment: {} })), packSize };
}

function packSizeFor({ name, packs }: WorkforceRow, { pack, runsOfArch }: WorkforceRequest): number {
  if (packs) return Math.min(pack ?? runsOfArch, runsOfArch);
  if (pack === null || pack === 1) return 1;
  throw new UserError(
    `--pack: expected 1 for ${name}, which trains one network at a time, got ${pack}; leave --pack out`,
  );
}

function onGpus(
  workers: number | null,
  devices: readonly number[] | null,
  visible: readonly string[] | null,
): readonly Worker[] {
  const numbers = devices ?? visible?.map((_, number) => number) ?? [];
  // Where nothing tells the GPUs, or none is allowed, CUDA finds what there is.
  const usable = numbers.map((device): Worker => ({ device, environment: gpuEnvironment(device, visible) }));
  const places: readonly Worker[] = usable.length > 0 ? usable : [{ device: null, environment: {} }];
  return Array.from({ length: workers ?? places.length }, (_, worker) => places[worker % places.length]!);
}

/** Writes who trains, such as `4 workers (1, 3 on GPU 0; 2, 4 on GPU 1), up to 6 networks side by side`. */
export function workforceText({ workers, packSize }: Workforce): string {
  const devices = [...new Set(workers.map(({ device }) => device))].filter((device) => device !== null);
  const placed = devices.map((device) => {
    const numbers = workers.flatMap((worker, index) => (worker.device === device ? [index + 1] : []));
    return `${numbers.join(', ')} on GPU ${device}`;
  });
  const places = placed.length === 0 ? '' : ` (${placed.join('; ')})`;
  return counted(workers.length, 'worker') + places + packText(packSize);
}

/** Writes what follows on who trains: nothing where each network trains alone. */
export function packText(packSize: number): string {
  return packSize === 1 ? '' : `, up to ${packSize} networks side by side`;
}

/** Gives who trains as fields of a JSON document; `devices` is null where a worker has no device of its own. */
export function workforceDocument({ workers, packSize }: Workforce) {
  const devices = workers.map(({ device }) => device);
  return { workers: workers.length, devices: devices.includes(null) ? null : devices, packSize };
}
