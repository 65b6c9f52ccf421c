/** The rows of a prepared table as networks read them: those to train on first, then those to validate and to test on. */
import type { SplitCounts } from '../images.js';
import type { TargetMeaning } from '../task-pairs.js';
import type { PreparedTable } from './prepare-table.js';
import { partNames } from './split-rows.js';

/** Holds rows of inputs and targets. */
export interface TableRows {
  readonly counts: SplitCounts;
  readonly inputWidth: number;
  readonly targetWidth: number;
  /** `[rows, inputWidth]`: training, validation and test one after the other. */
  readonly inputs: Float32Array;
  /** `[rows, targetWidth]`, in the same order. */
  readonly targets: Float32Array;
  readonly meaning: TargetMeaning;
}

/** Puts the rows of a prepared table in the order of their parts. */
export function rowsOf(prepared: PreparedTable): TableRows {
  const { parts, inputs, inputWidth, targets, targetWidth, targetNames, classes, scales } = prepared;
  const order = partNames.map((part) => parts[part]);
  const [train, validation, test] = order.map((rows) => rows.length) as [number, number, number];
  return {
    ...{ inputWidth, targetWidth, counts: { train, validation, test } },
    inputs: inOrder(inputs, inputWidth, order),
    targets: inOrder(targets, targetWidth, order),
    meaning: { targets: targetNames, classes, scales },
  };
}

function inOrder(values: Float32Array, width: number, order: readonly Uint32Array[]): Float32Array {
  const ordered = new Float32Array(values.length);
  let at = 0;
  for (const rows of order) {
    for (const row of rows) {
      ordered.set(values.subarray(row * width, (row + 1) * width), at);
      at += width;
    }
  }
  return ordered;
}
