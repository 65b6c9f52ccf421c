/** Runs of a CSV file from elsewhere, task by task: all of it is checked before any of it counts. */
import path from 'node:path';
import { UserError } from '../base/errors.js';
import { formatExactCount } from '../base/numbers.js';
import { shown } from '../base/shown.js';
import type { Task } from '../data/tasks.js';
import { metricOf, type DecidingMetric } from '../run/metrics.js';
import type { Run } from '../run/run.js';
import { layoutOf, type Assignments, type Layout } from './columns.js';
import { figureFields, networkFields, type FieldName, type FieldValues } from './fields.js';
import { decimalMarks, pointsAlone } from './decimal-marks.js';
import { gather, type Gathering } from './gather.js';
import { leftOutLines, leftOutText, type LeftOut, type LeftOutLines } from './left-out.js';
import { problemsOf, type Problems } from './problems.js';
import { openCsv, type CsvRecord } from './read-csv.js';
import { hasFigures, outcomeOf, specOf } from './rows.js';
import { isLeftOut } from './states.js';
import { isOurs, taskName, taskOf, taskSlug, type TaskFacts } from './task-names.js';

/** Says how to read a file, and what it is about. */
export interface ImportRequest extends Assignments {
  /** What a task is that our table does not have. */
  readonly facts: TaskFacts | null;
}

/** Holds what a file gave. */
export interface ImportedFile {
  /** Its name, without folders. */
  readonly source: string;
  readonly sha256: string;
  /** In the order of their first records. */
  readonly tasks: readonly { readonly task: Task; readonly runs: readonly Run[] }[];
  /** Records of runs whose state says that they gave no evidence: they had not ended, or were stopped early. */
  readonly unfinished: number;
  /** All that are left out, those among them, each kind once. */
  readonly leftOut: readonly LeftOut[];
  /** Fields that are read, each with its column; and the columns that are not. */
  readonly columns: Layout['columns'];
  readonly unread: readonly string[];
}

/** Every run is held in memory: about 3 kB each. */
const mostRecords = 1_000_000;

/** Reads and checks a whole file. Throws a UserError with all faults, each with its line; then nothing is to be kept. */
export async function readImport(file: string, request: ImportRequest): Promise<ImportedFile> {
  const source = path.basename(file);
  const csv = await openCsv(file);
  const marks = csv.delimiter === ',' ? pointsAlone : decimalMarks();
  const layout = inFile(source, () => layoutOf(csv.header, request, marks));
  const problems = problemsOf(source);
  const reading: Reading = { source, layout, problems, request, tasks: new Map(), leftOut: leftOutLines() };
  let records = 0;
  for await (const record of csv.records) {
    // A spreadsheet may write all of its empty lines out.
    if (leaveOut(record, reading)) continue;
    records += 1;
    if (records > mostRecords) {
      throw new UserError(
        `${source}: expected at most ${formatExactCount(mostRecords)} runs, got more; split the file`,
      );
    }
    readRecord(record, csv.header.cells.length, reading);
  }
  marks.report(problems);
  const { tasks, copies } = gatheredRuns(reading);
  problems.throwIfAny();
  if (tasks.length === 0) throw nothingThere(reading, records);
  const { columns, unread } = layout;
  const { leftOut } = reading;
  leftOut.add('copies', null, copies);
  return {
    source,
    sha256: csv.sha256(),
    tasks,
    unfinished: leftOut.unfinished,
    leftOut: leftOut.all(),
    columns,
    unread,
  };
}

function gatheredRuns({ tasks, source }: Reading): Pick<ImportedFile, 'tasks'> & { readonly copies: number } {
  const gathered = [...new Set(tasks.values())]
    .filter((gathering) => gathering !== null)
    .map(({ task, runs }) => ({ task, ...runs(source) }));
  return {
    tasks: gathered.filter(({ runs }) => runs.length > 0).map(({ task, runs }) => ({ task, runs })),
    copies: gathered.reduce((sum, { copies }) => sum + copies, 0),
  };
}

interface Reading {
  readonly source: string;
  readonly layout: Layout;
  readonly problems: Problems;
  readonly request: ImportRequest;
  /** By the name in the file; null for a task that is not wanted, or is none. */
  readonly tasks: Map<string, Gathering | null>;
  readonly leftOut: LeftOutLines;
}

function readRecord(record: CsvRecord, width: number, reading: Reading): void {
  const { problems, layout, source } = reading;
  const { line, cells } = record;
  // The same of empty cells behind the last one.
  if (cells.length < width || cells.slice(width).some((cell) => cell.trim() !== '')) {
    problems.add(line, `expected ${width} cells as in the header, got ${cells.length}`);
    return;
  }
  const faults = problems.count;
  const values = layout.read(record, problems, hasFigures(layout.peek(record, 'state')) ? none : figureFields);
  if (problems.count > faults) return;
  const gathering = gatheringOf(values, line, reading);
  if (gathering === null) return;
  const spec = specOf(values, gathering.task, { line, problems });
  const outcome = outcomeOf(values, gathering.task, { line, problems, source });
  if (problems.count > faults || !spec || !outcome) return;
  gathering.add({ line, ...spec, replicate: values.replicate, ...outcome });
}

const none: ReadonlySet<FieldName> = new Set();

/** Whether the record is none of a run, and counted as that, or is one of a task that is not wanted. */
function leaveOut(record: CsvRecord, { layout, request, leftOut }: Reading): boolean {
  if (layout.isEmpty(record)) {
    leftOut.add('empty', null);
    return true;
  }
  const state = layout.peek(record, 'state');
  const lacksNetwork = () => networkFields.some((name) => layout.peek(record, name) === null);
  const kind = isLeftOut(state) ? state : state === 'failed' && lacksNetwork() ? 'networkless' : null;
  if (kind === null) return false;
  const task = layout.peek(record, 'task');
  const isOfOther = task && !isWanted(taskName(layout.peek(record, 'dataset') ?? null, task), request.task);
  if (!isOfOther) leftOut.add(kind, layout.written(record, 'state'));
  return true;
}

function gatheringOf(values: FieldValues, line: number, reading: Reading): Gathering | null {
  const { tasks, problems, request } = reading;
  if (values.task === null) {
    problems.add(line, 'task: expected the name of a task, got an empty cell');
    return null;
  }
  const name = taskName(values.dataset, values.task);
  const known = tasks.get(name);
  if (known !== undefined) return known;
  const gathering = isWanted(name, request.task) ? openGathering(name, line, reading) : null;
  tasks.set(name, gathering);
  return gathering;
}

function isWanted(name: string, task: string | null): boolean {
  return task === null || name === taskName(null, task);
}

/** An unknown task is one fault, where it comes first: its other lines are not looked at. */
function openGathering(name: string, line: number, { tasks, problems, request, layout }: Reading): Gathering | null {
  const { task, fault } = taskOf(name, request.facts, layout.deciding);
  if (!task) {
    problems.add(line, fault);
    return null;
  }
  if (task.metrics[0] !== layout.deciding) {
    problems.add(line, otherMetric(name, task.metrics[0], layout.deciding));
    return null;
  }
  const [other, gathering] = [...tasks].find(([, known]) => known?.task.name === task.name) ?? [];
  if (other === undefined || !gathering) return gather(task, problems);
  // Two spellings may mean one task of ours; of those that are not ours, only letters and digits tell one from another.
  if (isOurs(other) || isOurs(name)) return gathering;
  problems.add(
    line,
    `task: expected names that differ in letters from a to z or in digits, got ${shown(other)} and ${shown(name)}, both of ` +
      `which would be ${shown(taskSlug(task.name))}; rename one, or import one alone with --task`,
  );
  return null;
}

function otherMetric(name: string, wanted: DecidingMetric, got: DecidingMetric): string {
  const { label, column } = metricOf(wanted);
  const other = metricOf(got);
  return (
    `expected the ${label} of ${shown(name)} in a column validation_${column} or test_${column}, got ${other.label}; ` +
    `map one with --column test_${column}=<name>, and leave out others, such as --column test_${other.column}=`
  );
}

function nothingThere({ source, tasks, request, leftOut }: Reading, records: number): UserError {
  const kinds = leftOut.all();
  if (kinds.length > 0) {
    return new UserError(`${source}: expected runs that ended, got ${kinds.map(leftOutText).join(', ')}`);
  }
  if (records === 0) return new UserError(`${source}: expected at least one run, got a header alone`);
  return new UserError(
    `${source}: expected runs of ${shown(request.task)}, got those of ${[...tasks.keys()].map(shown).join(', ')}; ` +
      'choose one of them with --task',
  );
}

/** Says of which file a fault of its columns is. */
function inFile<Value>(source: string, does: () => Value): Value {
  try {
    return does();
  } catch (error) {
    throw error instanceof UserError ? new UserError(`${source}: ${error.message}`, error.exitCode) : error;
  }
}
