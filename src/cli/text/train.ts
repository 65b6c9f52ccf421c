/** What the training of one network tells. */
import { renderDuration } from '../../base/duration.js';
import { exponentialText, fixedText } from '../../report/numbers.js';
import { measuredText, metricText } from '../../report/scores.js';
import { bestEpochOf } from '../../run/patience.js';
import { decidingMetricOf, metricKeys, type Measurement } from '../../run/metrics.js';
import type { EpochRecord, Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';

/**
 * Writes the loss and what was measured on validation after an epoch, and the time that is left. The pace is that of the epochs of
 * this call: `earlierEpochs` were trained before it.
 */
export function renderEpoch(
  { epoch, trainLoss, validation }: EpochRecord,
  { recipe }: RunSpec,
  { elapsedMs, earlierEpochs }: { readonly elapsedMs: number; readonly earlierEpochs: number },
): string {
  const most = recipe.patience === undefined ? '' : 'at most ';
  const remainingMs = (elapsedMs * (recipe.epochs - epoch)) / (epoch - earlierEpochs);
  return (
    `epoch ${epoch}/${recipe.epochs}  loss ${trainLoss.toExponential(3)}  ` +
    `validation ${measuredText(validation)}  ${most}${renderDuration(remainingMs)} left`
  );
}

/** Writes the measures of a finished run on validation and test, a line each; of another run its state and reason. */
export function renderOutcome(run: Run): string {
  if (run.state !== 'finished') return `${run.state}: ${run.reason}`;
  const { validation, test, timing } = run;
  return [
    ...epochLines(run),
    `validation  ${measuredText(validation)}`,
    ...(test.psnrDb === undefined ? otherLines(test) : pictureLines(test)),
    ...(timing ? [`time        ${renderDuration(timing.durationMs)}, ${timing.imagesPerSecond} images/s`] : []),
  ].join('\n');
}

function epochLines({ spec: { recipe }, curve }: Run): string[] {
  if (recipe.patience === undefined || curve.length === 0) return [];
  return [`epochs      ${curve.length} of ${recipe.epochs}, the best was epoch ${bestEpochOf(curve)}`];
}

function pictureLines({ psnrOfMeanDb, meanSquaredError, ssim, ...test }: Measurement): string[] {
  return [
    `test        ${measuredText(test)} (mean over batches of 128), ${fixedText(psnrOfMeanDb ?? null, 3)} dB (of the mean error)`,
    `            mean squared error ${exponentialText(meanSquaredError ?? null, 4)}, SSIM ${fixedText(ssim ?? null, 4)}`,
  ];
}

function otherLines(test: Measurement): string[] {
  const deciding = decidingMetricOf(test);
  const others = metricKeys.flatMap((key) => {
    const value = test[key];
    return key === deciding || typeof value !== 'number' ? [] : [metricText(key, value)];
  });
  return [`test        ${[measuredText(test), ...others].join(', ')}`];
}
