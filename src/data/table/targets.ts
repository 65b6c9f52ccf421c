/** What is to be predicted: numbers, classes, or several yes-or-no labels. */
import { UserError } from '../../base/errors.js';
import { firstItem } from '../../base/items.js';
import { counted, formatExactCount } from '../../base/numbers.js';
import { shown } from '../../base/shown.js';
import { booleanOf } from './cells.js';
import { countCategories } from './column-kinds.js';
import type { TableRequest, TargetKind } from './request.js';
import { cellText, placeOfRow, type Table, type TableColumn } from './table.js';
import { categoriesOfColumn, numbersOfColumn, type Categories } from './values.js';

/** Holds the targets of all rows of a table, those with missing ones among them. */
export interface Targets {
  readonly kind: TargetKind;
  readonly columns: readonly TableColumn[];
  /** Of regression and labels: for each target its values, `[rows]`, NaN where missing; labels are 0 and 1. */
  readonly values: readonly Float64Array[];
  /** Of classification alone. */
  readonly classes: Categories | null;
  readonly notes: readonly string[];
}

/** Numbers of so few different values may be meant as classes. */
const fewValues = 20;

/**
 * Reads the targets. One of words is classes, one of 0 and 1 or of true and false too, another one of numbers is
 * regression; several are labels if all hold 0 and 1, else regression. Throws a UserError where none is named, and where the
 * values do not fit the kind.
 */
export function readTargets(table: Table, request: TableRequest): Targets {
  const columns = table.targets.map((name) => table.columns.find((column) => column.name === name)!);
  if (columns.length === 0) {
    throw new UserError(
      `--target: expected the column that is to be predicted, got none; ${table.source} has ` +
        `${table.names.slice(0, 12).map(shown).join(', ')}${table.names.length > 12 ? ' …' : ''}`,
    );
  }
  const { kind, notes } = kindOf(columns, request.targetKind, table);
  if (kind !== 'classification') {
    return { kind, columns, values: columns.map((column) => valuesOf(column, kind, table)), classes: null, notes };
  }
  const column = firstItem(columns);
  requireFewClasses(column, request.mostCategories);
  return { kind, columns, values: [], classes: categoriesOfColumn(column), notes };
}

interface Decision {
  readonly kind: TargetKind;
  readonly notes: readonly string[];
}

function kindOf(columns: readonly TableColumn[], told: TargetKind | null, table: Table): Decision {
  if (told === 'classification' && columns.length > 1) {
    throw new UserError(
      `--target-kind: expected one target for classification, got ${columns.length}; name one, or take ` +
        'multi-label or regression',
    );
  }
  if (told !== null) return { kind: told, notes: [] };
  const areLabels = columns.every((column) => isBoolean(column) || holdsZeroAndOne(column));
  if (columns.length > 1) {
    const kind = areLabels ? 'multi-label' : 'regression';
    const why = areLabels ? 'all targets hold 0 and 1' : 'several targets of numbers';
    return { kind, notes: [`targets: ${kind}, since ${why}`] };
  }
  const column = firstItem(columns);
  const { counts, name } = column;
  if (counts.texts > 0 && counts.finite + counts.infinite > 0) throw mixedTarget(column, table);
  if (counts.texts > 0) return { kind: 'classification', notes: [] };
  if (areLabels) {
    return {
      kind: 'classification',
      notes: [
        `${name}: classification, since the target holds 0 and 1 only; --target-kind regression takes them as numbers`,
      ],
    };
  }
  const values = fewWholeNumbers(column);
  if (values === null) return { kind: 'regression', notes: [] };
  return {
    kind: 'regression',
    notes: [
      `${name}: regression, since the target holds numbers; they are ${values} different whole ones, ` +
        'which --target-kind classification takes as classes',
    ],
  };
}

function isBoolean({ counts, texts }: TableColumn): boolean {
  return texts.length > 0 && counts.finite + counts.infinite === 0 && texts.every((text) => booleanOf(text) !== null);
}

function holdsZeroAndOne({ counts, numbers }: TableColumn): boolean {
  if (counts.texts > 0 || counts.finite === 0) return false;
  return numbers!.every((value) => value === 0 || value === 1 || value !== value);
}

/** How many different values there are, if they are few and whole; null otherwise. */
function fewWholeNumbers({ numbers }: TableColumn): number | null {
  const values = new Set<number>();
  for (const value of numbers!) {
    if (value !== value) continue;
    if (!Number.isInteger(value) || (values.add(value), values.size > fewValues)) return null;
  }
  return values.size;
}

function mixedTarget(column: TableColumn, table: Table): UserError {
  const { counts, name, codes } = column;
  const row = codes!.findIndex((code) => code !== -1);
  return new UserError(
    `${placeOfRow(table, row)}: expected numbers or words in the target ${shown(name)}, got ` +
      `${formatExactCount(counts.finite)} numbers and ` +
      `${counted(counts.texts, 'other text')} such as ${shown(cellText(column, row))}; empty the cells, ` +
      'or take each value as a class ' +
      'with --target-kind classification',
  );
}

function valuesOf(column: TableColumn, kind: 'regression' | 'multi-label', table: Table): Float64Array {
  if (isBoolean(column)) return numbersOfColumn(column, 'boolean');
  const { numbers, codes, name, counts } = column;
  const isWrong =
    kind === 'regression'
      ? (value: number) => value === Infinity || value === -Infinity
      : (value: number) => value === value && value !== 0 && value !== 1;
  const length = numbers?.length ?? codes?.length ?? 0;
  for (let row = 0; row < length && (counts.texts > 0 || counts.infinite > 0 || kind === 'multi-label'); row += 1) {
    if ((codes?.[row] ?? -1) === -1 && (numbers === null || !isWrong(numbers[row]!))) continue;
    const expected = kind === 'regression' ? 'a finite number' : '0 or 1, or true or false,';
    const advice =
      kind === 'regression'
        ? 'mend or empty the cell, or take --target-kind classification'
        : 'mend the cell, or take another target';
    throw new UserError(
      `${placeOfRow(table, row)}: expected ${expected} in the target ${shown(name)}, got ` +
        `${shown(cellText(column, row))}; ${advice}`,
    );
  }
  return numbers!;
}

function requireFewClasses(column: TableColumn, most: number): void {
  const classes = countCategories(column, most);
  if (classes <= most && !column.hasUnkept) return;
  throw new UserError(
    `target ${shown(column.name)}: expected at most ${most} classes, got ` +
      `${column.hasUnkept ? 'more than ' : ''}${formatExactCount(classes)}; ` +
      'take another target, --target-kind regression for numbers, or allow more with --most-categories',
  );
}
