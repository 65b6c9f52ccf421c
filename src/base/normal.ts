/** The normal distribution. */
import { cumulativeNormal, quantileNormal } from 'vega-statistics';

/** Computes the probability that a standard normal variable is at most z. */
export function normalCumulative(z: number): number {
  return cumulativeNormal(z);
}

/** Computes the density of a standard normal variable at z. */
export function normalDensity(z: number): number {
  return Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI);
}

/** Computes the z that a standard normal variable is below with this probability, strictly between 0 and 1. */
export function normalQuantile(probability: number): number {
  return quantileNormal(probability);
}
