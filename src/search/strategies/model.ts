/**
 * Search by a model of the results: train next what is expected to add most hypervolume to the frontier.
 *
 * The first few configurations of a series are networks spread over the pool, at the middle learning rate. From then on a Gaussian process tells what score the
 * others are likely to have; since their parameters are known, the hypervolume each would add has an exact expectation
 * (`../model/improvement.ts`), and the largest is taken. Within a batch, what was chosen is believed to turn out as
 * predicted (the kriging believer of D. Ginsbourger, R. Le Riche and L. Carraro, "Kriging is well-suited to parallelize
 * optimization", 2010).
 */
import { seriesAmong, seriesKey } from '../../arch/series.js';
import { itemAt } from '../../base/items.js';
import { randomStream } from '../../base/random.js';
import type { ChoiceRequest, Chooser, Outlook } from '../choice.js';
import { featuresOf, middleRatePlaces } from '../model/features.js';
import { seriesModel, type Offer, type SeriesModel } from '../model/series-model.js';
import type { EffortRule } from '../strategy-names.js';

/** Chooses what is expected to add most: to the frontier of the series with the fewest trainings, or to that of all. */
export function modelChooser(effort: EffortRule): Chooser {
  return (choice) => {
    const models = modelsOf(choice);
    const chosen: number[] = [];
    while (chosen.length < choice.count) {
      const next = effort === 'equal' ? leastTaken(models) : mostGain(models);
      if (next === null) break;
      next.model.take(next.offer);
      chosen.push(next.offer.place);
    }
    return chosen;
  };
}

/** Looks at the frontier of the series that has most to gain, or at that of all series. */
export function modelOutlook(effort: EffortRule): Outlook {
  return (choice) => {
    const models = modelsOf(choice);
    const offers =
      effort === 'free' ? [mostGain(models)?.offer ?? null] : models.map((model) => model.offer(model.frontier()));
    return Math.max(0, ...offers.map((offer) => (offer === null ? 0 : offer.gain / offer.hypervolume)));
  };
}

interface Next {
  readonly model: SeriesModel;
  readonly offer: Offer;
}

/** Of the series that has had the fewest trainings, by its own frontier. */
function leastTaken(models: readonly SeriesModel[]): Next | null {
  for (const model of models.toSorted((left, right) => left.taken() - right.taken())) {
    const offer = model.offer(model.frontier());
    if (offer !== null) return { model, offer };
  }
  return null;
}

/** By the frontier of all series together. */
function mostGain(models: readonly SeriesModel[]): Next | null {
  const frontier = models.flatMap((model) => model.frontier());
  const offers = models.flatMap((model): Next[] => {
    const offer = model.offer(frontier);
    return offer === null ? [] : [{ model, offer }];
  });
  return offers.reduce<Next | null>((best, next) => (best && best.offer.gain >= next.offer.gain ? best : next), null);
}

function modelsOf({ pool, observed, seed }: Omit<ChoiceRequest, 'count'>): SeriesModel[] {
  const features = featuresOf(pool);
  const logParams = pool.map(({ size }) => Math.log10(size));
  const seriesOf = seriesAmong(pool.map(({ arch }) => arch));
  const keys = pool.map(({ arch }) => seriesKey(seriesOf(arch)));
  return [...new Set(keys)].map((key) => {
    const places = [...pool.keys()].filter((place) => itemAt(keys, place) === key);
    return seriesModel({
      features,
      logParams,
      places,
      firstPlaces: middleRatePlaces(pool, places),
      observed: new Map(
        observed.filter(({ place }) => itemAt(keys, place) === key).map((seen) => [seen.place, seen.score]),
      ),
      streamOf: (taken) => randomStream('model', seed, key, taken),
    });
  });
}
