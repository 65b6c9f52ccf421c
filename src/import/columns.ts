/** Which column of a file holds which field, and what stands in for columns that it does not have. */
import { nearestName } from '../base/nearest.js';
import { shown } from '../base/shown.js';
import { UserError } from '../base/errors.js';
import type { Problems } from './problems.js';
import type { CsvRecord } from './read-csv.js';
import { fieldNames, fields, plainName, type FieldName, type FieldValues } from './fields.js';

/** `<ours>=<theirs>` and `<ours>=<value>`, as they were typed. */
export interface Assignments {
  /** Columns by their names in the file; an empty name leaves the field out. */
  readonly columns: readonly string[];
  /** One value for all runs. */
  readonly constants: readonly string[];
  /** Of all runs, where the file does not say it. */
  readonly task: string | null;
}

export interface Layout {
  /** The name in the file of each field that is read from a column. */
  readonly columns: ReadonlyMap<FieldName, string>;
  readonly constants: Readonly<Partial<FieldValues>>;
  /** Columns that mean nothing here, by their names in the file. */
  readonly unread: readonly string[];
  /** The values of a record; a cell that is no value of its field is reported, and null. */
  read(record: CsvRecord, problems: Problems): FieldValues;
}

/** Finds the columns. Throws a UserError where one is missing, meant twice, or not in the file. */
export function layoutOf(header: CsvRecord, assignments: Assignments): Layout {
  const names = header.cells.map((cell) => cell.trim());
  refuseRepeated(names, header.line);
  const constants = constantsOf(assignments.constants);
  const named = namedColumns(assignments.columns, names);
  const positions = new Map<FieldName, number>();
  for (const name of fieldNames) {
    if (name in constants) continue;
    const position = named.has(name) ? named.get(name)! : foundColumn(name, names, new Set(named.values()));
    if (position !== null) positions.set(name, position);
  }
  if (assignments.task !== null && !positions.has('task')) constants.task ??= assignments.task;
  requireColumns((name) => positions.has(name) || name in constants, names);
  const columns = [...positions].map(([name, position]) => ({ name, position, label: names[position]! }));
  const used = new Set(positions.values());
  return {
    columns: new Map(columns.map(({ name, label }) => [name, label])),
    constants,
    unread: names.filter((_, position) => !used.has(position)),
    read(record, problems) {
      const values = { ...empty, ...constants };
      for (const column of columns) readCell(record, column, values, problems);
      return values;
    },
  };
}

const empty = Object.fromEntries(fieldNames.map((name) => [name, null])) as FieldValues;

interface Column {
  readonly name: FieldName;
  readonly position: number;
  readonly label: string;
}

function readCell(
  { line, cells }: CsvRecord,
  { name, position, label }: Column,
  values: FieldValues,
  problems: Problems,
): void {
  const text = cells[position]!.trim();
  const value = fields[name].read(text);
  if (value === undefined) problems.add(line, `${label}: expected ${fields[name].expects}, got ${shown(text)}`);
  else (values as Record<FieldName, unknown>)[name] = value;
}

function constantsOf(written: readonly string[]): Partial<FieldValues> {
  const entries = written.map((assignment) => {
    const [name, text] = parted(assignment, '--set', '<value>');
    const value = fields[name].read(text.trim());
    if (value === undefined || value === null) {
      throw new UserError(`--set ${name}: expected ${fields[name].expects}, got ${shown(text)}`);
    }
    return [name, value] as const;
  });
  return Object.fromEntries(entries);
}

function namedColumns(written: readonly string[], names: readonly string[]): Map<FieldName, number | null> {
  return new Map(
    written.map((assignment) => {
      const [name, column] = parted(assignment, '--column', '<name in the file>');
      if (column.trim() === '') return [name, null];
      const position = names.indexOf(column.trim());
      if (position === -1) {
        throw new UserError(
          `--column ${name}: expected a column of the file, got ${shown(column)}; ${there(names, column)}`,
        );
      }
      return [name, position];
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
function foundColumn(name: FieldName, names: readonly string[], taken: ReadonlySet<number | null>): number | null {
  const candidates = [...names.keys()].filter((position) => !taken.has(position));
  const exact = candidates.filter((position) => plainName(names[position]!) === name);
  const synonymous = candidates.filter((position) => fields[name].synonyms.includes(plainName(names[position]!)));
  const found = exact.length > 0 ? exact : synonymous;
  if (found.length <= 1) return found[0] ?? null;
  const labels = found.map((position) => names[position]!);
  throw new UserError(
    `${name}: expected one column, got several that could be it (${labels.map(shown).join(', ')}); ` +
      `say which with --column ${name}=${labels[0]!}`,
  );
}

const required: readonly FieldName[] = ['task', 'skip_width', 'bottleneck_width', 'depth'];

function requireColumns(has: (name: FieldName) => boolean, names: readonly string[]): void {
  const missing = required.find((name) => !has(name));
  if (missing) {
    const advice =
      missing === 'task' ? 'or name the task with --task' : `or give one value for all with --set ${missing}=`;
    throw new UserError(
      `expected a column ${missing}, got none; ${there(names, missing)}; map one with --column ${missing}=<name>, ${advice}`,
    );
  }
  if (has('validation_psnr_db') || has('test_psnr_db')) return;
  if (!has('psnr_db')) {
    throw new UserError(
      `expected a column validation_psnr_db, test_psnr_db or psnr_db, got none; ${there(names, 'test_psnr')}; ` +
        'map one with --column test_psnr_db=<name>',
    );
  }
  if (!has('metric')) {
    throw new UserError(
      'psnr_db: expected a column metric that says on which set it was measured, got none; ' +
        'add --set metric=validation or --set metric=test',
    );
  }
}

/** What the file has, the nearest first named. */
function there(names: readonly string[], wanted: string): string {
  const nearest = nearestName(wanted, names);
  const meant = nearest === null ? '' : `did you mean ${shown(nearest)}? `;
  return `${meant}The file has ${names.map(shown).join(', ')}`;
}

function refuseRepeated(names: readonly string[], line: number): void {
  const repeated = names.find((name, position) => name !== '' && names.indexOf(name) !== position);
  if (repeated === undefined) return;
  throw new UserError(`line ${line}: expected each column once, got ${shown(repeated)} twice; rename one`);
}
