/** What `--strategy auto` is: decided by what is known before anything is trained, and stored by its own name. */
import type { Values } from '../config/fields.js';
import type { StoredConfig } from '../config/stored.js';
import { findTask } from '../data/tasks.js';
import { engineRow } from '../engine/engines.js';
import type { StrategyName } from '../search/strategy-names.js';
import { recipeOf } from './recipe.js';
import type { StudyContext } from './port.js';
import { storedToAddTo } from './stored-values.js';

/** Candidates from which on there is enough to learn from; see docs/strategies.md. */
const enoughToLearn = 8;

/** Learning rates and epochs from which on stopping early pays; see docs/strategies.md. */
const halvingFrom = { learningRates: 2, epochs: 9 };

/** Of the recipe's learning rate, where results may choose and none is given: small networks gain by a higher one. */
const rateFactors = [1, 3] as const;

interface AutoStrategy {
  readonly name: StrategyName;
  /** In words that follow the name; null where nobody would expect another. */
  readonly why: string | null;
}

/**
 * Gives the values with the strategy that `auto` is, and why. It follows from what is asked for and from the engine
 * alone, so that machines of any number of cores search alike.
 */
export function settledStrategy(values: Values): { readonly values: Values } & Pick<AutoStrategy, 'why'> {
  const blind = blindStrategy(values);
  if (blind !== null) return { values: { ...values, strategy: blind.name }, why: blind.why };
  const { learningRate, epochs } = recipeOf(values, findTask(values.task!));
  const several = rateFactors.map((factor) => Number((factor * learningRate).toPrecision(12)));
  const learningRates = values.learningRates ?? several;
  const { name, why } = chosenStrategy({ ...values, learningRates }, epochs);
  return { values: { ...values, strategy: name, learningRates }, why };
}

/** Where nothing can be chosen by results; else null. */
function blindStrategy({ grid, shard, queue, untilStable, candidates }: Values): AutoStrategy | null {
  if (grid) return { name: 'grid', why: 'its lists are given' };
  if ((shard ?? null) !== null) return { name: 'random', why: 'a shard knows no results of the others' };
  if ((queue ?? null) !== null)
    return { name: 'random', why: 'a fleet trains too many networks at a time to learn from each' };
  if (untilStable !== null || candidates! >= enoughToLearn) return null;
  // Too few to learn from.
  return { name: 'random', why: null };
}

function chosenStrategy(values: Values & { readonly learningRates: readonly number[] }, epochs: number): AutoStrategy {
  const { learningRates, candidates, engine, untilStable, patience } = values;
  if (untilStable !== null) return { name: 'model', why: 'it estimates what is left to gain' };
  if (learningRates.length >= halvingFrom.learningRates) {
    const rates = `${learningRates.length} learning rates`;
    if (engineRow(engine!).packs) return { name: 'random', why: `${engine!} trains ${rates} side by side` };
    // Halving stops trainings itself.
    if (epochs >= halvingFrom.epochs && (patience ?? null) === null)
      return { name: 'halving', why: `${rates}, and ${epochs} epochs to stop in` };
  }
  return { name: 'model', why: `${candidates!} candidates to learn from` };
}

/**
 * Gives the context with the strategy that `auto` is, and says why: that of the results which are to be added to, where
 * there are any.
 */
export async function withStrategy<Context extends StudyContext>(context: Context, folder: string): Promise<Context> {
  const { values, port } = context;
  if (values.strategy !== 'auto') return context;
  const stored = await storedToAddTo(folder, values);
  // What is no search has no strategy, and is refused later.
  if (stored?.strategy !== undefined) return { ...context, values: asStored(stored, values) };
  const { values: settled, why } = settledStrategy(values);
  if (why !== null) port.say(`strategy: ${settled.strategy!} (${why})`);
  port.onEvent({ type: 'strategy', strategy: settled.strategy!, learningRates: settled.learningRates, why });
  return { ...context, values: settled };
}

function asStored({ strategy, learningRates }: StoredConfig, values: Values): Values {
  return {
    ...values,
    strategy: strategy as StrategyName,
    learningRates: values.learningRates ?? (learningRates as number[] | undefined) ?? null,
  };
}
