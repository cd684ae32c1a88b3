import type * as Ort from 'onnxruntime-node';
import type { Prepared, Side } from '../workload.ts';

type Runtime = typeof Ort;

/** ONNX Runtime on the CPU. */
export function onnxruntime(
  model: Uint8Array,
  threads: 1 | 2,
  work: (session: Ort.InferenceSession, ort: Runtime) => Prepared,
): Side {
  return {
    name: `onnxruntime ${threads} thread${threads === 1 ? '' : 's'}`,
    async prepare() {
      const ort = await import('onnxruntime-node');
      const session = await ort.InferenceSession.create(model, {
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
      });
      return work(session, ort);
    },
  };
}

const FLOAT = 1;

/**
 * The model `c = a · b` of square float32 matrices.
 *
 * @see https://github.com/onnx/onnx/blob/main/onnx/onnx.proto for the numbers of the fields
 */
export function matmulModel(n: number): Uint8Array {
  const dimension = field(1, number(1, n)); // TensorShapeProto.dim with dim_value
  const shape = field(2, [...dimension, ...dimension]); // TypeProto.Tensor.shape
  const type = field(1, [...number(1, FLOAT), ...shape]); // TypeProto.tensor_type with elem_type
  const value = (name: string): number[] => [...text(1, name), ...field(2, type)];
  const node = [...text(1, 'a'), ...text(1, 'b'), ...text(2, 'c'), ...text(4, 'MatMul')];
  const graph = [
    ...field(1, node),
    ...text(2, 'product'),
    ...field(11, value('a')),
    ...field(11, value('b')),
    ...field(12, value('c')),
  ];
  const opset = number(2, 13); // OperatorSetIdProto.version
  return Uint8Array.from([...number(1, 8), ...field(7, graph), ...field(8, opset)]);
}

// The wire format of protocol buffers: a key of field number and kind, then a number, or a length and
// that many bytes.
const varint = (value: number): number[] =>
  value < 128 ? [value] : [(value % 128) + 128, ...varint(Math.floor(value / 128))];
const number = (id: number, value: number): number[] => [...varint(id * 8), ...varint(value)];
const field = (id: number, bytes: readonly number[]): number[] => [
  ...varint(id * 8 + 2),
  ...varint(bytes.length),
  ...bytes,
];
const text = (id: number, value: string): number[] => field(id, [...Buffer.from(value)]);
