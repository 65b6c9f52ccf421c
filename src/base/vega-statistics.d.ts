/** The package brings no types. */
declare module 'vega-statistics' {
  export function cumulativeNormal(value: number): number;
}
