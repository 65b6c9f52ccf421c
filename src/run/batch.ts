/** Holds what data hands to training: one or more images, and what the network should make of them. Row-major. */
export interface Batch {
  /** `[size, input width]` */
  readonly input: Float32Array;
  /** `[size, output width]` */
  readonly target: Float32Array;
  readonly size: number;
}
