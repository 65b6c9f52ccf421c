/** The budgets over which frontiers are looked at. */
import { parameterCount } from '../arch/arch.js';
import { UserError } from '../base/errors.js';
import { formatCount, formatExactCount, mostOf } from '../base/numbers.js';
import type { MeasuredCandidate } from '../frontier/bootstrap.js';
import type { BudgetInterval } from '../pareto/envelope.js';
import { topDecadesOf } from '../frontier/top-decades.js';
import type { RunResult } from '../run/run.js';
import { parseBudget } from '../search/budget.js';
import type { LoadedStudy } from './load.js';

interface Side {
  readonly name: string;
  readonly study: LoadedStudy;
  /** All that it tried, whatever came of them. */
  readonly runs: readonly RunResult[];
  /** By parameters ascending. */
  readonly candidates: readonly MeasuredCandidate[];
}

/**
 * The interval that was asked for, or else from the smallest budget at which every side has a network to the largest
 * budget that every study searched. None of its figures depends on a PSNR. Throws a UserError for an interval that begins
 * below the smallest network of a side, or is none.
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
  const { atLeast, wanted } = parseBudget(text);
  if (atLeast === null) throw new UserError(`--interval: expected a range such as 1M..8M, got '${text}'`);
  const latest = latestBeginning(sides);
  if (latest.params <= atLeast) return { lowest: atLeast, highest: wanted.at(-1)! };
  throw new UserError(
    `--interval: ${latest.name} has no network with at most ${formatCount(atLeast)} parameters, its smallest has ` +
      `${formatExactCount(latest.params)}; begin the interval there or above`,
  );
}

function latestBeginning(sides: readonly Side[]): { readonly name: string; readonly params: number } {
  const smallest = sides.map(({ name, candidates }) => ({ name, params: candidates[0]!.params }));
  return smallest.reduce((most, next) => (next.params > most.params ? next : most));
}

function commonEnds(sides: readonly Side[]): Ends {
  const ends = { lowest: latestBeginning(sides).params, highest: Math.min(...sides.map(highestBudget)) };
  if (ends.lowest <= ends.highest) return ends;
  const ranges = sides.map((side) => {
    const from = side.candidates[0]!.params;
    return `${side.name} from ${formatCount(from)} to ${formatCount(highestBudget(side))}`;
  });
  throw new UserError(`the frontiers have no budgets in common: ${ranges.join(', ')}; search more, or compare others`);
}

/**
 * The budget of a search, where it counted the same parameters; else the largest network that was tried, which for an
 * import is that of all shapes: its file says nothing of budgets.
 */
function highestBudget({ study, runs }: Side): number {
  const { budget, count = 'trainable', importedFrom } = study.config;
  if (importedFrom !== undefined) return mostOf(sizesOf(study.runs, study));
  if (typeof budget === 'string' && count === study.count) return parseBudget(budget).wanted.at(-1)!;
  return mostOf(sizesOf(runs, study));
}

function sizesOf(runs: readonly RunResult[], { task, count }: LoadedStudy): number[] {
  return runs.map(({ spec }) => parameterCount(spec.arch, task.dimensions)[count]);
}
