/** The budgets over which frontiers are looked at. */
import { sizeOf, sizeTable } from '../arch/sizes.js';
import { UserError } from '../base/errors.js';
import { formatCount, formatExactCount, mostOf } from '../base/numbers.js';
import type { BudgetInterval } from '../pareto/envelope.js';
import { topDecadesOf } from '../frontier/top-decades.js';
import type { RunResult } from '../run/run.js';
import { parseBudget } from '../search/budget.js';
import type { LoadedStudy } from './load.js';
import type { Side } from './sides.js';

/**
 * Gives the interval that was asked for, or else that from the smallest budget at which every side has a network to the
 * largest budget that every study searched. None of its figures depends on a score. Throws a UserError for an interval
 * that begins below the smallest network of a side, or is none.
 */
export function statedInterval(text: string | null, sides: readonly Side[]): BudgetInterval {
  const ends = text === null ? commonEnds(sides) : endsOf(text, sides);
  return {
    ...ends,
    topDecades: topDecadesOf(
      ends,
      sides.map(({ runs, study }) => sizesOf(runs, study)),
    ),
  };
}

type Ends = Pick<BudgetInterval, 'lowest' | 'highest'>;

function endsOf(text: string, sides: readonly Side[]): Ends {
  const { axis } = sides[0]!.study;
  const { atLeast, wanted } = parseBudget(text, axis, '--interval');
  if (atLeast === null) throw new UserError(`--interval: expected a range such as 1M..8M, got '${text}'`);
  const latest = latestBeginning(sides);
  if (latest.size <= atLeast) return { lowest: atLeast, highest: wanted.at(-1)! };
  throw new UserError(
    `--interval: ${latest.name} has no network with at most ${formatCount(atLeast)} ${sizeTable[axis].words}, its smallest has ` +
      `${formatExactCount(latest.size)}; begin the interval there or above`,
  );
}

function latestBeginning(sides: readonly Side[]): { readonly name: string; readonly size: number } {
  const smallest = sides.map(({ name, candidates }) => ({ name, size: candidates[0]!.size }));
  return smallest.reduce((most, next) => (next.size > most.size ? next : most));
}

function commonEnds(sides: readonly Side[]): Ends {
  const ends = { lowest: latestBeginning(sides).size, highest: Math.min(...sides.map(highestBudget)) };
  if (ends.lowest <= ends.highest) return ends;
  const ranges = sides.map((side) => {
    const from = side.candidates[0]!.size;
    return `${side.name} from ${formatCount(from)} to ${formatCount(highestBudget(side))}`;
  });
  throw new UserError(`the frontiers have no budgets in common: ${ranges.join(', ')}; search more, or compare others`);
}

/**
 * The budget of a search, where it bounded the same size; else the largest network that was tried, which for an
 * import is that of all shapes: its file says nothing of budgets.
 */
function highestBudget({ study, runs }: Side): number {
  const { budget, size = 'trainable', importedFrom } = study.config;
  if (importedFrom !== undefined) return mostOf(sizesOf(study.runs, study));
  if (typeof budget === 'string' && size === study.axis) return parseBudget(budget, study.axis).wanted.at(-1)!;
  return mostOf(sizesOf(runs, study));
}

function sizesOf(runs: readonly RunResult[], { task, axis }: LoadedStudy): number[] {
  return runs.map(({ spec }) => sizeOf(spec.arch, task.dimensions, axis));
}
