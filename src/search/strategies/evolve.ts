/**
 * NSGA-II: a population that evolves towards few parameters and a high score.
 *
 * Parents come from the best of what was trained, by rank of domination and then by how much room they have on their
 * front. A child mixes two parents and changes a little; it is the configuration of the pool nearest to that, so that it
 * respects the budget.
 *
 * Sources: K. Deb, A. Pratap, S. Agarwal and T. Meyarivan, "A fast and elitist multiobjective genetic algorithm:
 * NSGA-II" (2002); K. Deb and R. B. Agrawal, "Simulated binary crossover for continuous search space" (1995); K. Deb and
 * M. Goyal, "A combined genetic adaptive search (GeneAS) for engineering design" (1996), for the mutation.
 */
import { firstItem, itemAt, lastItem, zipped } from '../../base/items.js';
import { permutation, randomStream, type RandomStream } from '../../base/random.js';
import { dominates, type Scored } from '../../pareto/frontier.js';
import { unobservedPlaces, type ChoiceRequest, type Chooser, type Configuration, type Observation } from '../choice.js';
import { featuresWithFamily } from '../model/features.js';
import type { Points } from '../model/gaussian-process.js';
import { squaredDistance } from '../model/spread.js';

/** Survivors that may become parents; the first as many are drawn at random. */
const populationSize = 20;
const crossoverProbability = 0.9;
/** Distribution indices: the larger, the nearer children stay to their parents. */
const crossoverIndex = 15;
const mutationIndex = 20;

/**
 * Chooses for each child the configuration of the pool that is nearest to it; the first population is drawn at random.
 */
export const evolveChooser: Chooser = (choice) => {
  const features = featuresWithFamily(choice.pool);
  const left = new Set(unobservedPlaces(choice));
  const survivors = survivorsOf(choice);
  const chosen: number[] = [];
  while (chosen.length < choice.count && left.size > 0) {
    const stream = randomStream('evolve', choice.seed, choice.observed.length + chosen.length);
    const isFirst = choice.observed.length + chosen.length < populationSize || survivors.length < 2;
    const place = isFirst
      ? randomPlace([...left], stream)
      : nearest(features, left, child(features, survivors, stream));
    left.delete(place);
    chosen.push(place);
  }
  return chosen;
};

function randomPlace(places: readonly number[], stream: RandomStream): number {
  return itemAt(places, stream.integerBelow(places.length));
}

/** What was measured, the best first, at most a population of them. */
function survivorsOf({ pool, observed }: ChoiceRequest): number[] {
  let rest = observed.flatMap(({ place, score }) => (score === null ? [] : [individual(pool, { place, score })]));
  const survivors: number[] = [];
  while (rest.length > 0 && survivors.length < populationSize) {
    const front = rest.filter((one) => !rest.some((other) => dominates(other, one)));
    survivors.push(...byCrowding(front).map(({ place }) => place));
    rest = rest.filter((one) => !front.includes(one));
  }
  return survivors.slice(0, populationSize);
}

interface Individual extends Scored {
  readonly place: number;
}

function individual(pool: readonly Configuration[], { place, score }: Observation & { score: number }): Individual {
  return { place, score, size: Math.log(itemAt(pool, place).size) };
}

/** Those with most room between their neighbours first; the ends have all the room there is. */
function byCrowding(front: readonly Individual[]): Individual[] {
  const sorted = front.toSorted((left, right) => left.size - right.size);
  const [first, last] = [firstItem(sorted), lastItem(sorted)];
  const span = { size: last.size - first.size || 1, score: last.score - first.score || 1 };
  const roomAt = (index: number) => {
    const [before, after] = [sorted[index - 1], sorted[index + 1]];
    if (!before || !after) return Infinity;
    return (after.size - before.size) / span.size + (after.score - before.score) / span.score;
  };
  return sorted
    .map((one, index) => ({ one, room: roomAt(index) }))
    .sort((left, right) => compare(right.room, left.room))
    .map(({ one }) => one);
}

/** Infinities are equal. */
function compare(left: number, right: number): number {
  return left === right ? 0 : left - right;
}

function child(features: Points, survivors: readonly number[], stream: RandomStream): number[] {
  const parent = () => itemAt(features, tournament(survivors, stream));
  const [mother, father] = [parent(), parent()];
  const mixes = stream.uniform() < crossoverProbability;
  return zipped(mother, father).map(([value, other]) => {
    const mixed = mixes && stream.uniform() < 0.5 ? crossed(value, other, stream) : value;
    return stream.uniform() < 1 / mother.length ? mutated(mixed, stream) : Math.min(1, Math.max(0, mixed));
  });
}

/** The better of two, drawn without replacement. */
function tournament(survivors: readonly number[], stream: RandomStream): number {
  const drawn = permutation(stream, survivors.length).subarray(0, 2);
  return itemAt(survivors, Math.min(...drawn));
}

function crossed(mother: number, father: number, stream: RandomStream): number {
  const draw = stream.uniform();
  const spread = (draw <= 0.5 ? 2 * draw : 1 / (2 * (1 - draw))) ** (1 / (crossoverIndex + 1));
  return (mother + father - spread * (father - mother)) / 2;
}

function mutated(value: number, stream: RandomStream): number {
  const draw = stream.uniform();
  const power = 1 / (mutationIndex + 1);
  const change = draw < 0.5 ? (2 * draw) ** power - 1 : 1 - (2 * (1 - draw)) ** power;
  return Math.min(1, Math.max(0, value + change));
}

function nearest(features: Points, left: ReadonlySet<number>, wanted: readonly number[]): number {
  let best = { place: -1, distance: Infinity };
  for (const place of left) {
    const distance = squaredDistance(itemAt(features, place), wanted);
    if (distance < best.distance) best = { place, distance };
  }
  return best.place;
}
