/** Plays a plan on a table of recorded runs, which stand in for training: each ends at once with what is recorded of it. */
import type { Trained } from '../../frontier/trajectory.js';
import { keyOf } from '../../run/key.js';
import type { Measurement } from '../../run/metrics.js';
import { isOver, type Run } from '../../run/run.js';
import type { RunSpec } from '../../run/spec.js';
import { configurationName } from '../../search/choice.js';
import { partOf } from '../../search/pending.js';
import type { Plan } from '../plan/plan.js';
import type { RecordedConfiguration } from './recorded-table.js';

/** Tells what a plan has asked for on a table of recorded runs. */
export interface Played {
  /** In the order in which the plan asked for them. */
  readonly trained: readonly Trained[];
  /** Whether the plan had more to ask for, or might have. */
  readonly isCutOff: boolean;
}

/**
 * Plays a plan to its end, or until it is cut off. Throws a RangeError where the plan asks for a training that is not
 * recorded, or for one that has ended.
 * @param most trainings and parts of trainings after which it is cut off
 */
export function playPlan(plan: Plan, recorded: readonly RecordedConfiguration[], most: number): Played {
  const byName = new Map(recorded.map((configuration) => [configurationName(configuration), configuration]));
  const runs = new Map<string, Run>();
  const trained: Trained[] = [];
  for (const round of plan.next(runs)) {
    for (const planned of round) {
      if (planned === 'wait')
        throw new RangeError(`${plan.name}: expected all results to be known, got a wait for one`);
      const { spec, untilEpoch } = partOf(planned);
      const name = configurationName({ arch: spec.arch, learningRate: spec.recipe.learningRate });
      const configuration = byName.get(name);
      if (configuration === undefined) throw new RangeError(`${plan.name}: expected a recorded training, got ${name}`);
      const run = recordedRun(configuration, spec, untilEpoch);
      const before = runs.get(run.key);
      if (isOver(before)) throw new RangeError(`${plan.name}: expected a training that has not ended, got ${name}`);
      runs.set(run.key, run);
      trained.push(untilEpoch === null ? wholeTraining(configuration) : partOfTraining(configuration, run, before));
      if (trained.length >= most) return { trained, isCutOff: true };
    }
  }
  return { trained, isCutOff: false };
}

/** Gives what is recorded of a training, or of its part up to an epoch. */
function recordedRun({ score, curveScores }: RecordedConfiguration, spec: RunSpec, untilEpoch: number | null): Run {
  const { epochs, learningRate } = spec.recipe;
  const curve = curveScores.slice(0, untilEpoch ?? epochs).map((epochScore, before) => {
    return { epoch: before + 1, learningRate, trainLoss: 0, validation: measured(epochScore) };
  });
  const ofRun = { key: keyOf(spec), spec, curve, timing: null };
  if (untilEpoch !== null && curve.length < epochs) {
    const state = curve.length < untilEpoch ? 'diverged' : 'stopped';
    return { ...ofRun, state, reason: 'as it is recorded' };
  }
  if (score === null) return { ...ofRun, state: 'diverged', reason: 'as it is recorded' };
  return { ...ofRun, state: 'finished', validation: measured(score), test: { ...measured(score), ssim: null } };
}

/** Of whatever metric it is: what decides by results sees the score alone, which a PSNR is as it stands. */
function measured(score: number): Measurement {
  return { meanSquaredError: null, psnrDb: score, psnrOfMeanDb: null };
}

/** Gives a whole training as a trajectory counts it. */
export function wholeTraining({ size, score, cost }: RecordedConfiguration): Trained {
  return { params: size, score, cost, share: 1 };
}

/** @param before the same training before this part of it */
function partOfTraining(configuration: RecordedConfiguration, run: Run, before: Run | undefined): Trained {
  const whole = wholeTraining(configuration);
  const share = (run.curve.length - (before?.curve.length ?? 0)) / run.spec.recipe.epochs;
  return { ...whole, score: run.state === 'finished' ? whole.score : null, cost: whole.cost * share, share };
}
