/** One small network whose training PyTorch did step by step: an engine that gets the same numbers works. */
import { readFile } from 'node:fs/promises';
import type { Arch, Dimensions, InputProjection, OutputProjection } from '../arch/arch.js';
import { programOf } from '../arch/families.js';
import type { Engine, Model, Step } from '../engine/engine.js';
import type { Batch } from '../run/batch.js';

/** Holds rows of numbers, all of the same length. */
export type GoldenMatrix = readonly (readonly number[])[];

/** Holds the case as its file does, with PyTorch's names. */
export interface GoldenCase {
  readonly input_dim: number;
  readonly output_dim: number;
  /** Absent: `residual`. */
  readonly family?: string;
  readonly skip_width: number;
  readonly bottleneck_width: number;
  readonly depth: number;
  readonly input_projection: InputProjection;
  readonly output_projection: OutputProjection;
  readonly adamw: {
    readonly beta1: number;
    readonly beta2: number;
    readonly epsilon: number;
    readonly weight_decay: number;
  };
  /** Of each step. */
  readonly learning_rates: readonly number[];
  /** Of each matrix, by name: `[in, out]`. */
  readonly initial: Readonly<Record<string, GoldenMatrix>>;
  readonly steps: readonly { readonly x: GoldenMatrix; readonly t: GoldenMatrix; readonly loss: number }[];
  /** After the steps. */
  readonly evaluation_output_of_first_batch: GoldenMatrix;
}

/** Tells how far an engine is from PyTorch's numbers; NaN where its own are not finite. */
export interface Proof {
  /** Relative, over the losses of all steps. */
  readonly largestLossDifference: number;
  /** Over the trained network's outputs, against the largest of PyTorch's. */
  readonly largestOutputDifference: number;
}

/** Single precision allows no less over some steps; an engine that rounds to fewer bits is beyond it. */
const allowed: Proof = { largestLossDifference: 1e-5, largestOutputDifference: 1e-4 };

/** Reads the case that comes with hgmlp; its file says where the numbers are from. */
export async function readGoldenCase(): Promise<GoldenCase> {
  const text = await readFile(new URL('../../configs/golden-case.json', import.meta.url), 'utf8');
  return (JSON.parse(text) as { case: GoldenCase }).case;
}

/** Trains the case's steps and evaluates the network. Rejects with what the engine throws. */
export async function proveEngine(engine: Engine, golden: GoldenCase): Promise<Proof> {
  const model = await openGolden(engine, golden);
  try {
    const losses = await trainedLosses(model, golden);
    const expectedLosses = golden.steps.map(({ loss }) => loss);
    const outputs = await evaluatedOutputs(model, golden);
    const expectedOutputs = golden.evaluation_output_of_first_batch.flat();
    const largestOutput = Math.max(...expectedOutputs.map(Math.abs));
    return {
      largestLossDifference: largestDifference(losses, expectedLosses, (loss) => loss),
      largestOutputDifference: largestDifference(outputs, expectedOutputs, () => largestOutput),
    };
  } finally {
    await model.dispose();
  }
}

/** Says what speaks against an engine with this proof, in words; null where nothing does. */
export function faultOf({ largestLossDifference, largestOutputDifference }: Proof): string | null {
  const [difference, allowedDifference, what] =
    largestLossDifference <= allowed.largestLossDifference
      ? [largestOutputDifference, allowed.largestOutputDifference, 'outputs']
      : [largestLossDifference, allowed.largestLossDifference, 'losses'];
  // Written so that NaN is a fault.
  if (difference <= allowedDifference) return null;
  return Number.isFinite(difference)
    ? `its ${what} differ from PyTorch's by ${difference.toExponential(1)}; ${allowedDifference.toExponential(0)} is allowed`
    : `its ${what} are not finite`;
}

/** Gives the network that the case is of. */
export function archOf(golden: GoldenCase): Arch {
  return {
    ...(golden.family === undefined ? {} : { family: golden.family }),
    skipWidth: golden.skip_width,
    bottleneckWidth: golden.bottleneck_width,
    depth: golden.depth,
    inputProjection: golden.input_projection,
    outputProjection: golden.output_projection,
  };
}

/** Gives the widths of the input and the output. */
export function dimensionsOf(golden: GoldenCase): Dimensions {
  return { input: golden.input_dim, output: golden.output_dim };
}

/** Opens the network on the engine, as it starts. */
export function openGolden(engine: Engine, golden: GoldenCase): Promise<Model> {
  const program = programOf(archOf(golden), dimensionsOf(golden));
  const weights = new Map(program.matrices.map(({ name }) => [name, flat(golden.initial[name]!)]));
  const { beta1, beta2, epsilon, weight_decay: weightDecay } = golden.adamw;
  return engine.open(program, [weights], { beta1, beta2, epsilon, weightDecay });
}

/** Gives the training steps of the case. */
export function goldenSteps({ steps, learning_rates: learningRates }: GoldenCase): Step[] {
  return steps.map(({ x, t }, index) => ({ ...batchOf(x, t), learningRates: [learningRates[index]!] }));
}

async function trainedLosses(model: Model, golden: GoldenCase): Promise<number[]> {
  const losses: number[] = [];
  // Of its one network.
  for await (const ofStep of model.train(goldenSteps(golden))) losses.push(...ofStep);
  return losses;
}

async function evaluatedOutputs(model: Model, { steps }: GoldenCase): Promise<Float32Array> {
  const { x, t } = steps[0]!;
  const outputs: Float32Array[] = [];
  for await (const evaluation of model.evaluate([batchOf(x, t)], { outputs: true })) {
    outputs.push(evaluation.outputs!.slice());
  }
  return outputs[0]!;
}

function batchOf(x: GoldenMatrix, t: GoldenMatrix): Batch {
  return { input: flat(x), target: flat(t), size: x.length };
}

/** Gives the numbers of all rows, one row after the other. */
export function flat(rows: GoldenMatrix): Float32Array {
  return Float32Array.from(rows.flat());
}

/** Against a scale for each expected value; NaN where there are fewer values or one is none. */
function largestDifference(
  actual: ArrayLike<number>,
  expected: readonly number[],
  scaleOf: (value: number) => number,
): number {
  return Math.max(...expected.map((value, index) => Math.abs((actual[index] ?? NaN) - value) / scaleOf(value)));
}
