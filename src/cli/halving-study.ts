/** A study whose trainings are stopped early where they cannot reach the frontier. */
import { UserError } from '../base/errors.js';
import type { OptionValues } from '../config/fields.js';
import type { OptionKey } from '../config/options.js';
import type { Run } from '../run/run.js';
import type { Candidate } from '../search/candidate.js';
import { partsOf, type HalvingRules, type SpecsAt } from '../search/halving/parts.js';
import { rungsOf } from '../search/halving/rungs.js';
import { configurationsOf, specsOf, type PooledConfiguration } from '../search/rounds.js';
import type { Planned } from '../search/search.js';
import { unstable } from './adaptive-study.js';
import type { Study } from './study.js';

export interface HalvingPlan {
  readonly pool: readonly PooledConfiguration[];
  readonly rules: HalvingRules;
  readonly specsAt: SpecsAt;
  /** In plan order, as far as these runs decide it; they must come to hold what came of each before the next. */
  parts(runs: ReadonlyMap<string, Run>): Iterable<Planned>;
}

/**
 * The networks that random search would train, each at every learning rate. Throws a UserError for a shard: whether a
 * training goes on depends on the others.
 */
export function halvingPlan(
  candidates: Iterable<Candidate>,
  { request, training, shard }: Pick<Study, 'request' | 'training' | 'shard'>,
  { effort, lookEvery, untilStable, reductionFactor, audit, tolerance }: OptionValues<OptionKey>,
): HalvingPlan {
  if (shard !== null) {
    throw new UserError('--shard: expected a strategy that looks at no results, got halving; use random or grid');
  }
  if (untilStable !== null) throw unstable('halving');
  const pool = configurationsOf([...candidates], training.learningRates);
  const specs = pool.map((configuration) => specsOf(configuration, { training }));
  const specsAt = (place: number) => specs[place]!;
  const rules: HalvingRules = {
    rungs: rungsOf(training.recipe.epochs, reductionFactor!),
    reduction: reductionFactor!,
    seed: request.seed,
    audit: audit!,
    tolerance: tolerance!,
    effort: effort!,
    underWay: lookEvery!,
  };
  return { pool, rules, specsAt, parts: (runs) => partsOf(pool, rules, specsAt, runs) };
}
