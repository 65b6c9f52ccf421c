/**
 * A whole training step of a pack as an ONNX graph, AdamW included, and a block of such steps as another: the first as
 * the body of a Scan, so that what the steps hand on stays where the provider computes. (A Loop would do the same, but
 * slice the steps' inputs by nodes of its own and ask for its condition on the processor after every step.)
 *
 * Inputs of a step:
 * - carried from step to step, `[members, parameters]` each (parameters.ts): `weights`, `first moment`, `second moment`;
 * - of the step: `x` `[members, size, in]`, `target` `[members, size, target width]`, `mask <n>` `[members, size, width]`
 *   of the n-th dropout, and AdamW's numbers `rate` and `decay` `[members, 1]`, `epsilon` (scalar), as in adamw.ts;
 * - constant: `ones` `[size]`, `inverse size`, `gradient scale` (scalars), every fixed matrix by its name
 *   `[members, out, in]`.
 *
 * Outputs of a step: `next weights`, `next first moment`, `next second moment`, and `report`
 * `[members, 2 features + 1, 1]`: the batch's mean of every normalised feature, then its 1 / sqrt(variance + epsilon), in
 * the program's order, and last the sum of the loss's terms. A block has all inputs of its steps and their reports along
 * a first axis `steps`.
 */
import { fixedMatrices, normalisedWidths, operationsOf, type Program } from '../../arch/program.js';
import { zipped } from '../../base/items.js';
import type { AdamW } from '../engine.js';
import { packed, transposed } from './dialects.js';
import { graphBuilder, type ElementType, type GraphBuilder, type TensorName } from './graph.js';
import { lossNodes } from './losses.js';
import { forward } from './operations.js';
import { joined, matrixTensors, parametersOf } from './parameters.js';
import { tensorOf as tensorOfValue } from './pass.js';
import type { DimensionSize } from './protobuf.js';
import { differentiate, maskName, masksOf, startTraining } from './training-pass.js';

/** Lists what each step hands on to the next, `[members, parameters]` each. */
export const carriedNames = ['weights', 'first moment', 'second moment'] as const;
/** Names a tensor that each step hands on to the next. */
export type Carried = (typeof carriedNames)[number];

type Settings = Pick<AdamW, 'beta1' | 'beta2'>;
type Shapes = Readonly<Record<string, readonly DimensionSize[]>>;

/** Gives the bytes of a model that takes one step; float64 is for the check of its gradients. */
export function stepGraph(program: Program, settings: Settings, elementType: ElementType = 'float32'): Uint8Array {
  const { carried, ofStep, constant } = inputShapes(program);
  const graph = graphBuilder(elementType);
  declare(graph, { ...carried, ...ofStep, ...constant });
  const { next, report } = addStep(graph, program, settings, (name) => name);
  for (const name of carriedNames) graph.output(next[name], nextName(name));
  graph.output(report, 'report');
  return graph.encode();
}

/** Gives the bytes of a model that takes a block of steps. */
export function blockGraph(program: Program, settings: Settings): Uint8Array {
  const { carried, ofStep, constant } = inputShapes(program);
  const graph = graphBuilder();
  declare(graph, carried);
  declare(
    graph,
    mapShapes(ofStep, (name, shape) => [name, ['steps', ...shape]]),
  );
  declare(graph, constant);

  const body = graphBuilder('float32', inBody(''));
  declare(
    body,
    mapShapes({ ...carried, ...ofStep }, (name, shape) => [inBody(name), shape]),
  );
  const { next, report } = addStep(body, program, settings, (name) => (name in constant ? name : inBody(name)));
  for (const name of carriedNames) body.output(next[name], inBody(nextName(name)), carried[name]);
  body.output(report, inBody('report'), ['members', reportLength(program), 1]);

  const inputs = [...Object.keys(carried), ...Object.keys(ofStep)];
  const outputs = graph.nodes('Scan', inputs, carriedNames.length + 1, {
    body: { graph: body.body() },
    num_scan_inputs: Object.keys(ofStep).length,
  });
  const names = [...carriedNames.map(nextName), 'report'];
  for (const [name, output] of zipped(names, outputs)) graph.output(output, name);
  return graph.encode();
}

/** Names the output that holds what is carried on. */
export function nextName(name: Carried): string {
  return `next ${name}`;
}

/** How many numbers a step reports of each member. */
function reportLength(program: Program): number {
  return 2 * normalisedWidths(program).reduce((sum, width) => sum + width, 0) + 1;
}

function inputShapes(program: Program) {
  const parameters = parametersOf(program);
  const fixed = fixedMatrices(program).map(({ name, rows, columns }) => [name, ['members', columns, rows]] as const);
  const masks = operationsOf(program, 'dropout').map(
    ({ output }, place) => [maskName(place), ['members', 'size', output.width]] as const,
  );
  return {
    carried: {
      weights: ['members', parameters],
      'first moment': ['members', parameters],
      'second moment': ['members', parameters],
    },
    ofStep: {
      x: ['members', 'size', program.input.width],
      target: ['members', 'size', program.loss.targetWidth],
      rate: ['members', 1],
      decay: ['members', 1],
      epsilon: [],
      ...Object.fromEntries(masks),
    },
    constant: { ones: ['size'], 'inverse size': [], 'gradient scale': [], ...Object.fromEntries(fixed) },
  } satisfies Record<string, Shapes>;
}

function declare(graph: GraphBuilder, shapes: Shapes): void {
  for (const [name, shape] of Object.entries(shapes)) graph.input(name, shape);
}

function mapShapes(
  shapes: Shapes,
  change: (name: string, shape: readonly DimensionSize[]) => readonly [string, readonly DimensionSize[]],
): Shapes {
  return Object.fromEntries(Object.entries(shapes).map(([name, shape]) => change(name, shape)));
}

/** Names inside the body differ from all outside. */
function inBody(name: string): string {
  return `step ${name}`;
}

function addStep(graph: GraphBuilder, program: Program, settings: Settings, tensorOf: (input: string) => TensorName) {
  const pass = startTraining(program, {
    graph,
    dialect: packed,
    input: transposed(graph, tensorOf('x')),
    matrices: matrixTensors(graph, program, tensorOf('weights')),
    ones: tensorOf('ones'),
    inverseBatch: tensorOf('inverse size'),
    masks: masksOf(program, (name) => transposed(graph, tensorOf(name))),
  });
  for (const operation of program.operations) forward(operation, pass);

  const output = tensorOfValue(pass, program.output);
  const target = transposed(graph, tensorOf('target'));
  const loss = lossNodes(program.loss, { ...pass, output, target, widthAxis: packed.widthAxis });
  const moments = [...pass.statistics.values()];
  const reported = [
    ...moments.map(({ mean }) => mean),
    ...moments.map(({ inverseDeviation }) => inverseDeviation),
    loss.sum({ axes: [packed.widthAxis, packed.batchAxis], keepdims: 1 }),
  ];
  const report = graph.node('Concat', reported, { axis: packed.widthAxis });

  differentiate(program, pass, graph.node('Mul', [loss.gradient(), tensorOf('gradient scale')]));
  return { next: adamW(graph, joined(graph, program, pass.matrixGradients), settings, tensorOf), report };
}

/** The update of adamw.kernel.ts, node by node. */
function adamW(
  graph: GraphBuilder,
  gradient: TensorName,
  { beta1, beta2 }: Settings,
  tensorOf: (input: string) => TensorName,
): Record<Carried, TensorName> {
  const node = (operator: string, a: TensorName, b: TensorName) => graph.node(operator, [a, b]);
  const first = node('Add', node('Mul', tensorOf('first moment'), graph.scalar(beta1)), gradient);
  const square = node('Mul', gradient, gradient);
  const second = node('Add', node('Mul', tensorOf('second moment'), graph.scalar(beta2)), square);
  const deviation = node('Add', graph.node('Sqrt', [second]), tensorOf('epsilon'));
  const change = node('Mul', tensorOf('rate'), node('Div', first, deviation));
  const weights = node('Sub', node('Mul', tensorOf('weights'), tensorOf('decay')), change);
  return { weights, 'first moment': first, 'second moment': second };
}
