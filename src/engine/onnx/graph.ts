/** Builds an ONNX graph node by node; names are made as it grows. */
import { firstItem } from '../../base/items.js';
import { encodeModel, valueInfo, type DimensionSize, type OnnxAttribute, type OnnxNode } from './protobuf.js';
import type { OnnxGraph, OnnxTensor } from './protobuf.js';

/** Names a tensor in the graph. */
export type TensorName = string;

/** Tells of which type the values of a graph are: float32 to train, float64 to check gradients. */
export type ElementType = 'float32' | 'float64';

type AttributeValue = number | readonly number[] | { readonly float: number } | { readonly graph: OnnxGraph };

const elementTypeCodes = { float32: 1, float64: 11, int64: 7 } as const;

/** Collects the inputs, constants, nodes and outputs of a graph. */
export interface GraphBuilder {
  readonly elementType: ElementType;
  /** Declares an input, of any shape where none is given, and gives its name back. */
  input(name: TensorName, shape?: readonly DimensionSize[]): TensorName;
  /** Declares that a tensor leaves the graph under this name; without a shape the runtime infers it. */
  output(tensor: TensorName, name: TensorName, shape?: readonly DimensionSize[]): void;
  /** A number as a scalar of the graph's element type. */
  scalar(value: number): TensorName;
  /** A list of integers, for operators that take axes or shapes as inputs. */
  integers(values: readonly number[]): TensorName;
  /** Adds a node with one output. */
  node(operator: string, inputs: readonly TensorName[], attributes?: Record<string, AttributeValue>): TensorName;
  /** Adds a node with several outputs. */
  nodes(
    operator: string,
    inputs: readonly TensorName[],
    outputCount: number,
    attributes?: Record<string, AttributeValue>,
  ): TensorName[];
  /** The graph as it stands, for a node of another graph that runs it. */
  body(): OnnxGraph;
  /** The model file. */
  encode(): Uint8Array;
}

/**
 * Begins an empty graph whose numbers have the given type: float32 to train, float64 to check gradients. The prefix
 * sets the names that are made in the body of a node apart from those around it.
 */
export function graphBuilder(elementType: ElementType = 'float32', prefix = ''): GraphBuilder {
  const code = elementTypeCodes[elementType];
  const node: OnnxNode[] = [];
  const input: ReturnType<typeof valueInfo>[] = [];
  const output: ReturnType<typeof valueInfo>[] = [];
  const initializers = new Map<string, OnnxTensor>();
  let count = 0;

  const initializer = (content: string, dims: number[], data_type: number, raw_data: Uint8Array) => {
    const name = prefix + content;
    initializers.set(name, { name, dims, data_type, raw_data });
    return name;
  };

  const builder: GraphBuilder = {
    elementType,
    input(name, shape) {
      input.push(valueInfo(name, code, shape));
      return name;
    },
    output(tensor, name, shape) {
      node.push({ name, op_type: 'Identity', input: [tensor], output: [name], attribute: [] });
      output.push(valueInfo(name, code, shape));
    },
    scalar(value) {
      const values = elementType === 'float32' ? Float32Array.of(value) : Float64Array.of(value);
      return initializer(`number ${value}`, [], code, bytesOf(values));
    },
    integers(values) {
      const data = BigInt64Array.from(values, BigInt);
      return initializer(`integers ${values.join(' ')}`, [values.length], elementTypeCodes.int64, bytesOf(data));
    },
    node: (operator, inputs, attributes) => firstItem(builder.nodes(operator, inputs, 1, attributes)),
    nodes(operator, inputs, outputCount, attributes = {}) {
      const name = `${prefix}${operator} ${count}`;
      count += 1;
      const outputs = Array.from({ length: outputCount }, (_, index) => (index === 0 ? name : `${name}.${index}`));
      const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
      node.push({ name, op_type: operator, input: inputs, output: outputs, attribute });
      return outputs;
    },
    body: () => ({ name: 'hgmlp', node, initializer: [...initializers.values()], input, output }),
    encode: () => encodeModel(builder.body()),
  };
  return builder;
}

function attributeOf(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, i: value, type: 2 };
  if ('graph' in value) return { name, g: value.graph, type: 5 };
  return 'float' in value ? { name, f: value.float, type: 1 } : { name, ints: value, type: 7 };
}

function bytesOf(values: Float32Array | Float64Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
