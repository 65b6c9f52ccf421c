/** Pairs that are rows of a table: they are copied as they are. */
import { UserError } from '../base/errors.js';
import type { Batch } from '../run/batch.js';
import type { TableRows } from './table/table-rows.js';
import type { PairMaker, TaskPairs } from './task-pairs.js';

/** Opens the pairs of the task of this name, which has these rows. */
export function openTablePairs(name: string, rows: TableRows): TaskPairs {
  const { counts, meaning } = rows;
  return {
    counts,
    meaning,
    training({ flips }) {
      refuseFlips(name, flips);
      return makerOf(rows, 0);
    },
    evaluation: (set) => makerOf(rows, set === 'validation' ? counts.train : counts.train + counts.validation),
  };
}

/** Throws a UserError for flips of rows, which have no sides. */
export function refuseFlips(name: string, flips: number): void {
  if (flips === 1) return;
  throw new UserError(`--flips: expected 1 for ${name}, whose rows are no pictures, got ${flips}; leave it out`);
}

/** @param first the row that is the first of the set */
function makerOf({ inputs, inputWidth, targets, targetWidth }: TableRows, first: number): PairMaker {
  return {
    fill({ input, target }: Batch, items) {
      copyRows(inputs, input, { items, first, width: inputWidth });
      copyRows(targets, target, { items, first, width: targetWidth });
    },
    // Nothing is drawn.
    skip: () => undefined,
  };
}

function copyRows(
  from: Float32Array,
  to: Float32Array,
  { items, first, width }: { readonly items: Uint32Array; readonly first: number; readonly width: number },
): void {
  for (let place = 0; place < items.length; place += 1) {
    const start = (first + items[place]!) * width;
    to.set(from.subarray(start, start + width), place * width);
  }
}
