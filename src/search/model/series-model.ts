/** The model of one series: what its configurations that have not been trained yet are expected to add to a frontier. */
import { itemAt } from '../../base/items.js';
import { leastOf, mostOf } from '../../base/numbers.js';
import type { RandomStream } from '../../base/random.js';
import type { Scored } from '../../pareto/frontier.js';
import { areaAbove, stepsOf } from '../../pareto/hypervolume.js';
import { modelValue, valueScaleOf, type ValueScale } from './features.js';
import { gaussianProcess, rememberedScales, type LogScales, type Points } from './gaussian-process.js';
import { expectedImprovement } from './improvement.js';
import { farthestPlace } from './spread.js';

/** Tells what is known of the configurations of a series. */
export interface SeriesSight {
  /** Of the whole pool, by place. */
  readonly features: Points;
  readonly logParams: readonly number[];
  /** The series' configurations in the pool. */
  readonly places: readonly number[];
  /** Those to begin with, while some are left. */
  readonly firstPlaces: readonly number[];
  /** Scores by place, in the order in which they were observed; null where the training came to nothing. */
  readonly observed: ReadonlyMap<number, number | null>;
  /** Random draws for the next spread choice, by how many have been made. */
  readonly streamOf: (taken: number) => RandomStream;
}

/** Is the best next training of a series. */
export interface Offer {
  readonly place: number;
  /** Expected hypervolume in score times decades; infinite while the first configurations are spread. */
  readonly gain: number;
  /** What it would add to: the hypervolume of the frontier. */
  readonly hypervolume: number;
  /** What it is believed to give; null where there is no model yet. */
  readonly believedScore: number | null;
}

/** Offers the configuration of a series that is expected to add most hypervolume. */
export interface SeriesModel {
  /** Observed and believed. */
  taken(): number;
  /** What has been measured, and what is believed of the offers that were taken. */
  frontier(): readonly Scored[];
  /** Against a frontier, that of the series or of all; null where nothing is left. */
  offer(frontier: readonly Scored[]): Offer | null;
  take(offer: Offer): void;
}

/** Configurations of a series before its model is asked: one more than there are features. */
const firstOfSeries = 5;

/** The reference size lies this far above the largest of the pool, so that the largest counts as well. */
const referenceMarginDecades = 0.05;

/** Models the results of a series. What is taken is believed to turn out as predicted until it is observed. */
export function seriesModel({
  features,
  logParams,
  places,
  firstPlaces,
  observed,
  streamOf,
}: SeriesSight): SeriesModel {
  const measured = [...observed].flatMap(([place, score]) => (score === null ? [] : [{ place, score }]));
  const believed: { readonly place: number; readonly score: number }[] = [];
  const taken = new Set(observed.keys());
  const largest = mostOf(logParams) + referenceMarginDecades;
  const sizeAt = (place: number) => itemAt(logParams, place);
  const left = (of = places) => of.filter((place) => !taken.has(place));
  const isSpreading = () => taken.size < firstOfSeries || measured.length < 2;
  const predict = predictor({ features, observed });

  const mostGain = (candidates: readonly number[], frontier: readonly Scored[]): Offer | null => {
    const worst = leastOf(frontier.map(({ score }) => score));
    const steps = stepsOf(frontier, { size: largest, score: worst });
    const hypervolume = areaAbove(worst, steps);
    const { means, deviations } = predict(candidates, believed);
    let best: Offer | null = null;
    for (const [index, place] of candidates.entries()) {
      const likely = { size: sizeAt(place), mean: itemAt(means, index), deviation: itemAt(deviations, index) };
      const gain = expectedImprovement(steps, likely);
      if (best === null || gain > best.gain) best = { place, gain, hypervolume, believedScore: likely.mean };
    }
    return best;
  };
  return {
    taken: () => taken.size,
    frontier: () => [...measured, ...believed].map(({ place, score }) => ({ size: sizeAt(place), score })),
    offer(frontier) {
      if (!isSpreading()) return mostGain(left(), frontier);
      const first = left(firstPlaces);
      const place = farthestPlace(features, first.length > 0 ? first : left(), [...taken], streamOf(taken.size));
      return place === null ? null : { place, gain: Infinity, hypervolume: 0, believedScore: null };
    },
    take({ place, believedScore }) {
      taken.add(place);
      if (believedScore !== null) believed.push({ place, score: believedScore });
    },
  };
}

interface Measured {
  readonly place: number;
  readonly score: number;
}

type Predict = (
  places: readonly number[],
  believed: readonly Measured[],
) => { readonly means: Float64Array; readonly deviations: Float64Array };

/** The scores to expect at places. */
function predictor({ features, observed }: Pick<SeriesSight, 'features' | 'observed'>): Predict {
  const pointAt = (place: number) => itemAt(features, place);
  const known = [...observed].map(([place, score]) => ({ point: pointAt(place), score }));
  return (places, believed) => {
    const { scale, points, values } = told(known);
    const process = gaussianProcess(
      [...points, ...believed.map(({ place }) => pointAt(place))],
      [...values, ...believed.map(({ score }) => modelValue(score, scale))],
      fittedScales(known),
    );
    const { means, deviations } = process.predict(places.map(pointAt));
    return {
      means: means.map((mean) => scale.middle + scale.deviation * mean),
      deviations: deviations.map((deviation) => scale.deviation * deviation),
    };
  };
}

interface Known {
  readonly point: readonly number[];
  readonly score: number | null;
}

/** What the model is told. A training that came to nothing counts as the worst that was measured. */
function told(known: readonly Known[]): { scale: ValueScale; points: Points; values: readonly number[] } {
  const scores = known.flatMap(({ score }) => score ?? []);
  const scale = valueScaleOf(scores);
  const worst = scores.reduce((worst, score) => Math.min(worst, score), Infinity);
  return {
    scale,
    points: known.map(({ point }) => point),
    values: known.map(({ score }) => modelValue(score ?? worst, scale)),
  };
}

/**
 * Scales are fitted anew each time that what was observed has grown by this factor: they change little in between, and
 * fitting is by far the most work.
 */
const refitGrowth = 1.15;

function fittedScales(known: readonly Known[]): LogScales {
  let size = known.length;
  for (let next = firstOfSeries; next <= known.length; next = Math.max(next + 1, Math.ceil(next * refitGrowth)))
    size = next;
  const first = known.slice(0, size);
  const { points, values } = told(first.some(({ score }) => score !== null) ? first : known);
  return rememberedScales(points, values);
}
