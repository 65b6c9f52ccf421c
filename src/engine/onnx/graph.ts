/** Builds an ONNX graph node by node; names are made as it grows. */
import { encodeModel, valueInfo, type DimensionSize, type OnnxAttribute, type OnnxNode } from './protobuf.js';
import type { OnnxTensor } from './protobuf.js';

/** The name of a tensor in the graph. */
export type TensorName = string;

export type ElementType = 'float32' | 'float64';

type AttributeValue = number | readonly number[] | { readonly float: number };

const elementTypeCodes = { float32: 1, float64: 11, int64: 7 } as const;

export interface GraphBuilder {
  /** Declares an input and gives its name back. */
  input(name: TensorName, shape: readonly DimensionSize[]): TensorName;
  /** Declares that a tensor leaves the graph under this name. */
  output(tensor: TensorName, name: TensorName): void;
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
  /** The model file. */
  encode(): Uint8Array;
}

/** An empty graph whose numbers have the given type: float32 to train, float64 to check gradients. */
export function graphBuilder(elementType: ElementType = 'float32'): GraphBuilder {
  const code = elementTypeCodes[elementType];
  const node: OnnxNode[] = [];
  const input: ReturnType<typeof valueInfo>[] = [];
  const output: ReturnType<typeof valueInfo>[] = [];
  const initializers = new Map<string, OnnxTensor>();
  let count = 0;

  const initializer = (name: string, dims: number[], data_type: number, raw_data: Uint8Array) => {
    initializers.set(name, { name, dims, data_type, raw_data });
    return name;
  };

  const builder: GraphBuilder = {
    input(name, shape) {
      input.push(valueInfo(name, code, shape));
      return name;
    },
    output(tensor, name) {
      node.push({ name, op_type: 'Identity', input: [tensor], output: [name], attribute: [] });
      output.push(valueInfo(name, code));
    },
    scalar(value) {
      const values = elementType === 'float32' ? Float32Array.of(value) : Float64Array.of(value);
      return initializer(`number ${value}`, [], code, bytesOf(values));
    },
    integers(values) {
      const data = BigInt64Array.from(values, BigInt);
      return initializer(`integers ${values.join(' ')}`, [values.length], elementTypeCodes.int64, bytesOf(data));
    },
    node: (operator, inputs, attributes) => builder.nodes(operator, inputs, 1, attributes)[0]!,
    nodes(operator, inputs, outputCount, attributes = {}) {
      const name = `${operator} ${count}`;
      count += 1;
      const outputs = Array.from({ length: outputCount }, (_, index) => (index === 0 ? name : `${name}.${index}`));
      const attribute = Object.entries(attributes).map(([key, value]) => attributeOf(key, value));
      node.push({ name, op_type: operator, input: inputs, output: outputs, attribute });
      return outputs;
    },
    encode: () => encodeModel({ name: 'hgmlp', node, initializer: [...initializers.values()], input, output }),
  };
  return builder;
}

function attributeOf(name: string, value: AttributeValue): OnnxAttribute {
  if (typeof value === 'number') return { name, i: value, type: 2 };
  return 'float' in value ? { name, f: value.float, type: 1 } : { name, ints: value, type: 7 };
}

function bytesOf(values: Float32Array | Float64Array | BigInt64Array): Uint8Array {
  return new Uint8Array(values.buffer, values.byteOffset, values.byteLength);
}
