/** Grid search: every combination of the listed skip widths, bottleneck widths and depths that the budget allows. */
import { shapeOf, type Arch } from '../../arch/arch.js';
import { familyOf } from '../../arch/families.js';
import { UserError } from '../../base/errors.js';
import { formatExactCount } from '../../base/numbers.js';
import { rangeOf } from '../budget.js';
import type { Candidate, GridLists, StrategyRequest } from '../candidate.js';
import { archWith, brokenLimit, budgetedSize } from '../size-function.js';
import { forcedSkipWidth, type CandidateSetting, type SearchedShape } from '../space.js';

/** Counts the points of a grid by what becomes of them. */
export interface GridCounts {
  readonly withinBudget: number;
  readonly outsideBudget: number;
  /** Of the other shape than the list's, straight, or of a skip width that the projections do not allow. */
  readonly impossible: number;
}

type GridPointKind = keyof GridCounts;

interface GridPoint {
  readonly arch: Arch;
  readonly size: number;
  readonly kind: GridPointKind;
}

/**
 * Gives the points within the budget, one family and one shape after the other, one at a time and each only once; an at-most budget
 * has no lower end here. Each point is its own pair. Throws a UserError for a listed number that is not a whole number
 * from 1, and at the end if there was no point at all.
 */
export function* gridCandidates(request: StrategyRequest): Generator<Candidate> {
  let pair = 0;
  for (const { arch, size, kind } of gridPoints(request)) {
    if (kind !== 'withinBudget') continue;
    yield { arch, pair, size };
    pair += 1;
  }
  if (pair === 0) throw nothingLeft(request);
}

/** Counts the points of the grid by kind; nothing else of them is kept. */
export function countGrid(request: StrategyRequest): GridCounts {
  const counts: Record<GridPointKind, number> = { withinBudget: 0, outsideBudget: 0, impossible: 0 };
  for (const { kind } of gridPoints(request)) counts[kind] += 1;
  return counts;
}

function* gridPoints(request: StrategyRequest): Generator<GridPoint> {
  for (const { setting } of request.families) {
    for (const shape of request.shapes) yield* pointsOfShape(shape, setting, request);
  }
}

function* pointsOfShape(
  shape: SearchedShape,
  setting: CandidateSetting,
  { grid, budget }: StrategyRequest,
): Generator<GridPoint> {
  const { skipWidths, bottleneckWidths, depths } = listsOf(shape, grid[shape]);
  for (const depth of depths) {
    for (const skipWidth of skipWidths) {
      for (const bottleneckWidth of bottleneckWidths) {
        yield judge(archWith(setting, skipWidth, bottleneckWidth, depth), shape, { setting, budget });
      }
    }
  }
}

function judge(
  arch: Arch,
  shape: SearchedShape,
  { setting, budget }: Pick<StrategyRequest, 'budget'> & { readonly setting: CandidateSetting },
): GridPoint {
  const fits =
    shapeOf(arch) === shape &&
    (forcedSkipWidth(setting) ?? arch.skipWidth) === arch.skipWidth &&
    arch.depth >= familyOf(arch).shallowest;
  if (!fits) return { arch, size: 0, kind: 'impossible' };
  const size = budgetedSize(arch, setting);
  const inside =
    size >= (budget.atLeast ?? 0) && size <= rangeOf(budget).highest && brokenLimit(arch, setting) === undefined;
  return { arch, size, kind: inside ? 'withinBudget' : 'outsideBudget' };
}

/** The lists of a shape, without repeats. */
function listsOf(shape: SearchedShape, lists: GridLists | undefined): GridLists {
  if (lists === undefined) return { skipWidths: [], bottleneckWidths: [], depths: [] };
  const distinct = (name: string, values: readonly number[]) => {
    const wrong = values.find((value) => !Number.isSafeInteger(value) || value < 1);
    if (wrong === undefined) return [...new Set(values)];
    throw new UserError(`grid: expected whole numbers from 1 as ${shape} ${name}, got ${wrong}`);
  };
  return {
    skipWidths: distinct('skip widths', lists.skipWidths),
    bottleneckWidths: distinct('bottleneck widths', lists.bottleneckWidths),
    depths: distinct('depths', lists.depths),
  };
}

function nothingLeft(request: StrategyRequest): UserError {
  const { outsideBudget, impossible } = countGrid(request);
  return new UserError(
    `grid: expected at least one network within budget ${request.budget.text}, got none: ` +
      `${formatExactCount(outsideBudget)} points are outside the budget and ${formatExactCount(impossible)} are not of ` +
      'their shape or do not fit the projections; change the lists or the budget',
  );
}
