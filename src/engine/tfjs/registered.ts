/** A backend in the registry of TensorFlow.js, as whoever registers it describes it. */
import type * as tfjs from '@tensorflow/tfjs';

/** Stands for the library of TensorFlow.js, however it was loaded. */
export type Tfjs = typeof tfjs;

/** A backend that is in the registry, but may not have started. */
export interface Registered {
  readonly tf: Tfjs;
  /** In the registry. */
  readonly name: string;
  /** What it computes on, where there is more to say than its name. */
  readonly adapter: string | null;
  /** Absent where operations throw what goes wrong in them. */
  readonly watch?: Watch;
  /** Frees memory that no tensor uses; absent where the backend does so by itself. */
  readonly freeUnused?: () => void;
}

/**
 * Begins to watch over a device whose operations cannot throw what goes wrong in them, since they are only handed to it.
 * The function that it gives ends that, and tells what the device has found wrong; null for nothing.
 */
export type Watch = () => () => Promise<Error | null>;
