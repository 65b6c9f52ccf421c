/** The package brings no types. */
declare module 'vega-statistics' {
  export function cumulativeNormal(value: number): number;
  export function quantileNormal(probability: number): number;
}
