/** The functions of one number, with their derivatives, in plain float64. */
import type { ElementwiseFunction } from '../../src/arch/program.js';

interface Differentiable {
  value(x: number): number;
  derivative(x: number): number;
}

export const elementwise: Readonly<Record<ElementwiseFunction, Differentiable>> = {
  relu: { value: (x) => (x > 0 || Number.isNaN(x) ? x : 0), derivative: (x) => (x > 0 ? 1 : 0) },
  sigmoid: { value: sigmoid, derivative: (x) => sigmoid(x) * sigmoid(-x) },
  gelu: {
    value: (x) => x * normalDistribution(x),
    derivative: (x) => normalDistribution(x) + (x * Math.exp((-x * x) / 2)) / Math.sqrt(2 * Math.PI),
  },
  silu: { value: (x) => x * sigmoid(x), derivative: (x) => sigmoid(x) * (1 + x * sigmoid(-x)) },
  tanh: { value: Math.tanh, derivative: (x) => 1 - Math.tanh(x) ** 2 },
  softplus: { value: softplus, derivative: sigmoid },
  exp: { value: Math.exp, derivative: Math.exp },
  square: { value: (x) => x * x, derivative: (x) => 2 * x },
  abs: { value: Math.abs, derivative: Math.sign },
  sin: { value: Math.sin, derivative: Math.cos },
};

export function sigmoid(x: number): number {
  return 1 / (1 + Math.exp(-x));
}

export function softplus(x: number): number {
  return Math.max(x, 0) + Math.log1p(Math.exp(-Math.abs(x)));
}

/** Φ(x), from the series of erf near 0 and a continued fraction of erfc beyond. Source: Abramowitz and Stegun, 7.1.6 and 7.1.14. */
function normalDistribution(x: number): number {
  const z = Math.abs(x) * Math.SQRT1_2;
  const upper = z < 2.5 ? (1 - seriesOfErf(z)) / 2 : fractionOfErfc(z) / 2;
  return x > 0 ? 1 - upper : upper;
}

function seriesOfErf(z: number): number {
  let [term, sum] = [z, z];
  for (let n = 1; n < 80; n += 1) {
    term *= (2 * z * z) / (2 * n + 1);
    sum += term;
  }
  return ((2 * Math.exp(-z * z)) / Math.sqrt(Math.PI)) * sum;
}

function fractionOfErfc(z: number): number {
  let fraction = z;
  for (let n = 120; n > 0; n -= 1) fraction = z + n / 2 / fraction;
  return Math.exp(-z * z) / Math.sqrt(Math.PI) / fraction;
}
