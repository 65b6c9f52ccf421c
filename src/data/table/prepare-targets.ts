/** The targets as a network learns them: standardised numbers, one-hot classes, or labels. */
import { UserError } from '../../base/errors.js';
import { counted, formatExactCount } from '../../base/numbers.js';
import { shown } from '../../base/shown.js';
import { momentsOf, type Rows } from './inputs.js';
import type { Table } from './table.js';
import type { Targets } from './targets.js';

/** The most values of inputs and targets together: 4.3 GB. */
export const mostValues = 2 ** 30;

/** Tells how a target of regression was standardised, so that errors can be told in its own unit. */
export interface TargetScale {
  /** Of the training rows. */
  readonly mean: number;
  /** Of the training rows; their number is its denominator. */
  readonly deviation: number;
}

/** Holds the targets of all rows that count. */
export interface PreparedTargets {
  /** `[rows, targetWidth]`: standardised numbers, 1 for the class of the row, or 1 for each label that is true. */
  readonly values: Float32Array;
  readonly width: number;
  /** One for each target of regression; null for other kinds. */
  readonly scales: readonly TargetScale[] | null;
  /** The names of the classes, in the order of the targets' values; null for other kinds. */
  readonly classes: readonly string[] | null;
  readonly notes: readonly string[];
}

/**
 * Prepares the targets. Throws a UserError for a target that is constant on the training rows, for fewer than two classes,
 * and for a class that no training row has.
 */
export function prepareTargets(targets: Targets, rows: Rows, table: Table): PreparedTargets {
  if (targets.classes !== null) return oneHot(targets, rows, table);
  return targets.kind === 'regression' ? standardised(targets, rows, table) : labels(targets, rows);
}

function standardised({ columns, values }: Targets, { kept, training }: Rows, table: Table): PreparedTargets {
  const width = values.length;
  const prepared = new Float32Array(kept.length * width);
  const scales = values.map((numbers, index) => {
    const { mean, deviation, least, most } = momentsOf(numbers, training);
    if (least === most || deviation === 0) {
      throw new UserError(
        `target ${shown(columns[index]!.name)}: expected different values on the training rows of ` +
          `${table.source}, got ${least} on ` +
          'all; take another target',
      );
    }
    for (let place = 0; place < kept.length; place += 1) {
      prepared[place * width + index] = (numbers[kept[place]!]! - mean) / deviation;
    }
    return { mean, deviation };
  });
  if (!prepared.every((value) => Math.abs(value) < 1e18)) {
    throw new UserError(
      `targets: expected values near those of the training rows, got far larger ones; mend them in ${table.source}`,
    );
  }
  return { values: prepared, width, scales, classes: null, notes: [] };
}

function oneHot({ classes, columns }: Targets, { kept, training }: Rows, table: Table): PreparedTargets {
  const { codes, names } = classes!;
  const target = shown(columns[0]!.name);
  const counts = new Uint32Array(names.length);
  for (const row of kept) counts[codes[row]!]! += 1;
  // Texts of rows that do not count are no classes.
  const used = [...names.keys()].filter((code) => counts[code]! > 0);
  if (used.length < 2) {
    const got = used.length === 0 ? 'none' : `only ${shown(names[used[0]!])}`;
    throw new UserError(`target ${target}: expected at least two classes, got ${got}; take another target`);
  }
  const placeOf = new Int32Array(names.length);
  for (const [place, code] of used.entries()) placeOf[code] = place;
  const trained = new Uint8Array(names.length);
  for (const row of training) trained[codes[row]!] = 1;
  const untrained = used.filter((code) => trained[code] === 0).map((code) => names[code]!);
  if (untrained.length > 0) {
    const more = untrained.length > 5 ? ` and ${untrained.length - 5} more` : '';
    throw new UserError(
      `target ${target}: expected rows of every class to train on, got none of ` +
        `${untrained.slice(0, 5).map(shown).join(', ')}${more} in ${table.source}; mark such rows for training, or take ` +
        'them out',
    );
  }
  requireRoom(kept.length, used.length, target);
  const values = new Float32Array(kept.length * used.length);
  for (let place = 0; place < kept.length; place += 1) values[place * used.length + placeOf[codes[kept[place]!]!]!] = 1;
  const single = used.filter((code) => counts[code] === 1).map((code) => names[code]!);
  return {
    values,
    width: used.length,
    scales: null,
    classes: used.map((code) => names[code]!),
    notes: singleNotes(target, single),
  };
}

function requireRoom(rows: number, width: number, target: string): void {
  if (rows * width <= mostValues) return;
  throw new UserError(
    `target ${target}: expected at most ${formatExactCount(mostValues)} values, got ${counted(rows, 'row')} of ` +
      `${formatExactCount(width)} classes; join classes, or take fewer rows`,
  );
}

function singleNotes(target: string, single: readonly string[]): string[] {
  if (single.length === 0) return [];
  const names = single.slice(0, 3).map(shown).join(', ');
  const more = single.length > 3 ? ' …' : '';
  return [
    `target ${target}: ${single.length === 1 ? '1 class' : `${formatExactCount(single.length)} classes`} of a single row ` +
      `each (${names}${more}): nothing can be said of how well they are predicted`,
  ];
}

function labels({ columns, values }: Targets, { kept, training }: Rows): PreparedTargets {
  const width = values.length;
  const prepared = new Float32Array(kept.length * width);
  const notes: string[] = [];
  for (const [index, numbers] of values.entries()) {
    for (let place = 0; place < kept.length; place += 1) prepared[place * width + index] = numbers[kept[place]!]!;
    const { least, most } = momentsOf(numbers, training);
    if (least === most)
      notes.push(
        `target ${shown(columns[index]!.name)} is ${least} on all training rows: nothing can be learned of it`,
      );
  }
  return { values: prepared, width, scales: null, classes: null, notes };
}
