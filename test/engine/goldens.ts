/** Golden networks trained by PyTorch; `HGMLP_GOLDENS=<file>` reads another file of the same form. */
import { readFileSync } from 'node:fs';
import type { GoldenCase as ProvedCase, GoldenMatrix } from '../../src/execute/golden-case.js';

/** With more of PyTorch's numbers than an engine is proved by. */
export interface GoldenCase extends ProvedCase {
  readonly shape: string;
  readonly batch: number;
  readonly trainable_params: number;
  readonly final: Readonly<Record<string, GoldenMatrix>>;
  readonly running: readonly { readonly mean: number[]; readonly variance: number[] }[];
}

const file = process.env['HGMLP_GOLDENS'] ?? new URL('../golden/goldens.json', import.meta.url);

const read = (place: string | URL) =>
  JSON.parse(readFileSync(place, 'utf8')) as { source: string; cases: GoldenCase[] };

/** Of the residual network. */
export const goldens = read(file);
/** Of the other families. */
export const familyGoldens = read(new URL('../golden/families.json', import.meta.url)).cases;

export function nameOf(golden: GoldenCase): string {
  const {
    family = 'residual',
    shape,
    skip_width,
    bottleneck_width,
    depth,
    input_projection,
    output_projection,
  } = golden;
  return `${family} ${shape} ${skip_width}-${bottleneck_width}-${depth} ${input_projection}/${output_projection}`;
}
