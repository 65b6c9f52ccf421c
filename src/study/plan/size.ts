/** Tells how much a plan comes to. */
export interface PlanSize {
  readonly runs: number;
  /** What all runs cost, in the unit of `workOf`. */
  readonly work: number;
  /** Whether it may end with fewer. */
  readonly isBound?: boolean;
}
