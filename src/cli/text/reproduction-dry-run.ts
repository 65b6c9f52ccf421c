/** `hgmlp reproduce --dry-run`: the points, why each would be picked, and the time it would take here. */
import { archName } from '../../arch/arch.js';
import { exitCodes, type ExitCode } from '../../base/errors.js';
import { formatExactCount } from '../../base/numbers.js';
import { workforceDocument, workforceText } from '../../execute/workforce.js';
import { shapeLabels } from '../../report/numbers.js';
import { left, right, tableOf } from '../../report/tables.js';
import { terminalTable, terminalText } from '../../report/text.js';
import type { CommandContext } from '../context.js';
import { renderDuration } from '../../base/duration.js';
import type { RankedSpecs, ReproductionPlan, ReproductionStudy } from '../../study/reproduction.js';

/** Prints the points that fit into the time, those that do not, and what each would take. Nothing is trained. */
export function reproductionDryRun(
  study: ReproductionStudy,
  plan: ReproductionPlan,
  { values, terminal }: CommandContext,
): ExitCode {
  if (values.json) {
    terminal.print(JSON.stringify(planDocument(study, plan, values.maxTime!), null, 2));
    return exitCodes.done;
  }
  const { picked, leftOut, workforce, durationMs } = plan;
  terminal.print(`${study.task.name}: picked\n\n${terminalTable(tableOf(picked, columnsOf(plan)), terminal)}`);
  if (leftOut.length > 0) terminal.print(`\nLeft out\n\n${terminalTable(tableOf(leftOut, columnsOf(plan)), terminal)}`);
  const summary =
    `\n${picked.length} of ${picked.length + leftOut.length} published points with ${workforceText(workforce)}: ` +
    `about ${renderDuration(durationMs)} of ${values.maxTime}`;
  terminal.print(terminalText([summary], terminal));
  return exitCodes.done;
}

function columnsOf(plan: ReproductionPlan) {
  return [
    left('Shape', ({ point }: RankedSpecs) => shapeLabels[point.shape]),
    left('Architecture', ({ point }) => archName(point.arch)),
    right('Trainable parameters', ({ point }) => formatExactCount(point.trainableParams)),
    left('Picked as', ({ reason }) => reason),
    right('Learning rate', ({ point, learningRate }) => `${learningRate}${point.learningRate === null ? '*' : ''}`),
    right('Published PSNR (dB)', ({ point }) => point.psnrDb.toFixed(3)),
    right('Runs', ({ specs }) => String(specs.length)),
    right('Estimated time', (row) => {
      const durationMs = durationMsOfPoint(row, plan);
      return durationMs === 0 ? 'done' : renderDuration(durationMs);
    }),
  ] satisfies Parameters<typeof tableOf<RankedSpecs>>[1];
}

function planDocument({ task, epochs, config }: ReproductionStudy, plan: ReproductionPlan, maxTime: string) {
  const rowOf = (row: RankedSpecs) => ({
    ...row.point,
    reason: row.reason,
    learningRate: row.learningRate,
    learningRatePublished: row.point.learningRate !== null,
    runs: row.specs.length,
    estimatedDurationMs: durationMsOfPoint(row, plan),
  });
  const { picked, leftOut, workforce, durationMs } = plan;
  return {
    schemaVersion: 1,
    task: task.name,
    epochs,
    maxTime,
    engine: config.engine,
    ...workforceDocument(workforce),
    picked: picked.map(rowOf),
    leftOut: leftOut.map(rowOf),
    estimatedDurationMs: durationMs,
  };
}

/** On one worker, of the runs that the log has not. */
function durationMsOfPoint({ specs }: RankedSpecs, { isDone, durationMsOf }: ReproductionPlan): number {
  return specs.filter((spec) => !isDone(spec)).reduce((sum, spec) => sum + durationMsOf(spec), 0);
}
