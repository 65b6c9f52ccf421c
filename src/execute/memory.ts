/** Whether trainings fit into the memory of this machine, told before they are started. */
import { totalmem } from 'node:os';
import { archName, type Arch, type Dimensions } from '../arch/arch.js';
import { allowedMemoryBytes } from '../base/control-groups.js';
import { UserError } from '../base/errors.js';
import { formatCount } from '../base/numbers.js';
import { leastHostBytes, leastTrainingBytes, type TrainedNetwork } from '../run/memory.js';
import type { EngineRow } from '../engine/engines.js';
import type { Workforce } from './workforce.js';

/** Gives the memory of the machine, or of the container, in bytes. */
export function memoryBytes(): number {
  return Math.min(allowedMemoryBytes(), totalmem());
}

/** Describes what is to be trained: networks that differ in their arch alone. */
export interface MemoryPlan {
  readonly networks: Iterable<{ readonly arch: Arch }>;
  readonly recipe: TrainedNetwork['recipe'];
  readonly dimensions: Dimensions;
  readonly trainingImages: number;
  /** What the user may lower, such as `--budget`. */
  readonly flag: string;
}

/** Throws a UserError where a network of the plan fits on no such machine, whatever engine trains it. */
export function refuseTooLarge(plan: MemoryPlan, limitBytes = memoryBytes()): void {
  const { arch, bytes } = largestOf(plan, leastHostBytes);
  if (arch === null || bytes <= limitBytes) return;
  throw new UserError(
    `${plan.flag}: expected networks that fit into ${formatCount(limitBytes)}B of memory, got ${archName(arch)}, whose ` +
      `weights and a batch take ${formatCount(bytes)}B; ask for smaller ones, or a smaller --batch-size`,
  );
}

/** What a worker takes before it trains anything: Node.js, a runtime and the images. */
const workerBytes = 64e6;

/** Throws a UserError where so many workers, each with as many networks side by side, do not fit. */
export function refuseTooMany(
  plan: MemoryPlan,
  { row, workforce }: { readonly row: Pick<EngineRow, 'device'>; readonly workforce: Workforce },
  limitBytes = memoryBytes(),
): void {
  const { packSize } = workforce;
  const workers = workforce.workers.length;
  // What trains elsewhere takes the memory there.
  const { arch, bytes } = row.device === 'cpu' ? largestOf(plan, leastTrainingBytes) : { arch: null, bytes: 0 };
  const ofWorker = workerBytes + packSize * bytes;
  if (workers * ofWorker <= limitBytes) return;
  const fitting = Math.floor(limitBytes / ofWorker);
  const what =
    arch === null ? '' : `, to train ${archName(arch)}${packSize > 1 ? ` ${packSize} times side by side` : ''},`;
  const fit = `${formatCount(limitBytes)}B of memory`;
  throw new UserError(
    fitting === 0
      ? `${plan.flag}: expected trainings that fit into ${fit}, got ${archName(arch!)}, which takes at least ` +
          `${formatCount(ofWorker)}B; ask for smaller ones, or a smaller --batch-size or --pack`
      : `--workers: expected as many as fit into ${fit}, got ${workers}${what} at least ${formatCount(ofWorker)}B each; ` +
          `ask for at most ${fitting}`,
  );
}

function largestOf({ networks, recipe, dimensions, trainingImages }: MemoryPlan, bytesOf: typeof leastTrainingBytes) {
  let largest: { arch: Arch | null; bytes: number } = { arch: null, bytes: 0 };
  for (const { arch } of networks) {
    const bytes = bytesOf({ arch, recipe }, dimensions, trainingImages);
    if (bytes > largest.bytes) largest = { arch, bytes };
  }
  return largest;
}
