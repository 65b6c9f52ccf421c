/**
 * AdamW over all weights at once, in WebAssembly SIMD (AssemblyScript; compiled ahead to adamw.wasm).
 * Moments are kept as plain sums: m = beta1 m + g, v = beta2 v + g². The caller folds (1 - beta) and the bias
 * corrections into `rate` and `epsilon`, so that each weight costs one division and one square root.
 */

/**
 * With g = gradientScale · gradient: w = decay w - rate m / (sqrt(v) + epsilon).
 * Each pointer is the byte address of `byteLength` bytes, a multiple of 16.
 */
export function adamw(
  weights: usize,
  firstMoment: usize,
  secondMoment: usize,
  gradient: usize,
  byteLength: usize,
  gradientScale: f32,
  rate: f32,
  epsilon: f32,
  decay: f32,
  beta1: f32,
  beta2: f32,
): void {
  const scales = f32x4.splat(gradientScale);
  const rates = f32x4.splat(rate);
  const epsilons = f32x4.splat(epsilon);
  const decays = f32x4.splat(decay);
  const beta1s = f32x4.splat(beta1);
  const beta2s = f32x4.splat(beta2);
  for (let offset: usize = 0; offset < byteLength; offset += 16) {
    const g = f32x4.mul(v128.load(gradient + offset), scales);
    const m = f32x4.add(f32x4.mul(v128.load(firstMoment + offset), beta1s), g);
    const v = f32x4.add(f32x4.mul(v128.load(secondMoment + offset), beta2s), f32x4.mul(g, g));
    v128.store(firstMoment + offset, m);
    v128.store(secondMoment + offset, v);
    const change = f32x4.mul(rates, f32x4.div(m, f32x4.add(f32x4.sqrt(v), epsilons)));
    v128.store(weights + offset, f32x4.sub(f32x4.mul(v128.load(weights + offset), decays), change));
  }
}
