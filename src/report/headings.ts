/** The words above a frontier: what was compared, how it was chosen, and what the search cost. */
import { counted, formatExactCount } from '../base/numbers.js';
import type { Effort } from '../frontier/effort.js';
import type { Frontier } from '../frontier/trace.js';
import { metricOf, type MetricKey } from '../run/metrics.js';
import type { EvaluationSet } from '../run/run.js';
import { seriesLabel, sharedFamily } from './numbers.js';
import { headingLabel } from './scores.js';

/**
 * Gives the name of a task as headings have it: of a table without what only tells its copy apart from others, which
 * the configuration and the CSV files say.
 */
export function shownTask(name: string): string {
  return name.startsWith('table:') ? name.replace(/(\?target=[^&]*)&.*$/, '$1') : name;
}

/** Writes `PSNR frontier of mnist/denoising`, and the family where all networks share one. */
export function frontierHeading({ task, points, metrics }: Pick<Frontier, 'task' | 'points' | 'metrics'>): string {
  const family = sharedFamily(points.map(({ arch }) => arch));
  return `${headingLabel(metrics[0])} frontier of ${shownTask(task)}${family === null ? '' : `, ${family}`}`;
}

/**
 * Writes one line each on the training and the effort; the effort is said once where it is the same for every series.
 */
export function frontierSubheadings({ epochs, patience, effort, onlySet, metrics: [deciding] }: Frontier): string[] {
  if (effort.length === 0) return ['No runs yet'];
  const trained = counted(epochs, 'epoch');
  const length = patience === undefined ? trained : `at most ${trained}, patience ${patience}`;
  return [`${length}; ${choiceText(onlySet, deciding)}`, ...effortLines(effort)];
}

/** Says on which set the choices were made, and on which the metric is shown. */
export function choiceText(onlySet: EvaluationSet | null, deciding: MetricKey): string {
  const { label } = metricOf(deciding);
  return onlySet === null
    ? `learning rate and frontier chosen on validation, ${label} shown on test`
    : `learning rate, frontier and ${label} all on ${onlySet} (imported)`;
}

/** Says the same as a whole sentence. */
export function choiceSentence(onlySet: EvaluationSet | null, deciding: MetricKey): string {
  const text = choiceText(onlySet, deciding);
  return `${text.charAt(0).toUpperCase()}${text.slice(1)}.`;
}

function effortLines(effort: readonly Effort[]): string[] {
  const isWhole = effort.every((row) => unfinishedText(row) === '');
  const [text, ...others] = new Set(effort.map(begunText));
  if (effort.length > 1 && isWhole && others.length === 0)
    return [`${text} per ${effort[0]!.family === undefined ? 'shape' : 'series'}`];
  return effort.map((row) => `${seriesLabel(row)}: ${begunText(row)}${unfinishedText(row)}`);
}

/** A product only where every combination was run; else the counts, and the runs there were. */
function begunText(effort: Effort): string {
  const { architectures, learningRates, replicates, runs } = effort;
  const counts = [
    counted(architectures, 'architecture'),
    counted(learningRates, 'learning rate'),
    counted(replicates, 'replicate'),
  ];
  return isProduct(effort) ? counts.join(' × ') : `${counts.join(', ')} at most, ${counted(runs, 'run')}`;
}

function isProduct({ architectures, learningRates, replicates, runs }: Effort): boolean {
  return architectures * learningRates * replicates === runs;
}

/** Those that were not trained to a result: they are counted above, and no mark shows them. */
function unfinishedText(effort: Effort): string {
  const { runs, diverged, failed, stopped = 0 } = effort;
  const texts = [
    ...(stopped > 0 ? [`${formatExactCount(stopped)} stopped early`] : []),
    ...(diverged > 0 ? [`${formatExactCount(diverged)} diverged`] : []),
    ...(failed > 0 ? [`${formatExactCount(failed)} failed`] : []),
  ];
  if (texts.length === 0) return '';
  return `${isProduct(effort) ? `; of ${counted(runs, 'run')} ` : ', of which '}${texts.join(', ')}`;
}
