/** A plan whose trainings are stopped early where they cannot reach the frontier. */
import { UserError } from '../../base/errors.js';
import { decisionsFile } from '../../report/decisions.js';
import { partsOf } from '../../search/strategies/halving/decide.js';
import { likelyShare, rungsOf } from '../../search/strategies/halving/trials.js';
import { configurationsOf, specsOf } from '../../search/rounds.js';
import { unstable } from './adaptive.js';
import { fixedPlan } from './fixed.js';
import {
  decisionsCsv,
  halvingAfter,
  halvingNextLines,
  halvingNotes,
  summaryOf,
  type Halving,
} from './halving-report.js';
import type { Plan, PlanSetting } from './plan.js';
import { metricOf } from '../../run/metrics.js';

/** Plans to begin each candidate at every learning rate. Throws a UserError for `--until-stable`. */
export function halvingPlan(setting: PlanSetting): Plan {
  const { task, training, values } = setting;
  const { untilStable, lookEvery } = values;
  if (untilStable !== null) throw unstable('halving');
  refusePatience(training.recipe);
  const all = fixedPlan('halving', () => setting.candidates(), training);
  const halving = halvingOf(setting);
  const { rungs } = halving.rules;
  return {
    ...all,
    chooser: 'strategy chooses',
    shardRefusal: 'a strategy that does not depend on results, got halving; use random or grid',
    trainsInParts: true,
    looksEvery: lookEvery!,
    settings: ['effort', 'lookEvery', 'reductionFactor', 'audit', 'tolerance'],
    bound: () => ({
      ...all.bound(),
      likely: { specs: all.specs, times: likelyShare(rungs, training.learningRates.length) },
    }),
    next: (runs) => [partsOf(halving.pool, halving.rules, halving.specsAt, runs)],
    describe: () => ({ sentences: [descriptionOf(rungs)], document: {} }),
    report(known) {
      const after = halvingAfter(halving, known);
      const summary = summaryOf(halving, task, known, after);
      return {
        isWhole: () => summary.isOver,
        notes: halvingNotes(summary),
        files: { [decisionsFile]: () => decisionsCsv(after, task) },
        nextLines: (folder) => halvingNextLines(summary, folder),
        tell: () => ({ messages: [], document: { halving: summary } }),
      };
    },
  };
}

/** Whether a training is at an end where it was stopped would depend on both. */
function refusePatience({ patience }: PlanSetting['training']['recipe']): void {
  if (patience === undefined) return;
  throw new UserError(
    `--patience: expected none with halving, which stops trainings at epochs of its own, got ${patience}; ` +
      'leave it out, or choose another strategy, such as --strategy model',
  );
}

function halvingOf({ task, candidates, seed, training, values }: PlanSetting): Halving {
  const { effort, lookEvery, reductionFactor, audit, tolerance } = values;
  const pool = configurationsOf([...candidates()], training.learningRates);
  const specs = pool.map((configuration) => specsOf(configuration, { training }));
  return {
    pool,
    specsAt: (index) => specs[index]!,
    rules: {
      rungs: rungsOf(training.recipe.epochs, reductionFactor!),
      reduction: reductionFactor!,
      seed,
      audit: audit!,
      tolerance: tolerance!,
      effort: effort!,
      underWay: lookEvery!,
      leastNoise: metricOf(task.metrics[0]).leastNoise,
    },
  };
}

/** How much of it may not be trained. */
function descriptionOf(rungs: readonly number[]): string {
  if (rungs.length === 1) return 'Nothing is stopped early, as nothing comes before the last epoch.';
  const [judged, end] = [rungs.slice(0, -1).join(', '), rungs.at(-1)!];
  return `All trials start. Those that cannot reach the frontier of their size are stopped after epoch ${judged} of ${end}.`;
}
