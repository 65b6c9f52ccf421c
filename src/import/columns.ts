/** Which column of a file holds which field, and what stands in for columns that it does not have. */
import { nearestName } from '../base/nearest.js';
import { shown } from '../base/shown.js';
import { UserError } from '../base/errors.js';
import { itemAt } from '../base/items.js';
import { decidingKeys, metricKeys, metricOf, metricsDecidedBy, type DecidingMetric } from '../run/metrics.js';
import { evaluationSets } from '../run/run.js';
import { pointsAlone, type DecimalMarks } from './decimal-marks.js';
import type { Problems } from './problems.js';
import type { CsvRecord } from './read-csv.js';
import {
  fieldNames,
  importFields,
  networkFields,
  plainName,
  type Field,
  type FieldName,
  type FieldValues,
} from './fields.js';

/** Holds `<ours>=<theirs>` and `<ours>=<value>`, as they were typed. */
export interface Assignments {
  /** Columns by their names in the file; an empty name leaves the field out. */
  readonly columns: readonly string[];
  /** One value for all runs. */
  readonly constants: readonly string[];
  /** Of all runs, where the file does not say it. */
  readonly task: string | null;
}

/** Says where each field of a file is found, and reads its records. */
export interface Layout {
  /** The name in the file of each field that is read from a column. */
  readonly columns: ReadonlyMap<FieldName, string>;
  readonly constants: Readonly<Partial<FieldValues>>;
  /** The metric that decides: the first of which there is a column. What is not measured beside it is not read. */
  readonly deciding: DecidingMetric;
  /** Columns that mean nothing here, by their names in the file. */
  readonly unread: readonly string[];
  /** Whether no cell that is read holds anything. */
  isEmpty(record: CsvRecord): boolean;
  /** One value alone, which is not reported where it is none: then it is undefined. */
  peek<Name extends FieldName>(record: CsvRecord, name: Name): FieldValues[Name] | undefined;
  /** The text of it in the file; null where it stands in no column. */
  written(record: CsvRecord, name: FieldName): string | null;
  /**
   * The values of a record; a cell that is no value of its field is reported, and null.
   * @param unused fields of which nothing is made, so that a cell which is no value of theirs does no harm
   */
  read(record: CsvRecord, problems: Problems, unused: ReadonlySet<FieldName>): FieldValues;
}

/** Finds the columns. Throws a UserError where one is missing, meant twice, or not in the file. */
export function layoutOf(header: CsvRecord, assignments: Assignments, marks: DecimalMarks = pointsAlone): Layout {
  const headings = header.cells.map((cell, position): Heading => ({ position, label: cell.trim() }));
  const constants = constantsOf(assignments.constants);
  const named = namedColumns(assignments.columns, headings);
  const found = new Map<FieldName, Heading>();
  for (const name of fieldNames) {
    if (name in constants) continue;
    const known = named.get(name);
    const heading = known === undefined ? foundColumn(name, headings, new Set(named.values())) : known;
    if (heading !== null) found.set(name, heading);
  }
  const has = (name: FieldName) => found.has(name) || name in constants;
  const deciding = decidingIn(has)[0] ?? 'psnrDb';
  for (const name of otherFigures(deciding)) if (!named.has(name)) found.delete(name);
  for (const { label } of found.values()) refuseRepeated(label, headings, header.line);
  if (assignments.task !== null && !found.has('task')) constants.task ??= assignments.task;
  requireColumns(has, headings);
  const columns = [...found].map(([name, heading]) => ({ name, ...heading }));
  const used = new Set(found.values());
  const written: Layout['written'] = ({ cells }, name) => {
    const heading = found.get(name);
    return heading === undefined ? null : (cells[heading.position] ?? '').trim();
  };
  return {
    columns: new Map(columns.map(({ name, label }) => [name, label])),
    constants,
    deciding,
    unread: headings.filter((heading) => !used.has(heading)).map(({ label }) => label),
    isEmpty: (record) => columns.every(({ name }) => written(record, name) === ''),
    peek(record, name) {
      const text = written(record, name);
      const value: unknown = text === null ? (constants[name] ?? null) : importFields[name].read(text);
      return value as FieldValues[typeof name] | undefined;
    },
    written,
    read(record, problems, unused) {
      const values = { ...empty, ...constants };
      for (const column of columns) readCell(record, column, { values, problems, marks, unused });
      return values;
    },
  };
}

const empty = Object.fromEntries(fieldNames.map((name) => [name, null])) as FieldValues;

/** The name of a column in the file, and which column of it that is, from 0. */
interface Heading {
  readonly position: number;
  readonly label: string;
}

interface Column extends Heading {
  readonly name: FieldName;
}

interface Reading {
  readonly values: FieldValues;
  readonly problems: Problems;
  readonly marks: DecimalMarks;
  readonly unused: ReadonlySet<FieldName>;
}

function readCell(
  { line, cells }: CsvRecord,
  { name, position, label }: Column,
  { values, problems, marks, unused }: Reading,
): void {
  const text = itemAt(cells, position).trim();
  const { read, isNumber = false } = importFields[name] as Field<unknown>;
  const plain = isNumber ? marks.plain(text, (one) => read(one) !== undefined, { line, label }) : text;
  const value = read(plain);
  if (value !== undefined) (values as Record<FieldName, unknown>)[name] = value;
  else if (!unused.has(name))
    problems.add(line, `${label}: expected ${importFields[name].expects}, got ${shown(text)}`);
}

function constantsOf(written: readonly string[]): Partial<FieldValues> {
  const entries = written.map((assignment) => {
    const [name, text] = parted(assignment, '--set', '<value>');
    const value = importFields[name].read(text.trim());
    if (value === undefined || value === null) {
      throw new UserError(`--set ${name}: expected ${importFields[name].expects}, got ${shown(text)}`);
    }
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

function namedColumns(written: readonly string[], headings: readonly Heading[]): Map<FieldName, Heading | null> {
  return new Map(
    written.map((assignment) => {
      const [name, column] = parted(assignment, '--column', '<name in the file>');
      if (column.trim() === '') return [name, null];
      const heading = headings.find(({ label }) => label === column.trim());
      if (heading === undefined) {
        throw new UserError(
          `--column ${name}: expected a column of the file, got ${shown(column)}; ${there(headings, column)}`,
        );
      }
      return [name, heading];
    }),
  );
}

function parted(assignment: string, flag: string, right: string): [FieldName, string] {
  const at = assignment.indexOf('=');
  const name = assignment.slice(0, Math.max(at, 0)).trim();
  const known = fieldNames.find((field) => field === name);
  if (at !== -1 && known) return [known, assignment.slice(at + 1)];
  if (at === -1) throw new UserError(`${flag}: expected <ours>=${right}, got ${shown(assignment)}`);
  const nearest = nearestName(name, fieldNames);
  const meant = nearest === null ? '' : `did you mean '${nearest}'? `;
  throw new UserError(
    `${flag}: expected a name of ours before '=', got ${shown(name)}; ${meant}Ours are ${fieldNames.join(', ')}`,
  );
}

/** Our own name goes before a synonym; of several synonyms, none is guessed. */
function foundColumn(
  name: FieldName,
  headings: readonly Heading[],
  taken: ReadonlySet<Heading | null>,
): Heading | null {
  const candidates = headings.filter((heading) => !taken.has(heading));
  const exact = candidates.filter(({ label }) => plainName(label) === name);
  const synonymous = candidates.filter(({ label }) => importFields[name].synonyms.includes(plainName(label)));
  const [first, ...others] = exact.length > 0 ? exact : synonymous;
  if (first === undefined) return null;
  const labels = [...new Set([first, ...others].map(({ label }) => label))];
  // Of one name that stands twice, the first is taken, and refused with its name.
  if (labels.length === 1) return first;
  throw new UserError(
    `${name}: expected one column, got several that could be it (${labels.map(shown).join(', ')}); ` +
      `say which with --column ${name}=${first.label}`,
  );
}

const required: readonly FieldName[] = ['task', ...networkFields];

function requireColumns(has: (name: FieldName) => boolean, headings: readonly Heading[]): void {
  const missing = required.find((name) => !has(name));
  if (missing) {
    const advice =
      missing === 'task' ? 'or name the task with --task' : `or give one value for all with --set ${missing}=`;
    throw new UserError(
      `expected a column ${missing}, got none; ${there(headings, missing)}; map one with --column ${missing}=<name>, ${advice}`,
    );
  }
  if (decidingIn(has).length > 0) return;
  if (!has('psnr_db')) {
    throw new UserError(
      `expected a column validation_psnr_db, test_psnr_db or psnr_db, or one of another metric such as test_accuracy or ` +
        `test_rmse, got none; ${there(headings, 'test_psnr')}; map one with --column test_psnr_db=<name>`,
    );
  }
  if (!has('metric')) {
    throw new UserError(
      'psnr_db: expected a column metric that says on which set it was measured, got none; ' +
        'add --set metric=validation or --set metric=test',
    );
  }
}

/** The fields of metrics that do not stand beside the one that decides. */
function otherFigures(deciding: DecidingMetric): FieldName[] {
  const beside = new Set(metricsDecidedBy(deciding).map((key) => metricOf(key).column));
  const figures = metricKeys.map((key) => metricOf(key).column).filter((column) => !beside.has(column));
  return figures.flatMap((column) => evaluationSets.map((set) => `${set}_${column}` as FieldName));
}

/** The metrics that decide of which there are columns, of either set. */
function decidingIn(has: (name: FieldName) => boolean): DecidingMetric[] {
  return decidingKeys.filter((key) => evaluationSets.some((set) => has(`${set}_${metricOf(key).column}` as FieldName)));
}

/** What the file has, the nearest first named. */
function there(headings: readonly Heading[], wanted: string): string {
  const names = headings.map(({ label }) => label);
  const nearest = nearestName(wanted, names);
  const meant = nearest === null ? '' : `did you mean ${shown(nearest)}? `;
  return `${meant}The file has ${names.map(shown).join(', ')}`;
}

/** Of a column that is read; what others are called does not matter. */
function refuseRepeated(label: string, headings: readonly Heading[], line: number): void {
  if (headings.filter((heading) => heading.label === label).length === 1) return;
  throw new UserError(`line ${line}: expected each column once, got ${shown(label)} twice; rename one`);
}
