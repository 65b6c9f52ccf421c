/** The published curves as a plot and a table tell them apart: by shape, and by the projections that a curve includes. */
import { curveName, type PublishedPoint } from '../frontier/published.js';
import { shapeLabels } from './numbers.js';
import { looks } from './plot-style.js';

/** Holds the colour, mark and dash pattern of a curve, in the words of Vega-Lite. */
export interface CurveLook {
  readonly color: string;
  readonly mark: string;
  readonly dash: readonly number[];
}

/** For the shape whose colour, mark and dash are taken already. Source of the colour: see `plot-style.ts`. */
const withoutProjections: CurveLook = { color: '#CC79A7', mark: 'diamond', dash: [2, 2] };

/** Looks as its shape does; curves without projections have a look of their own. */
export function curveLook({ shape, arch }: PublishedPoint): CurveLook {
  const plain = arch.inputProjection === 'none' && arch.outputProjection === 'none';
  return plain ? withoutProjections : looks[shape];
}

/**
 * Writes a curve as `Conventional (none)`: the shape, and in brackets the projections that the curve has. Short, to fit
 * a legend.
 */
export function curveLabel(point: PublishedPoint): string {
  const { inputProjection, outputProjection } = point.arch;
  const pair = `${inputProjection}/${outputProjection}`;
  return `${shapeLabels[point.shape]} (${projectionLabels[pair] ?? pair})`;
}

const projectionLabels: Readonly<Record<string, string>> = {
  'trainable/trainable': 'in, out',
  'none/none': 'none',
};

/** Picks the first point of each curve, in the order of the points. */
export function curveExamples(points: readonly PublishedPoint[]): PublishedPoint[] {
  return [...new Map(points.toReversed().map((point) => [curveName(point), point])).values()].toReversed();
}
