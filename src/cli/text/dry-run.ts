/** `hgmlp search --dry-run`: the candidates, their parameters, and the time they would take here. */
import { archName, shapeOf, type Arch } from '../../arch/arch.js';
import { seriesKey, seriesOf, seriesText, type Series } from '../../arch/series.js';
import { type SizeName, sizeOf, sizesOf, sizeTable } from '../../arch/sizes.js';
import { exitCodes, UserError, type ExitCode } from '../../base/errors.js';
import { formatCount, formatExactCount } from '../../base/numbers.js';
import { measureDurations } from '../../execute/measure.js';
import { workforceDocument, workforceText, type Workforce } from '../../execute/workforce.js';
import type { Candidate } from '../../search/candidate.js';
import { bandsOf } from '../../search/plan.js';
import { searchedShapes } from '../../search/space.js';
import { familyNames } from '../../config/families.js';
import { nameInFamily } from '../../report/numbers.js';
import { left, right, tableOf } from '../../report/tables.js';
import { terminalTable, terminalText, type TextOptions } from '../../report/text.js';
import { extremesOf } from '../../train/estimate.js';
import type { CommandContext } from '../context.js';
import { renderDuration } from '../../base/duration.js';
import { planSizeOf } from '../../study/train-plan.js';
import { studyOf, titleOf, type Study } from '../../study/definition.js';

/**
 * Prints the candidates, the size of the plan, and the time that it would take here, which it measures. Without the
 * data the time is left out.
 */
export async function dryRun(study: Study, workforce: Workforce, context: CommandContext): Promise<ExitCode> {
  const { values, terminal } = context;
  const durationMs = await estimateDurationMs(study, workforce, context);
  if (values.json) {
    const document = { ...planDocument(study, workforce, durationMs), strategy: values.strategy };
    terminal.print(JSON.stringify(document, null, 2));
    return exitCodes.done;
  }
  for (const line of planLines(study, terminal)) terminal.print(line);
  const time =
    durationMs === null
      ? 'no estimate of the time: the data set cannot be read'
      : `about ${renderDuration(durationMs)}`;
  const tell = (text: string) => terminal.print(terminalText([text], terminal));
  const { fewest, most } = study.plan.bound();
  for (const sentence of study.plan.describe().sentences) tell(`\n${sentence}`);
  tell(`\n${fewest === most ? '' : 'at most '}${most} runs with ${workforceText(workforce)}: ${time}`);
  if (study.shard !== null) tell(shareLine(study, studyOf({ ...values, shard: null })));
  return exitCodes.done;
}

/** Lines, or few at a time: a grid may have a million candidates. */
function* planLines(study: Study, terminal: TextOptions): Generator<string> {
  const { dimensions, size, limits } = study.request.setting;
  const within = limits.map((limit) => `, at most ${formatExactCount(limit.atMost)} ${sizeTable[limit.size].words}`);
  yield terminalText([`${titleOf(study)} (${sizeTable[size].words}${within.join('')})\n`], terminal);
  const series = countedSeries(study);
  yield terminalText([`candidates in each band of the budget: ${series.map(seriesText).join(', ')}`], terminal);
  for (const { params, candidates } of bandsIn(study, series)) {
    const band = `${formatCount(params.lowest)} to ${formatCount(params.highest)}`;
    const counts = series.map((each) => String(candidates[seriesKey(each)]).padStart(6));
    yield `  ${band.padEnd(18)} ${counts.join(' ')}`;
  }
  const columns = sizesShown(study);
  const widths = columns.map((column) => Math.max(widthOfNumbers, sizeTable[column].words.length + 2));
  const { header, nameOf, wordsOf, width } = namingIn(study);
  if ((terminal.width ?? Infinity) < widthOfNames + width - widthOfShape + widths.reduce((sum, width) => sum + width)) {
    yield* narrowTables(study, terminal);
    return;
  }
  const line = (pair: string, shape: string, arch: string, cells: readonly string[]) =>
    `${pair.padStart(6)}  ${shape.padEnd(width)}  ${arch.padEnd(24)}` +
    cells.map((cell, index) => cell.padStart(widths[index]!)).join('');
  const words = columns.map((column) => sizeTable[column].words);
  yield `\n${line('pair', header, 'skip-bottleneck-depth', words)}`;
  for (const { pair, arch } of study.plan.candidates()) {
    const sizes = columns.map((column) => formatExactCount(sizeOf(arch, dimensions, column)));
    yield line(String(pair + 1), wordsOf(arch), nameOf(arch), sizes);
  }
}

/** What candidates are counted by: shapes, and where there are several families, the series. */
function countedSeries({ request: { families, shapes } }: Study): readonly Series[] {
  if (families.length === 1) return searchedShapes.map((shape) => ({ shape }));
  return familyNames(families.map(({ setting }) => setting)).flatMap((family) => {
    return shapes.map((shape) => ({ family, shape }));
  });
}

function bandsIn({ plan, budget, request }: Study, series: readonly Series[]) {
  return bandsOf(plan.candidates(), budget, request.setting.dimensions, undefined, series);
}

/** Of several families, the family stands beside the shape. */
function namingIn(study: Study) {
  const isOfSeveral = study.request.families.length > 1;
  const wordsOf = (arch: Arch) => (isOfSeveral ? seriesText(seriesOf(arch)) : shapeOf(arch));
  return {
    header: isOfSeveral ? 'series' : 'shape',
    nameOf: isOfSeveral ? nameInFamily : archName,
    wordsOf,
    width: Math.max(widthOfShape, ...countedSeries(study).map((series) => seriesText(series).length)),
  };
}

/** The size that the budget bounds, the multiply-adds, and what else is bounded. */
function sizesShown({ request: { setting } }: Study): SizeName[] {
  return [...new Set([setting.size, 'multiply-adds' as const, ...setting.limits.map(({ size }) => size)])];
}

/** Of pair, shape and architecture in a line, and the least of each number. */
const widthOfNames = 46;
const widthOfShape = 12;
const widthOfNumbers = 14;
const rowsOfTable = 500;

/** For terminals in which the lines would be broken. */
function* narrowTables(study: Study, terminal: TextOptions): Generator<string> {
  const tableOfSome = (rows: readonly Candidate[]) =>
    `\n${terminalTable(tableOf(rows, candidateColumns(study)), terminal)}`;
  let rows: Candidate[] = [];
  for (const candidate of study.plan.candidates()) {
    rows.push(candidate);
    if (rows.length < rowsOfTable) continue;
    yield tableOfSome(rows);
    rows = [];
  }
  if (rows.length > 0) yield tableOfSome(rows);
}

function candidateColumns(study: Study): Parameters<typeof tableOf<Candidate>>[1] {
  const { header, nameOf, wordsOf } = namingIn(study);
  return [
    left(header, ({ arch }) => wordsOf(arch)),
    left('skip-bottleneck-depth', ({ arch }) => nameOf(arch)),
    ...sizesShown(study).map((size) =>
      right(sizeTable[size].words, ({ arch }: Candidate) =>
        formatExactCount(sizeOf(arch, study.task.dimensions, size)),
      ),
    ),
    right('pair', ({ pair }) => String(pair + 1)),
  ];
}

function shareLine(share: Study, whole: Study): string {
  const [part, all] = [planSizeOf(share.plan.specs(), share.task), planSizeOf(whole.plan.specs(), whole.task)];
  const percent = all.work === 0 ? 0 : (100 * part.work) / all.work;
  return `This share is ${percent.toFixed(1)} % of the multiply-adds of all ${formatExactCount(all.runs)} runs.`;
}

function planDocument(study: Study, workforce: Workforce, estimatedDurationMs: number | null) {
  const { dimensions, size, limits } = study.request.setting;
  return {
    schemaVersion: 2,
    task: study.task.name,
    budget: study.budget,
    shard: study.shard,
    size,
    limits,
    bands: bandsIn(study, countedSeries(study)),
    candidates: [...study.plan.candidates()].map(({ arch, pair }) => ({
      pair: pair + 1,
      shape: shapeOf(arch),
      ...arch,
      ...sizesOf(arch, dimensions),
    })),
    learningRates: study.training.learningRates,
    runs: study.plan.bound().most,
    ...study.plan.describe().document,
    engine: study.training.engine,
    ...workforceDocument(workforce),
    estimatedDurationMs,
  };
}

/** Null where the data set cannot be read. */
async function estimateDurationMs(
  study: Study,
  { workers, packSize }: Workforce,
  { values }: CommandContext,
): Promise<number | null> {
  const { task } = study;
  const { specs, times } = study.plan.bound().likely;
  const extremes = extremesOf(specs(), task.dimensions);
  if (extremes === null) return 0;
  const { dataFolder, plugin: plugins } = values;
  const setting = { members: packSize, dataFolder, plugins, environment: workers[0]!.environment };
  const durationMsOf = await measureDurations(extremes, task, setting).catch(nullForUnreadable);
  if (durationMsOf === null) return null;
  let totalMs = 0;
  for (const spec of specs()) totalMs += durationMsOf(spec);
  return (totalMs * times) / workers.length;
}

function nullForUnreadable(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}
