/**
 * Random search over pairs: an hourglass and a conventional network of matched parameters, one of each family.
 *
 * Pair i draws its parameters evenly on a log scale over the budget, and each shape then draws a depth and a width
 * ratio, the same for all families, both evenly on a log scale over what is possible at those parameters. So every draw becomes a candidate. The
 * draws are points of a quasirandom sequence: any prefix covers the budget evenly, and asking for more pairs only adds
 * to the end.
 */
import { archName, type Arch } from '../../arch/arch.js';
import { UserError } from '../../base/errors.js';
import { formatExactCount } from '../../base/numbers.js';
import { randomStream } from '../../base/random.js';
import type { SizeRange } from '../budget.js';
import type { Candidate, StrategyRequest } from '../candidate.js';
import { quasirandomPoint, type CubePoint } from '../quasirandom.js';
import { sampledRange } from '../reach.js';
import { budgetedSize } from '../size-function.js';
import type { SearchedFamily, SearchedShape } from '../space.js';
import { hasWidths, nearestWidths, outwards, type WidthQuery } from '../widths.js';

/** A candidate has at most this share less than the parameters drawn for its pair. */
const tolerance = 0.009;

/**
 * Gives the candidates, pair by pair; no architecture comes twice. Throws a UserError where the budget is out of reach,
 * and when no further pair can be had.
 */
export function* randomCandidates(request: StrategyRequest): Generator<Candidate> {
  const { pairs } = request;
  const range = sampledRange(request);
  const draws = drawsOf(request);
  const used: Used = { archs: new Set(), targets: new Set() };
  for (let pair = 0; pair < pairs; pair += 1) {
    const archs = drawPair(request, range, draws(pair), used);
    if (archs === null) throw nothingLeft(request, pair);
    for (const { arch, size } of archs) {
      used.archs.add(archName(arch));
      yield { arch, pair, size };
    }
  }
}

/** Where a shape's depth and ratio lie in what is possible, each in [0, 1) on a log scale. */
interface ShapeDraw {
  readonly shape: SearchedShape;
  readonly depth: number;
  readonly ratio: number;
}

interface PairDraw {
  /** Where the pair's parameters lie in the range, in [0, 1) on a log scale. */
  readonly params: number;
  readonly shapes: readonly ShapeDraw[];
}

/**
 * The draws of a pair by its number: points (parameters, depth, ratio) of one sequence, which each shape enters at a
 * shift of its own. So a shape draws the same whether or not the other one is searched.
 */
function drawsOf({ seed, shapes }: StrategyRequest): (pair: number) => PairDraw {
  const paramsShift = randomStream('candidates', seed, 'params').uniform();
  const shifted = shapes.map((shape) => {
    const stream = randomStream('candidates', seed, shape);
    const shift: CubePoint = [paramsShift, stream.uniform(), stream.uniform()];
    return { shape, shift };
  });
  return (pair) => ({
    params: quasirandomPoint(pair, [paramsShift, 0, 0])[0],
    shapes: shifted.map(({ shape, shift }) => {
      const [, depth, ratio] = quasirandomPoint(pair, shift);
      return { shape, depth, ratio };
    }),
  });
}

interface Used {
  /** Names of the archs given out. */
  readonly archs: Set<string>;
  /** Targets at which some series has no arch left; since archs are only ever taken, none will come back. */
  readonly targets: Set<number>;
}

/** Is an arch, and its size as the budget counts it. */
type SizedArch = Pick<Candidate, 'arch' | 'size'>;

/** One arch a series, at the parameters drawn or, if no widths are left there, at the nearest where there are some. */
function drawPair(request: StrategyRequest, range: SizeRange, draw: PairDraw, used: Used): readonly SizedArch[] | null {
  const isTaken = (arch: Arch) => used.archs.has(archName(arch));
  for (const target of targetsFrom(range, draw.params)) {
    if (used.targets.has(target)) continue;
    const atLeast = Math.max(range.lowest, Math.ceil(target * (1 - tolerance)));
    const archs = archsAt(request, { atLeast, target, isTaken }, draw);
    if (archs !== null) return archs;
    used.targets.add(target);
  }
  return null;
}

/**
 * The target drawn, then a lattice of targets half a tolerance apart, the nearest first. The lowest lies a tolerance
 * above the range's lower end, so that what is found below it is still inside.
 */
function* targetsFrom({ lowest, highest }: SizeRange, position: number): Generator<number> {
  const start = Math.min(highest, lowest / (1 - tolerance));
  const logSpan = Math.log(highest / start);
  const targetAt = (part: number) => Math.min(highest, Math.floor(start * Math.exp(part * logSpan)));
  yield targetAt(position);
  const steps = Math.max(1, Math.ceil((2 * logSpan) / tolerance));
  for (const step of outwards(Math.round(position * steps), [0, steps])) yield targetAt(step / steps);
}

type WantedWidths = Pick<WidthQuery, 'atLeast' | 'target' | 'isTaken'>;

/** One arch a series; null where a series has none. */
function archsAt(request: StrategyRequest, wanted: WantedWidths, draw: PairDraw): readonly SizedArch[] | null {
  const archs: SizedArch[] = [];
  for (const family of request.families) {
    for (const shapeDraw of draw.shapes) {
      const arch = archOf(family, wanted, shapeDraw);
      if (arch === null) return null;
      archs.push({ arch, size: budgetedSize(arch, family.setting) });
    }
  }
  return archs;
}

/** The depth is drawn among those that have widths at the target. */
function archOf(
  { space, setting }: SearchedFamily,
  wanted: WantedWidths,
  { shape, depth, ratio }: ShapeDraw,
): Arch | null {
  const [shallowest, deepest] = space[shape].depth;
  const possible: WidthQuery[] = [];
  for (let blocks = shallowest; blocks <= deepest; blocks += 1) {
    const query = { shape, space: space[shape], setting, depth: blocks, ...wanted };
    if (hasWidths(query)) possible.push(query);
  }
  const query = chooseDepth(possible, depth);
  return query === undefined ? null : nearestWidths(query, ratio);
}

/** Evenly on a log scale: a depth L has a weight of 1 / L. */
function chooseDepth(queries: readonly WidthQuery[], draw: number): WidthQuery | undefined {
  const totalWeight = queries.reduce((sum, { depth }) => sum + 1 / depth, 0);
  let weight = 0;
  for (const query of queries) {
    weight += 1 / query.depth;
    if (draw * totalWeight < weight) return query;
  }
  return queries.at(-1);
}

function nothingLeft({ budget, shapes, families }: StrategyRequest, pairsFound: number): UserError {
  const isPaired = shapes.length > 1 || families.length > 1;
  const what = isPaired ? 'pairs of networks of matched parameters' : `${shapes[0]} networks`;
  const found = formatExactCount(pairsFound);
  const remedy = 'widen the budget, the depth or the ratio';
  return new UserError(
    pairsFound === 0
      ? `budget ${budget.text}: found no ${what}; ${remedy}`
      : `budget ${budget.text}: found only ${found} different ${what}; ask for ${found} candidates at most, or ${remedy}`,
  );
}
