/** The budgets over which frontiers are looked at. */
import { UserError } from '../base/errors.js';
import { formatCount, formatExactCount } from '../base/numbers.js';
import type { Candidate } from '../frontier/bootstrap.js';
import type { BudgetInterval } from '../frontier/envelope.js';
import { parseBudget } from '../search/budget.js';
import type { LoadedStudy } from './load-study.js';

interface Side {
  readonly name: string;
  readonly study: LoadedStudy;
  /** By parameters ascending. */
  readonly candidates: readonly Candidate[];
}

/**
 * The interval that was asked for, or else from the smallest budget at which every side has a network to the largest
 * budget that every study searched. Neither end depends on a PSNR. Throws a UserError for an interval that begins below
 * the smallest network of a side, or is none.
 */
export function statedInterval(text: string | null, sides: readonly Side[]): BudgetInterval {
  const smallest = sides.map(({ name, candidates }) => ({ name, params: candidates[0]!.params }));
  const latest = smallest.reduce((most, next) => (next.params > most.params ? next : most));
  const highestSearched = Math.min(...sides.map(highestBudget));
  if (text === null) return checked({ lowest: latest.params, highest: highestSearched }, sides);
  const { atLeast, wanted } = parseBudget(text);
  if (atLeast === null) throw new UserError(`--interval: expected a range such as 1M..8M, got '${text}'`);
  if (latest.params <= atLeast) return { lowest: atLeast, highest: wanted.at(-1)! };
  throw new UserError(
    `--interval: ${latest.name} has no network with at most ${formatCount(atLeast)} parameters, its smallest has ` +
      `${formatExactCount(latest.params)}; begin the interval there or above`,
  );
}

/** A stored budget, or where none was stored the largest network. */
function highestBudget({ study, candidates }: Side): number {
  const { budget } = study.config;
  const largest = candidates.at(-1)!.params;
  return typeof budget === 'string' ? parseBudget(budget).wanted.at(-1)! : largest;
}

function checked(interval: BudgetInterval, sides: readonly Side[]): BudgetInterval {
  if (interval.lowest < interval.highest) return interval;
  const ranges = sides.map(
    ({ name, candidates }) =>
      `${name} from ${formatCount(candidates[0]!.params)} to ${formatCount(candidates.at(-1)!.params)}`,
  );
  throw new UserError(`the frontiers have no budgets in common: ${ranges.join(', ')}; search more, or compare others`);
}
