/** `hgmlp search --dry-run`: the candidates, their parameters, and the time they would take here. */
import { archName, multiplyAddsPerImage, parameterCount, shapeOf } from '../arch/arch.js';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { formatCount, formatExactCount } from '../base/numbers.js';
import { openTask } from '../data/task-data.js';
import type { RunSpec } from '../run/run.js';
import type { Candidate } from '../search/candidate.js';
import { bandsOf } from '../search/plan.js';
import { millisecondsPerImage } from '../train/measure.js';
import type { CommandContext } from './context.js';
import { renderDuration } from './duration.js';
import type { Study } from './study.js';

/** Evaluation after every epoch, beside the training: a fifth as many images, a third of the work each. */
const evaluationShare = 1 / 15;

export async function dryRun(study: Study, context: CommandContext & { workers: number }): Promise<ExitCode> {
  const { values, terminal, workers } = context;
  const durationMs = await estimateDurationMs(study, workers, context);
  if (values.json) {
    terminal.print(JSON.stringify(planDocument(study, workers, durationMs), null, 2));
    return exitCodes.done;
  }
  for (const line of planLines(study)) terminal.print(line);
  const time =
    durationMs === null
      ? 'no estimate of the time: the data set cannot be read'
      : `about ${renderDuration(durationMs)}`;
  terminal.print(`\n${countRuns(study)} runs with ${workers} workers: ${time}`);
  return exitCodes.done;
}

/** Lines, one at a time: a grid may have a million candidates. */
function* planLines(study: Study): Generator<string> {
  const { dimensions, count } = study.request.setting;
  yield `${study.task.name}, budget ${study.budget.text} (${count} parameters)\n`;
  yield 'candidates in each band of parameters: hourglass, conventional';
  for (const { params, candidates } of bandsOf(study.candidates(), study.budget, dimensions)) {
    const band = `${formatCount(params.lowest)} to ${formatCount(params.highest)}`;
    yield `  ${band.padEnd(18)} ${String(candidates.hourglass).padStart(6)} ${String(candidates.conventional).padStart(6)}`;
  }
  yield `\n${'pair'.padStart(6)}  ${'shape'.padEnd(12)}  ${'skip-bottleneck-depth'.padEnd(24)} ${count} parameters  multiply-adds`;
  for (const candidate of study.candidates()) {
    const { pair, shape, arch, countedParams, multiplyAdds } = rowOf(candidate, study);
    const numbers = `${formatExactCount(countedParams).padStart(20)} ${formatExactCount(multiplyAdds).padStart(14)}`;
    yield `${String(pair).padStart(6)}  ${shape.padEnd(12)}  ${arch.padEnd(24)}${numbers}`;
  }
}

function rowOf({ arch, pair, countedParams }: Candidate, { task }: Study) {
  return {
    pair: pair + 1,
    shape: shapeOf(arch),
    arch: archName(arch),
    countedParams,
    multiplyAdds: multiplyAddsPerImage(arch, task.dimensions),
  };
}

function planDocument(study: Study, workers: number, estimatedDurationMs: number | null) {
  const { dimensions, count } = study.request.setting;
  return {
    schemaVersion: 1,
    task: study.task.name,
    budget: study.budget,
    count,
    bands: bandsOf(study.candidates(), study.budget, dimensions),
    candidates: [...study.candidates()].map(({ arch, pair }) => ({
      pair: pair + 1,
      shape: shapeOf(arch),
      ...arch,
      ...parameterCount(arch, dimensions),
      multiplyAddsPerImage: multiplyAddsPerImage(arch, dimensions),
    })),
    runs: countRuns(study),
    workers,
    estimatedDurationMs,
  };
}

function countRuns(study: Study): number {
  let runs = 0;
  for (const specs = study.specs()[Symbol.iterator](); !specs.next().done;) runs += 1;
  return runs;
}

/**
 * A line through the measured time per image of the smallest and the largest network, over multiply-adds; null where
 * the data set cannot be read.
 */
async function estimateDurationMs(study: Study, workers: number, { values }: CommandContext): Promise<number | null> {
  const { task } = study;
  const madds = (spec: RunSpec) => multiplyAddsPerImage(spec.arch, task.dimensions);
  let smallest: RunSpec | undefined;
  let largest: RunSpec | undefined;
  let images = 0;
  let imageMadds = 0;
  for (const spec of study.specs()) {
    const { epochs, flips } = spec.recipe;
    images += task.trainingImages * epochs * flips;
    imageMadds += task.trainingImages * epochs * flips * madds(spec);
    if (!smallest || madds(spec) < madds(smallest)) smallest = spec;
    if (!largest || madds(spec) > madds(largest)) largest = spec;
  }
  if (!smallest || !largest) return 0;
  const data = await openTask(task.name, { folder: values.dataFolder ?? undefined }).catch(nullForUnreadable);
  if (data === null) return null;
  const low = await millisecondsPerImage(smallest, data);
  const high = await millisecondsPerImage(largest, data);
  const span = madds(largest) - madds(smallest);
  const slope = span === 0 ? 0 : Math.max(0, (high - low) / span);
  const fixed = low - slope * madds(smallest);
  return ((fixed * images + slope * imageMadds) * (1 + evaluationShare)) / workers;
}

function nullForUnreadable(error: unknown): null {
  if (error instanceof UserError) return null;
  throw error;
}
