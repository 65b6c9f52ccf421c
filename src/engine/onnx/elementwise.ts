/** The functions of `elementwiseFunctions` as ONNX nodes, and how a gradient passes back through each. */
import type { ElementwiseFunction } from '../../arch/program.js';
import type { Dialect } from './dialects.js';
import type { GraphBuilder, TensorName } from './graph.js';

/** Tells where nodes are added, and in which words. */
export interface Nodes {
  readonly graph: GraphBuilder;
  readonly dialect: Dialect;
}

/** Adds the function y of x, and the gradient of x from that of y. */
interface ElementwiseRule {
  readonly value: (nodes: Nodes, x: TensorName) => TensorName;
  readonly gradient: (nodes: Nodes, gradient: TensorName, x: TensorName, y: TensorName) => TensorName;
}

/** Makes a rule whose gradient is a derivative, as nodes, times the gradient of y. */
function byDerivative(
  value: ElementwiseRule['value'],
  derivative: (nodes: Nodes, x: TensorName, y: TensorName) => TensorName,
): ElementwiseRule {
  return {
    value,
    gradient: (nodes, gradient, x, y) => nodes.graph.node('Mul', [gradient, derivative(nodes, x, y)]),
  };
}

/**
 * Holds a rule for each function. Where a gradient writes down again what the value has, the runtime computes it once.
 */
export const elementwiseRules: Readonly<Record<ElementwiseFunction, ElementwiseRule>> = {
  relu: {
    value: ({ graph, dialect }, x) => dialect.relu(graph, x),
    gradient: ({ graph, dialect }, gradient, x, y) => dialect.reluGradient(graph, gradient, x, y),
  },
  sigmoid: byDerivative(
    ({ graph, dialect }, x) => dialect.sigmoid(graph, x),
    ({ graph }, _, y) => graph.node('Sub', [y, graph.node('Mul', [y, y])]),
  ),
  // The derivative is Φ(x) + x exp(-x²/2) / sqrt(2π), with Φ the normal distribution's.
  gelu: byDerivative(
    (nodes, x) => nodes.graph.node('Mul', [x, normalDistribution(nodes, x)]),
    (nodes, x) => {
      const { graph } = nodes;
      const halfSquare = graph.node('Mul', [graph.node('Mul', [x, x]), graph.scalar(-0.5)]);
      const density = graph.node('Mul', [graph.node('Exp', [halfSquare]), graph.scalar(1 / Math.sqrt(2 * Math.PI))]);
      return graph.node('Add', [normalDistribution(nodes, x), graph.node('Mul', [x, density])]);
    },
  ),
  // With s = sigmoid(x), the derivative is s + y (1 - s).
  silu: byDerivative(
    (nodes, x) => nodes.graph.node('Mul', [x, logistic(nodes, x)]),
    (nodes, x, y) => {
      const { graph } = nodes;
      const s = logistic(nodes, x);
      const rest = graph.node('Sub', [graph.scalar(1), s]);
      return graph.node('Add', [s, graph.node('Mul', [y, rest])]);
    },
  ),
  tanh: byDerivative(
    ({ graph, dialect }, x) => dialect.tanh(graph, x),
    ({ graph }, _, y) => graph.node('Sub', [graph.scalar(1), graph.node('Mul', [y, y])]),
  ),
  softplus: byDerivative(
    ({ graph, dialect }, x) => graph.node('Add', [dialect.relu(graph, x), logarithmOfRest({ graph, dialect }, x)]),
    logistic,
  ),
  exp: byDerivative(
    ({ graph }, x) => graph.node('Exp', [x]),
    (_nodes, _x, y) => y,
  ),
  square: byDerivative(
    ({ graph }, x) => graph.node('Mul', [x, x]),
    ({ graph }, x) => graph.node('Mul', [x, graph.scalar(2)]),
  ),
  abs: byDerivative(
    ({ graph }, x) => graph.node('Abs', [x]),
    ({ graph, dialect }, x) => dialect.sign(graph, x),
  ),
  sin: byDerivative(
    ({ graph }, x) => graph.node('Sin', [x]),
    ({ graph }, x) => graph.node('Cos', [x]),
  ),
};

/**
 * Adds sigmoid(x) = 1 / (1 + exp(-x)), node by node: where x is far below 0 it keeps the digits that the operator Sigmoid
 * loses, and exp(-x) = Infinity gives 0.
 */
export function logistic({ graph }: Nodes, x: TensorName): TensorName {
  const denominator = graph.node('Add', [graph.node('Exp', [graph.node('Neg', [x])]), graph.scalar(1)]);
  return graph.node('Reciprocal', [denominator]);
}

/** Adds log(1 + exp(-|x|)), which is softplus(x) - relu(x). */
export function logarithmOfRest({ graph }: Nodes, x: TensorName): TensorName {
  const power = graph.node('Exp', [graph.node('Neg', [graph.node('Abs', [x])])]);
  return graph.node('Log', [graph.node('Add', [power, graph.scalar(1)])]);
}

/** Adds Φ(x) = (1 + erf(x / sqrt(2))) / 2. */
function normalDistribution({ graph }: Nodes, x: TensorName): TensorName {
  const erf = errorFunction(graph, graph.node('Mul', [x, graph.scalar(Math.SQRT1_2)]));
  return graph.node('Mul', [graph.node('Add', [erf, graph.scalar(1)]), graph.scalar(0.5)]);
}

/** The runtime has Erf in float32 only; float64 is for the check of gradients. */
function errorFunction(graph: GraphBuilder, x: TensorName): TensorName {
  if (graph.elementType === 'float32') return graph.node('Erf', [x]);
  const [float32, float64] = [1, 11];
  return graph.node('Cast', [graph.node('Erf', [graph.node('Cast', [x], { to: float32 })])], { to: float64 });
}
