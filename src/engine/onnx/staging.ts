/** The steps of a block, gathered for one run. */
import { operationsOf } from '../../arch/program.js';
import { itemAt } from '../../base/items.js';
import { dropoutMasks } from '../dropout.js';
import type { Step } from '../engine.js';
import { numbersOfMembers, stepsAtMost, type PackContext } from './pack-training.js';
import { openRows } from './rows.js';
import type { Tensors } from './runtime.js';
import { maskName } from './training-pass.js';

/**
 * What the images, targets and masks of a block may take, where that is not more than `stepsAtMost` steps. For six networks of
 * two million weights, what passes through the host once a block, 24 bytes a weight, is then about as much as what the
 * steps bring.
 */
const stagedBytesAtMost = 256 * 2 ** 20;

/** Gathers steps until they are a block. */
export interface StepStaging {
  /** Steps that are in it. */
  readonly count: number;
  /** The images of each member in each of them. */
  readonly size: number;
  readonly full: boolean;
  /**
   * Copies a step; its size must be that of those before it.
   * @param number of the step, 1-based
   */
  add(step: Step, number: number): void;
  tensors(): Tensors;
  clear(): void;
}

/** Begins without a step. Adding one throws a RangeError where memory does not suffice. */
export function openStaging({ program, members, settings }: PackContext): StepStaging {
  const widths = { x: program.input.width, target: program.loss.targetWidth };
  const masks = operationsOf(program, 'dropout').map(({ output: { width } }) => ({ width, rows: openRows() }));
  const stagedWidth = masks.reduce((sum, { width }) => sum + width, widths.x + widths.target);
  const rows = { x: openRows(), target: openRows(), rate: openRows(), decay: openRows(), epsilon: openRows() };
  let [count, size] = [0, 0];
  return {
    get count() {
      return count;
    },
    get size() {
      return size;
    },
    get full() {
      return count >= stepsOfBlock(4 * members * size * stagedWidth);
    },
    add(step, number) {
      const { rate, decay, epsilon } = numbersOfMembers(settings, number, step.learningRates);
      rows.x.add(step.input);
      rows.target.add(step.target);
      rows.rate.add(rate);
      rows.decay.add(decay);
      rows.epsilon.add([epsilon]);
      dropoutMasks(program, step).forEach((mask, place) => itemAt(masks, place).rows.add(mask));
      size = step.size;
      count += 1;
    },
    tensors: () => ({
      x: rows.x.tensor([count, members, size, widths.x]),
      target: rows.target.tensor([count, members, size, widths.target]),
      rate: rows.rate.tensor([count, members, 1]),
      decay: rows.decay.tensor([count, members, 1]),
      epsilon: rows.epsilon.tensor([count]),
      ...Object.fromEntries(
        masks.map((mask, place) => [maskName(place), mask.rows.tensor([count, members, size, mask.width])]),
      ),
    }),
    clear() {
      for (const gathered of [...Object.values(rows), ...masks.map((mask) => mask.rows)]) gathered.clear();
      count = 0;
    },
  };
}

/** Says how many steps of so many bytes make a block. */
export function stepsOfBlock(bytesOfStep: number): number {
  return Math.max(1, Math.min(stepsAtMost, Math.floor(stagedBytesAtMost / bytesOfStep)));
}
