/** What a strategy is: a function from a request to candidates, which are enumerated one at a time. */
import type { Arch } from '../arch/arch.js';
import type { Budget } from './budget.js';
import type { SearchedFamily, SearchedShape, SharedSetting } from './space.js';

/** Describes a network that may be trained. */
export interface Candidate {
  readonly arch: Arch;
  /** 0-based. Candidates of one pair, an hourglass and a conventional network of each family, have matched parameters. */
  readonly pair: number;
  /** As the budget counts them. */
  readonly size: number;
  /** At which alone it is trained, such as one that is recorded; absent where it is trained at all those of the study. */
  readonly learningRate?: number;
}

/** Lists the numbers that a grid combines, whole and from 1. */
export interface GridLists {
  readonly skipWidths: readonly number[];
  readonly bottleneckWidths: readonly number[];
  readonly depths: readonly number[];
}

/** Holds the lists of each shape; absent shapes are not searched. */
export type Grid = Readonly<Partial<Record<SearchedShape, GridLists>>>;

/** Holds all that a strategy draws its candidates by; equal requests give equal candidates. */
export interface StrategyRequest {
  readonly setting: SharedSetting;
  /** In the order in which a pair gives them; at least one. */
  readonly families: readonly SearchedFamily[];
  readonly budget: Budget;
  /** In the order in which a pair gives those of each family. */
  readonly shapes: readonly SearchedShape[];
  readonly seed: number;
  /** How many pairs `random` draws; of each family one network where one shape is searched. */
  readonly pairs: number;
  /** What `grid` enumerates. */
  readonly grid: Grid;
}

/** Enumerates lazily and the same each time; an Iterable, so that a strategy may stand for more than memory holds. */
export type Strategy = (request: StrategyRequest) => Iterable<Candidate>;
