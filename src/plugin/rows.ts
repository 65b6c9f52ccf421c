/** The rows that a task of a plugin gives, checked, as networks read them. */
import { UserError } from '../base/errors.js';
import { counted } from '../base/numbers.js';
import { shown } from '../base/shown.js';
import { hasMixedLabel } from '../data/table/mixed-labels.js';
import type { TargetKind } from '../data/table/request.js';
import type { TableRows } from '../data/table/table-rows.js';
import type { Numbers, PartRows, TaskRows } from './definition.js';

/** Says what the rows of a task must be. */
export interface ExpectedRows {
  /** As messages begin. */
  readonly place: string;
  readonly kind: TargetKind;
  readonly inputs: number;
  readonly outputs: number;
}

const parts = ['training', 'validation', 'test'] as const satisfies (keyof TaskRows)[];

/** Fewer say nothing: a measure of one row has no spread. */
const fewestRows = 4;

/**
 * Checks the rows and puts them in the order of their parts. Throws a UserError of one line for what is no number, for
 * lengths that do not fit, for classes that are not one-hot, and for too few rows.
 */
export function tableRowsOf(made: unknown, expected: ExpectedRows): TableRows {
  const { inputs, outputs } = expected;
  const read = parts.map((part) => {
    const { inputs: ofInputs, targets } = Object((Object(made) as Partial<TaskRows>)[part]) as Partial<PartRows>;
    const numbers = {
      inputs: flatRows(ofInputs, `${expected.place}: ${part}.inputs`, inputs),
      targets: flatRows(targets, `${expected.place}: ${part}.targets`, outputs),
    };
    const [rows, others] = [numbers.inputs.length / inputs, numbers.targets.length / outputs];
    if (rows !== others) {
      throw new UserError(
        `${expected.place}: ${part}: expected as many rows of targets as of inputs, got ${counted(rows, 'row')} of inputs ` +
          `and ${others} of targets; mend its rows()`,
      );
    }
    if (rows < fewestRows) {
      throw new UserError(
        `${expected.place}: ${part}: expected at least ${fewestRows} rows, got ${rows}; have its rows() give more`,
      );
    }
    requireTargets(numbers.targets, `${expected.place}: ${part}.targets`, expected);
    if (part !== 'training') requireMeasurable(numbers.targets, `${expected.place}: ${part}.targets`, expected);
    return { ...numbers, rows };
  });
  requireEachClass(read[0]!.targets, expected);
  const [train, validation, test] = read.map(({ rows }) => rows) as [number, number, number];
  return {
    ...{ counts: { train, validation, test }, inputWidth: inputs, targetWidth: outputs },
    meaning: { targets: [], classes: null, scales: null },
    inputs: joined(read.map((part) => part.inputs)),
    targets: joined(read.map((part) => part.targets)),
  };
}

function flatRows(numbers: Numbers | undefined, place: string, width: number): Float32Array {
  if (!Array.isArray(numbers) && !(numbers instanceof Float32Array)) {
    throw new UserError(
      `${place}: expected numbers, got ${shown(numbers)}; have its rows() give a list or a Float32Array`,
    );
  }
  const list = numbers as readonly unknown[];
  const isNested = list.length > 0 && typeof list[0] === 'object';
  if (isNested) {
    const odd = list.findIndex((row) => (Object(row) as ArrayLike<number>).length !== width);
    if (odd >= 0) {
      const { length } = Object(list[odd]) as Partial<ArrayLike<number>>;
      throw new UserError(
        `${place}: expected ${width} numbers a row, got ${shown(length)} in row ${odd + 1}; mend its rows()`,
      );
    }
  }
  const flat = Float32Array.from(
    isNested ? flattened(list as readonly ArrayLike<number>[]) : (list as readonly number[]),
  );
  if (flat.length % width !== 0) {
    throw new UserError(`${place}: expected ${width} numbers a row, got ${flat.length} in all; mend its rows()`);
  }
  const wrong = flat.findIndex((value) => !Number.isFinite(value));
  if (wrong < 0) return flat;
  throw new UserError(
    `${place}: expected finite numbers, got ${flat[wrong]} in row ${Math.floor(wrong / width) + 1}; mend its rows()`,
  );
}

function* flattened(rows: readonly ArrayLike<number>[]): Generator<number> {
  for (const row of rows) yield* Array.from(row);
}

/** Of classes exactly one is 1, of labels any. */
function requireTargets(targets: Float32Array, place: string, { kind, outputs }: ExpectedRows): void {
  if (kind === 'regression') return;
  const isWrong = (row: ArrayLike<number>) => {
    const ones = Array.from(row).filter((value) => value === 1).length;
    const zeros = Array.from(row).filter((value) => value === 0).length;
    return ones + zeros < outputs || (kind === 'classification' && ones !== 1);
  };
  for (let start = 0; start < targets.length; start += outputs) {
    const row = targets.subarray(start, start + outputs);
    if (!isWrong(row)) continue;
    const wanted =
      kind === 'classification' ? '1 for the class of a row and 0 for the others' : '1 or 0 for each label';
    throw new UserError(
      `${place}: expected ${wanted}, got ${shown(Array.from(row))} in row ${start / outputs + 1}; mend its rows()`,
    );
  }
}

/** Without a label that has both values, there is no area under the curve. */
function requireMeasurable(targets: Float32Array, place: string, { kind, outputs }: ExpectedRows): void {
  const rows = Array.from({ length: targets.length / outputs }, (_, row) => row);
  if (kind !== 'multi-label' || hasMixedLabel(targets, outputs, rows)) return;
  throw new UserError(`${place}: expected a label with both values, got none; have its rows() give more`);
}

/** A class that no network has seen is no part of what can be learnt. */
function requireEachClass(targets: Float32Array, { place, kind, outputs }: ExpectedRows): void {
  if (kind !== 'classification') return;
  if (outputs < 2)
    throw new UserError(`${place}: expected at least two classes, got outputs: ${outputs}; give it more`);
  const missing = Array.from({ length: outputs }, (_, place) => place).find(
    (label) => !targets.some((value, index) => index % outputs === label && value === 1),
  );
  if (missing === undefined) return;
  throw new UserError(
    `${place}: training.targets: expected a row of each of ${outputs} classes, got none of class ${missing + 1}; ` +
      'mend its rows() or outputs',
  );
}

function joined(arrays: readonly Float32Array[]): Float32Array {
  const all = new Float32Array(arrays.reduce((sum, { length }) => sum + length, 0));
  let at = 0;
  for (const numbers of arrays) {
    all.set(numbers, at);
    at += numbers.length;
  }
  return all;
}
