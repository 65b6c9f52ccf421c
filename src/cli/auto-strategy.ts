/** What `--strategy auto` is: decided by what is known before anything is trained, and stored by its own name. */
import { readStoredConfig, type StoredConfig } from '../config/stored.js';
import { findTask } from '../data/tasks.js';
import { defaultWorkers } from '../execute/pool.js';
import type { StrategyName } from '../search/strategy-names.js';
import type { CommandContext } from './context.js';
import { recipeOf } from './recipe.js';

type Values = CommandContext['values'];

/** Trainings of a shape from which on a model has learnt enough to gain by it; see docs/strategies.md. */
const enoughToLearn = 8;

/** Learning rates and epochs from which on stopping early pays; see docs/strategies.md. */
const halvingFrom = { learningRates: 3, epochs: 9 };

/** Around the rate of the recipe, where a strategy may choose and none is given. */
const rateFactors = [0.3, 1, 3] as const;

export interface AutoStrategy {
  readonly name: StrategyName;
  /** In words that follow the name. */
  readonly why: string;
}

/** @param workers trainings side by side */
export function autoStrategy(values: Values, workers: number): AutoStrategy {
  const { grid, shard, candidates, learningRates, epochs, queue, lookEvery } = values;
  if (grid) return { name: 'grid', why: 'its lists are given' };
  if ((shard ?? null) !== null) return { name: 'random', why: 'a shard knows no results of the others' };
  if ((queue ?? null) !== null || workers > lookEvery!) {
    return { name: 'random', why: `more trainings side by side than the ${lookEvery!} that a model looks at` };
  }
  const rates = learningRates?.length ?? 1;
  if (rates >= halvingFrom.learningRates && epochs !== null && epochs >= halvingFrom.epochs) {
    return { name: 'halving', why: `${rates} learning rates, and ${epochs} epochs to stop in` };
  }
  if (candidates! >= enoughToLearn) return { name: 'model', why: `${candidates!} trainings of a shape to learn from` };
  return { name: 'random', why: `${candidates!} trainings of a shape are too few to learn from` };
}

/**
 * With the strategy that `auto` is: that of the results which are to be added to, where there are any. Where it chooses
 * learning rates and none are given, it may choose from three around that of the recipe.
 */
export async function withStrategy(context: CommandContext, folder: string): Promise<CommandContext> {
  const { values, terminal } = context;
  if (values.strategy !== 'auto') return context;
  const stored = values.fresh ? null : await readStoredConfig(folder);
  // What is no search has no strategy, and is refused later.
  const changed = stored?.strategy === undefined ? chosen(values, terminal) : asStored(stored, values);
  return { ...context, values: { ...values, ...changed } };
}

function asStored({ strategy, learningRates }: StoredConfig, values: Values): Partial<Values> {
  return {
    strategy: strategy as StrategyName,
    learningRates: values.learningRates ?? (learningRates as number[] | undefined) ?? null,
  };
}

function chosen(values: Values, terminal: CommandContext['terminal']): Partial<Values> {
  const { name, why } = autoStrategy(values, values.devices?.length ?? values.workers ?? defaultWorkers());
  terminal.say(`strategy: ${name} (${why})`);
  if (name !== 'model' || values.learningRates !== null) return { strategy: name };
  const { learningRate } = recipeOf(values, findTask(values.task!));
  return {
    strategy: name,
    learningRates: rateFactors.map((factor) => Number((factor * learningRate).toPrecision(12))),
  };
}
