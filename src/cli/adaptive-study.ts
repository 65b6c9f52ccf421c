/** A study whose strategy looks at results: its plan is made as they come in. */
import { UserError } from '../base/errors.js';
import type { OptionValues } from '../config/fields.js';
import type { OptionKey } from '../config/options.js';
import type { Run } from '../run/run.js';
import { partOf } from '../search/pending.js';
import { choicesOf, poolOf, roundsOf, type AdaptivePlan } from '../search/rounds.js';
import { adaptiveStrategies } from '../search/strategies.js';
import type { AdaptiveName } from '../search/strategy-names.js';
import type { Study } from './study.js';

/** Throws a UserError for a shard: it would have to know the results of the others. */
export function adaptiveStudy(
  name: AdaptiveName,
  { request, training, shard }: Pick<Study, 'request' | 'training' | 'shard'>,
  { effort, lookEvery, untilStable }: OptionValues<OptionKey>,
): Pick<Study, 'adaptive' | 'candidates' | 'specs' | 'rounds'> {
  if (shard !== null) {
    throw new UserError(
      `--shard: expected a strategy that looks at no results, got ${name}; use random or grid, or --queue for many machines`,
    );
  }
  const strategy = adaptiveStrategies[name](effort!);
  if (untilStable !== null && strategy.outlook === null) throw unstable(name);
  const adaptive: AdaptivePlan = {
    pool: poolOf(request, training.learningRates),
    strategy,
    seed: request.seed,
    batchSize: lookEvery!,
    mostConfigurations: request.pairs * request.shapes.length,
    untilStable,
    training,
  };
  const rounds = (runs: ReadonlyMap<string, Run>) => roundsOf(adaptive, runs);
  return {
    adaptive,
    rounds,
    specs: specsOfRounds(rounds),
    candidates() {
      const [first = []] = choicesOf(adaptive, new Map());
      return first;
    },
  };
}

/** All that the rounds come to, one after the other, as far as the runs decide them; what is trained in parts, repeatedly. */
export function specsOfRounds(rounds: Study['rounds']): Study['specs'] {
  return function* (runs = new Map()) {
    for (const round of rounds(runs)) {
      for (const planned of round) {
        // What follows depends on a part that has not been trained.
        if (planned === 'wait') return;
        yield partOf(planned).spec;
      }
    }
  };
}

/** For strategies that cannot tell what is left to gain. */
export function unstable(name: string): UserError {
  return new UserError(`--until-stable: expected the strategy model, which tells what is left to gain, got ${name}`);
}
