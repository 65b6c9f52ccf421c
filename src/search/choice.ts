/**
 * Strategies that look at results. Such a strategy chooses from a pool of configurations, a batch at a time, by what
 * the earlier ones gave. It is a pure function of the pool, the seed and those results: it never meets an engine, so
 * that a table of finished runs can stand in for training, and a log that is read again leads to the same choices.
 */
import { archName, type Arch } from '../arch/arch.js';

/** Describes what is trained: a network at a learning rate. */
export interface Configuration {
  readonly arch: Arch;
  readonly learningRate: number;
  /** As the budget counts them. */
  readonly size: number;
}

/** Writes a configuration as `785-115-4 0.001`, which tells it from the others of a task. */
export function configurationName({ arch, learningRate }: Pick<Configuration, 'arch' | 'learningRate'>): string {
  return `${archName(arch)} ${learningRate}`;
}

/** Tells what came of a configuration that was chosen. */
export interface Observation {
  /** Of the configuration in the pool, 0-based. */
  readonly place: number;
  /** Mean over its replicates on the validation set; null where it diverged or failed. */
  readonly score: number | null;
}

/** Asks a strategy for its next configurations. */
export interface ChoiceRequest {
  readonly pool: readonly Configuration[];
  readonly seed: number;
  /** In the order in which they were chosen. */
  readonly observed: readonly Observation[];
  /** How many to choose now; fewer come back where the pool has no more. */
  readonly count: number;
}

/** Chooses the places of the next configurations, none of which has been observed. */
export type Chooser = (choice: ChoiceRequest) => readonly number[];

/**
 * Estimates what the best of the pool that is left is expected to add, as a share of the hypervolume found; infinite
 * while that cannot be told.
 */
export type Outlook = (choice: Omit<ChoiceRequest, 'count'>) => number;

/** Gives the places that have no observation yet, in pool order. */
export function unobservedPlaces({ pool, observed }: Pick<ChoiceRequest, 'pool' | 'observed'>): number[] {
  const seen = new Set(observed.map(({ place }) => place));
  return pool.map((_, place) => place).filter((place) => !seen.has(place));
}
