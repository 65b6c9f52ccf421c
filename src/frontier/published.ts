/**
 * The published frontiers, as numbers to hold ours against.
 * Source: arXiv 2510.01796; see `configs/paper/README.md`.
 */
import { readFile } from 'node:fs/promises';
import { parse } from 'csv-parse/sync';
import type { Arch, InputProjection, OutputProjection, Shape } from '../arch/arch.js';
import { firstItem, valueAt } from '../base/items.js';
import type { EvaluationSet } from '../run/run.js';
import { groupBy } from './group.js';

/** Is one architecture of a published frontier. */
export interface PublishedPoint {
  /** A row of the task table, such as `mnist/super-resolution`. */
  readonly task: string;
  readonly shape: Shape;
  readonly arch: Arch;
  readonly trainableParams: number;
  /** Null where it was not published. */
  readonly learningRate: number | null;
  /** Mean over replicates, in dB. */
  readonly psnrDb: number;
  /** Standard deviation over replicates (divided by n); null where there was one replicate or none was published. */
  readonly psnrDbStd: number | null;
  /** Null where it was not published. */
  readonly replicates: number | null;
}

/** Holds the points of one shape with one pair of projections, by parameters ascending. */
export interface PublishedCurve {
  readonly shape: Shape;
  readonly inputProjection: InputProjection;
  readonly outputProjection: OutputProjection;
  readonly points: readonly PublishedPoint[];
}

const file = new URL('../../configs/paper/frontiers.csv', import.meta.url);

/** Reads all published points, in the order of the file. */
export async function readPublishedPoints(): Promise<PublishedPoint[]> {
  const rows: Record<string, string>[] = parse(await readFile(file), { columns: true });
  return rows.map((row) => pointOf(new Map(Object.entries(row))));
}

/** Gives the set that the authors measured their points on: MNIST denoising on validation, every other task on test. */
export function publishedSetOf(task: string): EvaluationSet {
  return task === 'mnist/denoising' ? 'validation' : 'test';
}

/** Names the tasks with a frontier, in the order of the points. */
export function publishedTasks(points: readonly PublishedPoint[]): string[] {
  return [...new Set(points.map(({ task }) => task))];
}

/** Gives the curves of a task, in the order of the points. */
export function curvesOf(points: readonly PublishedPoint[]): PublishedCurve[] {
  const byName = groupBy(points, curveName);
  return [...byName.values()].map((group) => {
    const { shape, arch } = firstItem(group);
    return {
      shape,
      inputProjection: arch.inputProjection,
      outputProjection: arch.outputProjection,
      points: group.toSorted((left, right) => left.trainableParams - right.trainableParams),
    };
  });
}

/**
 * Names the curve that a point belongs to, such as `conventional none/none`; no other curve of its task has that name.
 */
export function curveName({ shape, arch }: Pick<PublishedPoint, 'shape' | 'arch'>): string {
  return `${shape} ${arch.inputProjection}/${arch.outputProjection}`;
}

/**
 * Gives the learning rate to train a point at. Where none was published: that of the published point of the same widths
 * and depth with trainable projections, else `otherwise`.
 * @param points all points of the task
 */
export function learningRateOf(point: PublishedPoint, points: readonly PublishedPoint[], otherwise: number): number {
  if (point.learningRate !== null) return point.learningRate;
  const sibling = points.find(({ arch, learningRate }) => learningRate !== null && sameWidths(arch, point.arch));
  return sibling?.learningRate ?? otherwise;
}

function sameWidths(left: Arch, right: Arch): boolean {
  return (
    left.skipWidth === right.skipWidth && left.bottleneckWidth === right.bottleneckWidth && left.depth === right.depth
  );
}

function pointOf(row: ReadonlyMap<string, string>): PublishedPoint {
  const text = (name: string) => valueAt(row, name);
  const numberOrNull = (name: string) => (text(name) === '' ? null : Number(text(name)));
  const replicates = numberOrNull('replicates');
  return {
    task: `${text('dataset')}/${text('task').replaceAll('_', '-')}`,
    shape: text('shape') as Shape,
    arch: {
      skipWidth: Number(text('skip_width')),
      bottleneckWidth: Number(text('bottleneck_width')),
      depth: Number(text('depth')),
      inputProjection: text('input_projection') as InputProjection,
      outputProjection: text('output_projection') as OutputProjection,
    },
    trainableParams: Number(text('trainable_params')),
    learningRate: numberOrNull('learning_rate'),
    psnrDb: Number(text('psnr_db_mean')),
    psnrDbStd: replicates === 1 ? null : numberOrNull('psnr_db_std'),
    replicates,
  };
}
