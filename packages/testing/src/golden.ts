/**
 * Golden fixtures: what PyTorch computed, as JSON beside the script that made it. The gradient that
 * backward starts from is cos(i + 1) for element i of the output, there as here.
 */
import fs from 'node:fs'; // whole: in a browser it is empty, and loading this file must not fail
import { tensor, type Backend, type DType, type Shape, type Tensor } from '@kasane/tensor-core';

/** A tensor in a fixture; float64 unless it says int32. NaN and the infinities are strings. */
export interface GoldenTensor {
  readonly shape: Shape;
  readonly data: readonly (number | 'NaN' | 'Infinity' | '-Infinity')[];
  readonly dtype?: 'int32';
}

/** Tensors by state-dict name. */
export type GoldenState = Readonly<Record<string, GoldenTensor>>;

/** One training step of a module or a function. */
export interface Golden {
  readonly inputs: readonly GoldenTensor[];
  /** Parameters and buffers before the step. */
  readonly state?: GoldenState;
  readonly output: GoldenTensor;
  /** Null for inputs that are not differentiated. */
  readonly inputGradients: readonly (GoldenTensor | null)[];
  readonly parameterGradients?: GoldenState;
  readonly buffersAfter?: GoldenState;
  /** The output in evaluation, after the step. */
  readonly evalOutput?: GoldenTensor;
}

/** How the tensors of a fixture are made. */
export interface GoldenOptions {
  /** For the floating ones. */
  readonly dtype: DType;
  readonly backend: Backend;
}

/**
 * Reads a fixture file: `loadGoldens(new URL('./fixtures/layers.json', import.meta.url))` gives its
 * cases by name. `T` is what the script beside it writes per name.
 */
export function loadGoldens<T = Golden>(file: URL): Readonly<Record<string, T>> {
  // The script beside the file wrote these fields; a wrong one fails the test that reads it.
  return JSON.parse(fs.readFileSync(file, 'utf8')) as Record<string, T>;
}

/** The case of a name, or an error that lists the names there are. */
export function goldenCase<T>(goldens: Readonly<Record<string, T>>, name: string): T {
  const found = goldens[name];
  if (found === undefined) {
    throw new Error(`no golden '${name}'; there are ${Object.keys(goldens).join(', ')}`);
  }
  return found;
}

/** The numbers of a fixture's tensor. */
export function goldenValues({ data }: GoldenTensor): number[] {
  return data.map(Number);
}

/** A fixture's tensor. */
export function goldenTensor(golden: GoldenTensor, { dtype, backend }: GoldenOptions): Tensor {
  return tensor(goldenValues(golden), golden.shape, { dtype: golden.dtype ?? dtype, backend });
}

/** The gradient of a result that fixtures start from: cos(i + 1). */
export function goldenSeed({ shape, size, dtype, backend }: Tensor): Tensor {
  const values = Float64Array.from({ length: size }, (_, i) => Math.cos(i + 1));
  return tensor(values, shape, { dtype, backend });
}

/** Tensor number k of the scripts that record fixtures: numbers that both sides make up alike. */
export function wave(shape: Shape, k: number): GoldenTensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const data = Array.from({ length: size }, (_, i) => Math.cos(i * 1.7 + 0.4 + k) * 0.8);
  return { shape, data };
}
