/**
 * The part of the ONNX file format that a training graph needs, written as protocol buffers.
 * Source of the field numbers: onnx.proto, ONNX IR version 8 (https://onnx.ai/onnx/api/classes.html).
 */
import protobuf from 'protobufjs';

const schema = `
  syntax = "proto3";
  message Attribute { string name = 1; float f = 2; int64 i = 3; Graph g = 6; repeated int64 ints = 8; int32 type = 20; }
  message Node { repeated string input = 1; repeated string output = 2; string name = 3; string op_type = 4; repeated Attribute attribute = 5; }
  message Tensor { repeated int64 dims = 1; int32 data_type = 2; bytes raw_data = 9; string name = 8; }
  message Dimension { oneof value { int64 dim_value = 1; string dim_param = 2; } }
  message Shape { repeated Dimension dim = 1; }
  message TensorType { int32 elem_type = 1; Shape shape = 2; }
  message Type { TensorType tensor_type = 1; }
  message ValueInfo { string name = 1; Type type = 2; }
  message Graph { repeated Node node = 1; string name = 2; repeated Tensor initializer = 5; repeated ValueInfo input = 11; repeated ValueInfo output = 12; }
  message OperatorSet { string domain = 1; int64 version = 2; }
  message Model { int64 ir_version = 1; string producer_name = 2; Graph graph = 7; repeated OperatorSet opset_import = 8; }
`;

const { root } = protobuf.parse(schema, { keepCase: true });
const modelType = root.lookupType('Model');

/** Describes an AttributeProto: a named constant of a node. Its type tells which field holds it. */
export interface OnnxAttribute {
  name: string;
  f?: number;
  i?: number;
  g?: OnnxGraph;
  ints?: readonly number[];
  /** 1 float, 2 integer, 5 graph, 7 integers. */
  type: 1 | 2 | 5 | 7;
}

/** Describes a NodeProto: an operator, with the names of its inputs and outputs. */
export interface OnnxNode {
  name: string;
  op_type: string;
  input: readonly string[];
  output: readonly string[];
  attribute: readonly OnnxAttribute[];
}

/** Describes a TensorProto: a constant, its values as little-endian bytes. */
export interface OnnxTensor {
  name: string;
  dims: readonly number[];
  data_type: number;
  raw_data: Uint8Array;
}

/** Describes a GraphProto: nodes in an order in which each follows what it reads. */
export interface OnnxGraph {
  name: string;
  node: readonly OnnxNode[];
  initializer: readonly OnnxTensor[];
  input: readonly OnnxValueInfo[];
  output: readonly OnnxValueInfo[];
}

interface OnnxValueInfo {
  name: string;
  type: { tensor_type: { elem_type: number; shape?: { dim: readonly OnnxDimension[] } } };
}

type OnnxDimension = { dim_value: number } | { dim_param: string };

/** Is a dimension that is known, or the name of one that a run decides. */
export type DimensionSize = number | string;

/** Declares an input or output of a graph; without a shape the runtime infers it. */
export function valueInfo(name: string, elementType: number, shape?: readonly DimensionSize[]): OnnxValueInfo {
  const dim = shape?.map((size) => (typeof size === 'number' ? { dim_value: size } : { dim_param: size }));
  return { name, type: { tensor_type: { elem_type: elementType, ...(dim && { shape: { dim } }) } } };
}

/** Encodes a model file. Operator set 17: the first with LayerNormalization. */
export function encodeModel(graph: OnnxGraph): Uint8Array {
  const model = { ir_version: 8, producer_name: 'hgmlp', graph, opset_import: [{ domain: '', version: 17 }] };
  return modelType.encode(model).finish();
}
