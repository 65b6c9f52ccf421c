/** What `--strategy auto` is: decided by what is known before anything is trained, and stored by its own name. */
import { readStoredConfig } from '../config/stored.js';
import type { StrategyName } from '../search/strategy-names.js';
import type { CommandContext } from './context.js';

type Values = CommandContext['values'];

/** Trainings of a shape from which on a model has learnt enough to gain by it; see docs/strategies.md. */
const enoughToLearn = 8;

/** Learning rates and epochs from which on stopping early saves more than a model does. */
const halvingFrom = { learningRates: 3, epochs: 9 };

interface Choice {
  readonly name: StrategyName;
  /** In words that follow the name. */
  readonly why: string;
}

export function autoStrategy({ grid, shard, candidates, learningRates, epochs, queue }: Values): Choice {
  if (grid) return { name: 'grid', why: 'its lists are given' };
  if (shard !== null && shard !== undefined) return { name: 'random', why: 'a shard knows no results of the others' };
  const rates = learningRates?.length ?? 1;
  if (queue === null && rates >= halvingFrom.learningRates && (epochs ?? 0) >= halvingFrom.epochs) {
    return { name: 'halving', why: `${rates} learning rates, and ${epochs} epochs to stop in` };
  }
  if (candidates! >= enoughToLearn) return { name: 'model', why: `${candidates!} trainings of a shape to learn from` };
  return { name: 'random', why: `${candidates!} trainings of a shape are too few to learn from` };
}

/** With the strategy that `auto` is: that of the results which are to be added to, where there are any. */
export async function withStrategy(context: CommandContext, folder: string): Promise<CommandContext> {
  const { values, terminal } = context;
  if (values.strategy !== 'auto') return context;
  const stored = values.fresh ? undefined : (await readStoredConfig(folder))?.strategy;
  const { name, why } =
    typeof stored === 'string' ? { name: stored as StrategyName, why: `as in ${folder}` } : autoStrategy(values);
  terminal.say(`strategy: ${name} (${why})`);
  return { ...context, values: { ...values, strategy: name } };
}
