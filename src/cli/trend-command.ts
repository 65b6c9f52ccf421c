/** `hgmlp frontier trend`: how depth, skip width and bottleneck width of the best networks move with the budget. */
import { shapeOf, shapes } from '../arch/arch.js';
import { exitCodes, UserError, type ExitCode } from '../base/errors.js';
import { candidatesOf, resampledOutcomes } from '../frontier/bootstrap.js';
import { evidenceOf } from '../frontier/evidence.js';
import { trendOf } from '../frontier/trend.js';
import { renderTrend, trendDocument, trendMarkdown, type TrendReport } from '../report/trend.js';
import { writeTrendPlots } from '../report/write-report.js';
import type { CommandContext } from './context.js';
import { statedInterval } from '../study/interval.js';
import { loadStudy, type LoadedStudy } from '../study/load.js';

export async function frontierTrendCommand(context: CommandContext): Promise<ExitCode> {
  const { values, terminal, words } = context;
  const study = await loadStudy(words[0], context);
  const report = follow(study, context);
  const files = await writeTrendPlots(study.folder, report);
  if (values.json) terminal.print(JSON.stringify({ ...trendDocument(report), files }, null, 2));
  else if (values.format === 'markdown') {
    terminal.print(trendMarkdown(report).trimEnd());
    // Beside a document they are a message.
    for (const file of files) terminal.say(`drawn: ${file}`);
  } else {
    terminal.print(renderTrend(report, terminal));
    for (const file of files) terminal.print(file);
  }
  return exitCodes.done;
}

function follow(study: LoadedStudy, { values }: CommandContext): TrendReport {
  const { task, count, runs } = study;
  const candidates = candidatesOf(evidenceOf(runs, task.dimensions), count);
  const settings = {
    level: values.level!,
    resamples: values.resamples!,
    seed: values.seed!,
    noiseStdDb: values.noiseStd,
  };
  const trends = shapes.flatMap((shape) => {
    const ofShape = candidates.filter(({ evidence }) => evidence.shape === shape);
    if (ofShape.length < fewestArchitectures) return [];
    const runsOfShape = runs.filter(({ spec }) => shapeOf(spec.arch) === shape);
    const { lowest, highest } = statedInterval(values.interval, [
      { name: shape, study, runs: runsOfShape, candidates: ofShape },
    ]);
    if (lowest === highest) return [];
    const interval = { lowest, highest };
    const isNoiseKnown = resampledOutcomes(ofShape, settings) !== null;
    return [{ ...trendOf(shape, ofShape, { ...settings, interval }), interval, isNoiseKnown }];
  });
  if (trends.length === 0) {
    throw new UserError(
      `${study.folder}: expected at least ${fewestArchitectures} trained architectures of a shape and of several sizes to follow, ` +
        'got fewer, or all of one size; search more',
    );
  }
  return { task: task.name, count, settings, trends };
}

/** Through fewer points no line says anything. */
const fewestArchitectures = 5;
