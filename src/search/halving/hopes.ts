/** Which of those that wait could still enter the frontier of their lane, and which look best for their size. */
import { meanOf } from '../../base/averages.js';
import { normalCumulative } from '../../base/normal.js';
import { leastOf } from '../../base/numbers.js';
import { stepsOf } from '../../pareto/hypervolume.js';
import { expectedImprovement } from '../model/improvement.js';
import { endsOf, largestOf, logParamsAt, type Contest } from './contest.js';
import type { Final } from './finals.js';

export interface Hope {
  readonly place: number;
  readonly final: Final;
  /** What a final PSNR must surpass to be on the frontier, in dB; minus infinity where nothing is in the way. */
  readonly barDb: number;
  /** Of surpassing it. */
  readonly probability: number;
  /** Hypervolume that is expected of it, in dB times decades. */
  readonly gain: number;
}

/** Networks up to this much larger are rivals too: at the lower end of a budget there is hardly any smaller one. */
const bandDecades = 0.03;

/** Of an end that is not known, a rival is granted its mean less so many deviations. */
const rivalDeviations = 1;

/** Those of the lane that wait and have a prediction. */
export function hopesOf(contest: Contest, lane: readonly number[], finals: ReadonlyMap<number, Final>): Hope[] {
  const ends = endsOf(contest, lane);
  const waiting = lane.flatMap((place) => {
    const final = finals.get(place);
    return final === undefined ? [] : [{ place, size: logParamsAt(contest, place), final }];
  });
  const rivals = [
    ...ends,
    ...waiting.map(({ place, size, final: { mean, deviation } }) => {
      return { place, size, score: mean - rivalDeviations * deviation };
    }),
  ];
  const slopeDb = Math.max(0, trendOf(rivals.map(({ size, score }) => [size, score])).slope);
  const reference = {
    size: largestOf(contest, lane) + bandDecades / 2,
    score: leastOf(rivals.map(({ score }) => score)),
  };
  const steps = stepsOf(ends, reference);
  return waiting.map(({ place, size, final }) => {
    const barDb = rivals.reduce((bar, rival) => {
      const larger = rival.size - size;
      if (rival.place === place || larger > bandDecades) return bar;
      return Math.max(bar, rival.score - slopeDb * Math.max(0, larger));
    }, -Infinity);
    const probability = normalCumulative((final.mean - barDb) / final.deviation);
    return { place, final, barDb, probability, gain: expectedImprovement(steps, { size, ...final }) };
  });
}

interface Line {
  readonly slope: number;
  at(x: number): number;
}

type Points = readonly (readonly [number, number])[];

/** Of those that lie above the trend of all: how bad the worst are says nothing of the frontier. */
function trendOf(points: Points): Line {
  const ofAll = leastSquares(points);
  const better = points.filter(([x, y]) => y > ofAll.at(x));
  return better.length < 3 ? ofAll : leastSquares(better);
}

/** Level where all stand at one place. */
function leastSquares(points: Points): Line {
  const [middleX, middleY] = [meanOf(points.map(([x]) => x)), meanOf(points.map(([, y]) => y))];
  const spread = points.reduce((sum, [x]) => sum + (x - middleX) ** 2, 0);
  const shared = points.reduce((sum, [x, y]) => sum + (x - middleX) * (y - middleY), 0);
  const slope = spread > 0 ? shared / spread : 0;
  return { slope, at: (x) => middleY + slope * (x - middleX) };
}

/**
 * How far each of the lane that has come to the rung lies above the trend of PSNR over log parameters there, in dB: the
 * smallest networks are compared with what is usual at their size, as all others are.
 */
export function leadsAt({ pool, contestants }: Contest, lane: readonly number[], reached: number): Map<number, number> {
  const there = lane.filter((place) => contestants[place]!.psnrsDb.length >= reached);
  const pointOf = (place: number) =>
    [Math.log(pool[place]!.countedParams), contestants[place]!.psnrsDb[reached - 1]!] as const;
  const line = there.length === 0 ? null : trendOf(there.map(pointOf));
  return new Map(
    there.map((place) => {
      const [size, psnrDb] = pointOf(place);
      return [place, psnrDb - line!.at(size)];
    }),
  );
}
