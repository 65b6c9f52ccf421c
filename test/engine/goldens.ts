/** Golden networks trained by PyTorch; `HGMLP_GOLDENS=<file>` reads another file of the same form. */
import { readFileSync } from 'node:fs';
import type { Arch, Dimensions, InputProjection, OutputProjection } from '../../src/arch/arch.js';

type Rows = number[][];

export interface GoldenCase {
  shape: string;
  input_dim: number;
  output_dim: number;
  skip_width: number;
  bottleneck_width: number;
  depth: number;
  input_projection: InputProjection;
  output_projection: OutputProjection;
  batch: number;
  learning_rates: number[];
  adamw: { beta1: number; beta2: number; epsilon: number; weight_decay: number };
  trainable_params: number;
  initial: Record<string, Rows>;
  steps: { x: Rows; t: Rows; loss: number }[];
  final: Record<string, Rows>;
  running: { mean: number[]; variance: number[] }[];
  evaluation_output_of_first_batch: Rows;
}

const file = process.env['HGMLP_GOLDENS'] ?? new URL('../golden/goldens.json', import.meta.url);

export const goldens = JSON.parse(readFileSync(file, 'utf8')) as { source: string; cases: GoldenCase[] };

export function flat(rows: Rows): Float32Array {
  return Float32Array.from(rows.flat());
}

export function nameOf(golden: GoldenCase): string {
  const { shape, skip_width, bottleneck_width, depth, input_projection, output_projection } = golden;
  return `${shape} ${skip_width}-${bottleneck_width}-${depth} ${input_projection}/${output_projection}`;
}

export function archOf(golden: GoldenCase): Arch {
  return {
    skipWidth: golden.skip_width,
    bottleneckWidth: golden.bottleneck_width,
    depth: golden.depth,
    inputProjection: golden.input_projection,
    outputProjection: golden.output_projection,
  };
}

export function dimensionsOf(golden: GoldenCase): Dimensions {
  return { input: golden.input_dim, output: golden.output_dim };
}
