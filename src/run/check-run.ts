/** Whether something read from a file is a Run. */
import { inputProjections, outputProjections } from '../arch/arch.js';
import { flipFactors, learningRateSteps, type Run } from './run.js';

type Check = (value: unknown) => boolean;

const isText: Check = (value) => typeof value === 'string';
const isNumber: Check = (value) => typeof value === 'number' && Number.isFinite(value);
const isCount: Check = (value) => Number.isSafeInteger(value) && (value as number) >= 0;
const oneOf =
  (choices: readonly unknown[]): Check =>
  (value) =>
    choices.includes(value);
const listOf =
  (check: Check): Check =>
  (value) =>
    Array.isArray(value) && value.every(check);
const recordOf =
  (fields: Readonly<Record<string, Check>>): Check =>
  (value) =>
    typeof value === 'object' &&
    value !== null &&
    Object.entries(fields).every(([name, check]) => check((value as Record<string, unknown>)[name]));

const isMeasurement = recordOf({ meanSquaredError: isNumber, psnrDb: isNumber, psnrOfMeanDb: isNumber });

const isSpec = recordOf({
  task: isText,
  engine: isText,
  arch: recordOf({
    skipWidth: isCount,
    bottleneckWidth: isCount,
    depth: isCount,
    inputProjection: oneOf(inputProjections),
    outputProjection: oneOf(outputProjections),
  }),
  recipe: recordOf({
    epochs: isCount,
    batchSize: isCount,
    learningRate: isNumber,
    learningRateStep: oneOf(learningRateSteps),
    weightDecay: isNumber,
    flips: oneOf(flipFactors),
    seed: isCount,
    replicate: isCount,
  }),
});

const isOutcome = recordOf({
  key: isText,
  spec: isSpec,
  state: oneOf(['finished', 'diverged', 'failed']),
  curve: listOf(recordOf({ epoch: isCount, learningRate: isNumber, trainLoss: isNumber, validation: isMeasurement })),
  timing: recordOf({
    startedAt: isText,
    durationMs: isNumber,
    imagesPerSecond: (value) => value === null || isNumber(value),
  }),
});

const isFinished = recordOf({
  validation: isMeasurement,
  test: (value) => isMeasurement(value) && recordOf({ ssim: isNumber })(value),
});
const isUnfinished = recordOf({ reason: isText });

/** True for a whole Run, in every field that is read later. */
export function checkRun(value: unknown): value is Run {
  if (!isOutcome(value)) return false;
  return (value as Run).state === 'finished' ? isFinished(value) : isUnfinished(value);
}
