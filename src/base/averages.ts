/** Means and quantiles. */

/** Computes the arithmetic mean of at least one value. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** Gives the median of at least one value. */
export function median(values: readonly number[]): number {
  return quantile(Float64Array.from(values).sort(), 0.5);
}

/** Computes the quantile of ascending values, between neighbours in proportion. */
export function quantile(sorted: ArrayLike<number>, share: number): number {
  const position = share * (sorted.length - 1);
  const part = position - Math.floor(position);
  const below = sorted[Math.floor(position)]!;
  const above = sorted[Math.ceil(position)]!;
  // Between a number and an infinity there is nothing: the nearer of the two.
  if (!Number.isFinite(above - below)) return part < 0.5 ? below : above;
  return below + part * (above - below);
}

/** Averages several curves at each of their places, over those that reach it. */
export function meanCurve(curves: readonly (readonly number[])[]): number[] {
  const longest = curves.reduce((most, { length }) => Math.max(most, length), 0);
  return Array.from({ length: longest }, (_, index) => meanOf(curves.flatMap((curve) => curve[index] ?? [])));
}
