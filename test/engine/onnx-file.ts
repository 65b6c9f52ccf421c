/** Reads ONNX files in its own words, to see what the engine wrote. Field numbers: onnx.proto, ONNX IR version 8. */
import protobuf from 'protobufjs';

const { root } = protobuf.parse(`
  syntax = "proto3";
  message Node { repeated string input = 1; repeated string output = 2; string opType = 4; }
  message Tensor { repeated int64 dims = 1; string name = 8; }
  message Value { string name = 1; }
  message Graph { repeated Node node = 1; repeated Tensor initializer = 5; repeated Value input = 11; repeated Value output = 12; }
  message Model { Graph graph = 7; }
`);

export interface OnnxFile {
  /** Operators of the nodes, in order. */
  readonly operators: readonly string[];
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  /** How many values each constant of the file holds. */
  readonly constantSizes: readonly number[];
}

interface Graph {
  readonly node: readonly { readonly opType: string }[];
  readonly initializer: readonly { readonly dims: readonly number[] }[];
  readonly input: readonly { readonly name: string }[];
  readonly output: readonly { readonly name: string }[];
}

export function readOnnx(file: Uint8Array): OnnxFile {
  const type = root.lookupType('Model');
  const options = { longs: Number, arrays: true };
  const { graph } = type.toObject(type.decode(file), options) as { graph: Graph };
  return {
    operators: graph.node.map(({ opType }) => opType),
    inputs: graph.input.map(({ name }) => name),
    outputs: graph.output.map(({ name }) => name),
    constantSizes: graph.initializer.map(({ dims }) => dims.reduce((product, size) => product * size, 1)),
  };
}
