/** Columns that give the target away, as they do where the target was computed from them or they from it. */
import { shown } from '../../base/shown.js';
import type { KnownColumn } from './column-kinds.js';
import { namesOption } from './names.js';
import type { Targets } from './targets.js';
import { categoriesOfColumn, numbersOfColumn } from './values.js';

/** Above this correlation nothing is left to learn. */
const mostCorrelation = 0.9999;

/**
 * Gives a warning where a column has the same values as the target, correlates with it by more than 0.9999 in size, or
 * has one value for each class, on the training rows.
 * @param training `[training rows]`, their numbers in the table
 */
export function leakNotes({ column, kind }: KnownColumn, targets: Targets, training: Uint32Array): string[] {
  const { name } = column;
  if (kind === 'empty') return [];
  const advice = `leave it out with ${namesOption('--drop', name)} if it will not be known before the target`;
  if (targets.classes !== null) {
    const codes = kind === 'categorical' ? categoriesOfColumn(column).codes : numbersOfColumn(column, kind);
    if (!isOneToOne(codes, targets.classes.codes, targets.classes.names.length, training)) return [];
    return [`warning: ${name} has a value of its own for each class of the target; ${advice}`];
  }
  if (kind === 'categorical') return [];
  const numbers = numbersOfColumn(column, kind);
  return targets.values.flatMap((values, index) => {
    const { isEqual, correlation } = compare(numbers, values, training);
    const target = shown(targets.columns[index]!.name);
    if (isEqual) return [`warning: ${name} equals the target ${target}; ${advice}`];
    if (!(Math.abs(correlation) > mostCorrelation)) return [];
    return [`warning: ${name} correlates with the target ${target} by ${correlation.toFixed(5)}; ${advice}`];
  });
}

/** Whether values and classes tell each other; what is missing does not count. */
function isOneToOne(values: ArrayLike<number>, classes: Int32Array, count: number, rows: Uint32Array): boolean {
  const classOf = new Map<number, number>();
  const valueOf = new Map<number, number>();
  for (const row of rows) {
    const value = values[row]!;
    const class_ = classes[row]!;
    if (value !== value || value === -1) continue;
    if ((classOf.get(value) ?? class_) !== class_ || (valueOf.get(class_) ?? value) !== value) return false;
    classOf.set(value, class_);
    valueOf.set(class_, value);
  }
  return count > 1 && valueOf.size === count;
}

/** On the rows that miss neither. Pearson's correlation in one pass of sums of deviations from the first row. */
function compare(one: Float64Array, other: Float64Array, rows: Uint32Array) {
  let [count, isEqual] = [0, true];
  let [meanOne, meanOther, squaresOne, squaresOther, products] = [0, 0, 0, 0, 0];
  for (const row of rows) {
    const [x, y] = [one[row]!, other[row]!];
    if (x !== x || y !== y) continue;
    count += 1;
    isEqual &&= x === y;
    // Welford's update.
    const [dx, dy] = [x - meanOne, y - meanOther];
    meanOne += dx / count;
    meanOther += dy / count;
    squaresOne += dx * (x - meanOne);
    squaresOther += dy * (y - meanOther);
    products += dx * (y - meanOther);
  }
  const correlation = products / (Math.sqrt(squaresOne) * Math.sqrt(squaresOther));
  return { isEqual: isEqual && count > 2 && squaresOne > 0, correlation: count > 2 ? correlation : 0 };
}
