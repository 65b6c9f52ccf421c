/** What measures a network on a set: one kind of meter for each metric that decides, fed batch by batch. */
import type { TaskData } from '../data/task-data.js';
import type { DecidingMetric } from '../run/metrics.js';
import type { EvaluationSet } from '../run/run.js';
import { classMeter } from './class-meter.js';
import { labelMeter } from './label-meter.js';
import type { Meter } from './meter.js';
import { measurement, type BatchError } from './metrics.js';
import { regressionMeter } from './regression-meter.js';
import { meanSsim } from './ssim.js';

/** Says what a meter is opened for. */
export interface MeterSetting {
  readonly task: Pick<TaskData['task'], 'dimensions' | 'metrics' | 'pictures'>;
  /** What an error of 1 in a target is, in the unit of the metrics. */
  readonly errorUnit: number;
  readonly set: EvaluationSet;
}

interface MeterKind {
  /** Whether it reads the outputs of a set, which takes them out of the engine's memory. */
  readsOutputs(set: EvaluationSet): boolean;
  open(setting: MeterSetting): Meter;
}

const meters: Readonly<Record<DecidingMetric, MeterKind>> = {
  psnrDb: { readsOutputs: (set) => set === 'test', open: pictureMeter },
  accuracy: {
    readsOutputs: () => true,
    open: ({ task: { dimensions, metrics } }) => classMeter(dimensions.output, metrics),
  },
  rmse: {
    readsOutputs: () => true,
    open: ({ task: { dimensions }, errorUnit }) => regressionMeter(dimensions.output, errorUnit),
  },
  meanAuc: { readsOutputs: () => true, open: ({ task: { dimensions } }) => labelMeter(dimensions.output) },
};

/** Says whether what measures the task on the set reads outputs. */
export function readsOutputs({ metrics }: MeterSetting['task'], set: EvaluationSet): boolean {
  return meters[metrics[0]].readsOutputs(set);
}

/** Opens what measures one network by the metrics of its task. */
export function openMeter(setting: MeterSetting): Meter {
  return meters[setting.task.metrics[0]].open(setting);
}

/** PSNR from the losses alone, and on the test set SSIM from the outputs. */
function pictureMeter({ task: { pictures }, set }: MeterSetting): Meter {
  const errors: BatchError[] = [];
  let [ssimSum, images] = [0, 0];
  return {
    add({ target, size }, squaredError, output) {
      errors.push({ squaredError, values: target.length });
      images += size;
      if (output !== null && pictures !== null) ssimSum += meanSsim(output, target, pictures) * size;
    },
    measured: () => (set === 'test' ? { ...measurement(errors), ssim: ssimSum / images } : measurement(errors)),
  };
}
