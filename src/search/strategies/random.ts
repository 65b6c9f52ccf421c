/**
 * Random search over pairs: an hourglass and a conventional network of matched parameters.
 *
 * Pair i draws its parameters evenly on a log scale over the budget, and each shape then draws a depth and a width
 * ratio, both evenly on a log scale over what is possible at those parameters. So every draw becomes a candidate. The
 * draws are points of a quasirandom sequence: any prefix covers the budget evenly, and asking for more pairs only adds
 * to the end.
 */
import { archName, type Arch } from '../../arch/arch.js';
import { UserError } from '../../base/errors.js';
import { randomStream } from '../../base/random.js';
import { formatExactCount, type ParameterRange } from '../budget.js';
import type { Candidate, StrategyRequest } from '../candidate.js';
import { quasirandom } from '../quasirandom.js';
import { countedParams, sampledRange, type SearchedShape } from '../space.js';
import { hasWidths, nearestWidths, outwards, type WidthQuery } from '../widths.js';

/** A candidate has at most this share less than the parameters drawn for its pair. */
const tolerance = 0.009;

/** The coordinates of a draw. */
const coordinates = { params: 0, depth: 1, ratio: 2 } as const;

type Draw = (coordinate: keyof typeof coordinates) => number;

/**
 * The candidates, pair by pair; no architecture comes twice. Throws a UserError where the budget is out of reach, and
 * when no further pair can be had.
 */
export function* randomCandidates(request: StrategyRequest): Generator<Candidate> {
  const range = sampledRange(request.budget, request.space, request.shapes, request.setting);
  const taken = new Set<string>();
  for (let pair = 0; pair < request.pairs; pair += 1) {
    const archs = drawPair(request, range, pair, (arch) => taken.has(archName(arch)));
    if (archs === null) throw spent(request, pair);
    for (const arch of archs) {
      taken.add(archName(arch));
      yield { arch, pair, countedParams: countedParams(arch, request.setting) };
    }
  }
}

/** One arch a shape, at the parameters drawn or, if no widths are left there, at the nearest where there are some. */
function drawPair(
  request: StrategyRequest,
  range: ParameterRange,
  pair: number,
  isTaken: (arch: Arch) => boolean,
): readonly Arch[] | null {
  const position = drawOf(request.seed, 'pair', pair)('params');
  for (const targetParams of targetsFrom(range, position)) {
    const atLeastParams = Math.max(range.lowest, Math.ceil(targetParams * (1 - tolerance)));
    const archs: Arch[] = [];
    for (const shape of request.shapes) {
      const arch = drawArch(request, shape, { atLeastParams, targetParams, isTaken }, pair);
      if (arch === null) break;
      archs.push(arch);
    }
    if (archs.length === request.shapes.length) return archs;
  }
  return null;
}

/**
 * Targets to try: the drawn one, then its neighbours, a tolerance apart, over the whole range. The lowest target lies a
 * tolerance above the range's lower end, so that what is found below it is still inside.
 */
function* targetsFrom({ lowest, highest }: ParameterRange, position: number): Generator<number> {
  const start = Math.min(highest, lowest / (1 - tolerance));
  const logSpan = Math.log(highest / start);
  const logStep = -Math.log(1 - tolerance);
  const below = Math.ceil((position * logSpan) / logStep);
  const above = Math.ceil(((1 - position) * logSpan) / logStep);
  for (const steps of outwards(0, [-below, above])) {
    const logOffset = Math.min(logSpan, Math.max(0, position * logSpan + steps * logStep));
    yield Math.min(highest, Math.floor(start * Math.exp(logOffset)));
  }
}

function drawArch(
  { seed, space, setting }: StrategyRequest,
  shape: SearchedShape,
  wanted: Pick<WidthQuery, 'atLeastParams' | 'targetParams' | 'isTaken'>,
  pair: number,
): Arch | null {
  const [shallowest, deepest] = space[shape].depth;
  const queries: WidthQuery[] = [];
  for (let depth = shallowest; depth <= deepest; depth += 1) {
    const query = { shape, space: space[shape], setting, depth, ...wanted };
    if (hasWidths(query)) queries.push(query);
  }
  const draw = drawOf(seed, shape, pair);
  const query = chooseDepth(queries, draw('depth'));
  return query === undefined ? null : nearestWidths(query, draw('ratio'));
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

/** The shift hangs on the seed and on who draws: a shape draws the same whether or not the other one is searched. */
function drawOf(seed: number, drawer: SearchedShape | 'pair', pair: number): Draw {
  return (coordinate) => {
    const shift = randomStream('candidates', seed, drawer, coordinate).uniform();
    return quasirandom(pair, coordinates[coordinate], Object.keys(coordinates).length, shift);
  };
}

function spent({ budget, shapes }: StrategyRequest, pairsFound: number): UserError {
  const what = shapes.length > 1 ? 'pairs of networks' : `${shapes[0]} networks`;
  return new UserError(
    `budget ${budget.text}: expected more than ${formatExactCount(pairsFound)} different ${what} in this space, found ` +
      `no more; ask for at most ${formatExactCount(pairsFound)} candidates or widen the budget, the depth or the ratio`,
  );
}
