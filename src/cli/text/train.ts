/** What the training of one network tells. */
import { renderDuration } from '../../base/duration.js';
import { exponentialText, fixedText } from '../../report/numbers.js';
import type { EpochRecord, Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';

/**
 * Writes the loss and the validation PSNR after an epoch, and the time that is left. The pace is that of the epochs of
 * this call: `earlierEpochs` were trained before it.
 */
export function renderEpoch(
  { epoch, trainLoss, validation }: EpochRecord,
  { recipe }: RunSpec,
  { elapsedMs, earlierEpochs }: { readonly elapsedMs: number; readonly earlierEpochs: number },
): string {
  const remainingMs = (elapsedMs * (recipe.epochs - epoch)) / (epoch - earlierEpochs);
  return (
    `epoch ${epoch}/${recipe.epochs}  loss ${trainLoss.toExponential(3)}  ` +
    `validation ${validation.psnrDb.toFixed(3)} dB  ${renderDuration(remainingMs)} left`
  );
}

/** Writes the measures of a finished run on validation and test, a line each; of another run its state and reason. */
export function renderOutcome(run: Run): string {
  if (run.state !== 'finished') return `${run.state}: ${run.reason}`;
  const { validation, test, timing } = run;
  return [
    `validation  ${validation.psnrDb.toFixed(3)} dB`,
    `test        ${test.psnrDb.toFixed(3)} dB (mean over batches of 128), ${fixedText(test.psnrOfMeanDb, 3)} dB (of the mean error)`,
    `            mean squared error ${exponentialText(test.meanSquaredError, 4)}, SSIM ${fixedText(test.ssim, 4)}`,
    ...(timing ? [`time        ${renderDuration(timing.durationMs)}, ${timing.imagesPerSecond} images/s`] : []),
  ].join('\n');
}
