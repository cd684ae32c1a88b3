/**
 * The conformance suite of ops: one call per op. Every sample runs on every backend in every dtype it
 * allows and must agree with the plain loop in float64; gradients must agree with finite differences,
 * twice; nothing may leak.
 */
import { gradcheck, gradgradcheck, gradients } from '@kasane/autograd';
import {
  isFloatingPoint,
  memory,
  reference,
  scope,
  tensor,
  wasm,
  type Backend,
  type DType,
  type NestedArray,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { closeness, flatten, type Tolerance } from './allclose.ts';

/** An input of a sample: floating values run in float32 and float64, others in their own dtype. */
export interface Input {
  readonly shape: Shape;
  readonly values: readonly number[];
  readonly dtype?: 'int32' | 'bool';
}

/** One call of an op. */
export interface Sample {
  /** What the sample shows; part of the test's title. */
  readonly name: string;
  readonly inputs: readonly Input[];
  call(...inputs: Tensor[]): Tensor;
  /** The result, where it is known from elsewhere: by hand, from a paper, from another program. */
  readonly expected?: NestedArray;
  /** `false` where the op has no gradient at these inputs (a kink, NaN, integers). */
  readonly gradient?: false;
  /** `false` where second derivatives do not exist or are not finite. */
  readonly secondGradient?: false;
  /** float32 against float64; default 1e-5 relative and absolute. */
  readonly tolerance?: Tolerance;
}

/** A call that must fail. */
export interface ErrorSample {
  readonly name: string;
  call(): unknown;
  readonly error: new (message?: string) => Error;
  /** The whole message. */
  readonly message: string;
}

/** What `testOp` needs to know of an op. */
export interface OpTest {
  readonly samples: readonly Sample[];
  readonly errors?: readonly ErrorSample[];
  /** The op has no gradient at all; why. */
  readonly noGradient?: string;
}

const backends: readonly (() => Backend)[] = [
  reference,
  () => wasm({ relaxed: false }),
  () => wasm({ relaxed: true }),
];
const labels = ['reference', 'wasm', 'wasm relaxed'];
const defaultTolerance: Tolerance = { rtol: 1e-5, atol: 1e-5 };
const exact: Tolerance = { rtol: 1e-12, atol: 1e-12 };

/** Deterministic values in [low, high), irregular enough that no two outputs agree by chance. */
export function values(shape: Shape, low: number = -2, high: number = 2, seed: number = 0): Input {
  const size = shape.reduce((a, b) => a * b, 1);
  const fraction = (i: number): number => {
    const v = Math.sin((i + 1) * 12.9898 + seed * 78.233) * 43758.5453;
    return v - Math.floor(v);
  };
  return {
    shape,
    values: Array.from({ length: size }, (_, i) => low + (high - low) * fraction(i)),
  };
}

/** Given values; a list is a vector unless a shape is given. */
export function given(list: readonly number[], shape: Shape = [list.length]): Input {
  return { shape, values: list };
}

/** Given whole numbers. */
export function integers(list: readonly number[], shape: Shape = [list.length]): Input {
  return { shape, values: list, dtype: 'int32' };
}

/** Given truth values. */
export function bools(list: readonly boolean[], shape: Shape = [list.length]): Input {
  return { shape, values: list.map(Number), dtype: 'bool' };
}

/** Runs the suite for one op. */
export function testOp(name: string, { samples, errors = [], noGradient }: OpTest): void {
  describe(name, () => {
    for (const sample of samples) {
      backends.forEach((backend, i) => {
        for (const dtype of floatTypes(sample)) {
          it(`${sample.name}: ${labels[i]} in ${dtype} agrees with the plain loop`, () => {
            checkValues(sample, backend(), dtype);
          });
        }
      });
      if (noGradient !== undefined || sample.gradient === false) continue;
      it(`${sample.name}: gradients agree with finite differences`, () => {
        gradcheck(smooth(sample), build(sample, reference(), 'float64'));
      });
      if (sample.secondGradient !== false) {
        it(`${sample.name}: second gradients agree with finite differences`, () => {
          gradgradcheck(smooth(sample), build(sample, reference(), 'float64'));
        });
      }
      it(`${sample.name}: gradients of the wasm kernels agree with the plain loops`, () => {
        const want = gradientsOf(sample, reference(), 'float64');
        const got = gradientsOf(sample, wasm(), 'float32');
        const tolerance = sample.tolerance ?? { rtol: 1e-4, atol: 1e-4 };
        got.forEach((g, k) => expect(closeness(g, want[k]!, tolerance)).toBeNull());
      });
    }
    for (const { name: what, call, error, message } of errors) {
      it(`${what}: ${error.name} says what and how`, () => {
        let thrown: unknown;
        try {
          call();
        } catch (e) {
          thrown = e;
        }
        expect(thrown).toBeInstanceOf(error);
        expect((thrown as Error).message).toBe(message); // the line above proved it an Error
      });
    }
  });
}

function checkValues(sample: Sample, backend: Backend, dtype: DType): void {
  const run = (on: Backend, as: DType): { data: number[]; shape: Shape; dtype: DType } =>
    scope(() => {
      const out = sample.call(...build(sample, on, as));
      return { data: Array.from(out.dataSync()), shape: out.shape, dtype: out.dtype };
    });
  const want = run(reference(), dtype === 'float32' ? 'float64' : dtype);
  run(backend, dtype); // what is made once, such as cached constants, is made here
  const before = memory();
  const got = run(backend, dtype);
  const after = memory();
  expect(after, 'tensors left behind').toEqual(before);
  expect(got.shape).toEqual(want.shape);
  if (isFloatingPoint(got.dtype)) expect(isFloatingPoint(want.dtype)).toBe(true);
  else expect(got.dtype).toBe(want.dtype);
  const tolerance = dtype === 'float32' ? (sample.tolerance ?? defaultTolerance) : exact;
  expect(closeness(got.data, want.data, tolerance)).toBeNull();
  if (sample.expected !== undefined) {
    expect(
      closeness(got.data, flatten(sample.expected), sample.tolerance ?? defaultTolerance),
    ).toBeNull();
  }
}

function floatTypes(sample: Sample): readonly DType[] {
  return sample.inputs.some((i) => i.dtype === undefined) ? ['float32', 'float64'] : ['float32'];
}

function build(sample: Sample, backend: Backend, dtype: DType): Tensor[] {
  return sample.inputs.map((input) =>
    tensor(input.values, input.shape, { dtype: input.dtype ?? dtype, backend }),
  );
}

// gradcheck moves one input at a time; results in other dtypes have no differences to compare.
function smooth(sample: Sample): (...inputs: Tensor[]) => Tensor {
  return (...inputs) => sample.call(...inputs).cast('float64');
}

function gradientsOf(sample: Sample, backend: Backend, dtype: DType): number[][] {
  return scope(() => {
    const inputs = build(sample, backend, dtype);
    const floating = inputs.filter((t) => isFloatingPoint(t.dtype));
    for (const t of floating) t.requiresGrad = true;
    const out = sample.call(...inputs);
    if (!out.requiresGrad) return floating.map((t) => Array.from({ length: t.size }, () => 0));
    const seed = tensor(
      Array.from({ length: out.size }, (_, i) => Math.cos(i + 1)),
      out.shape,
      { dtype: out.dtype, backend },
    );
    return gradients([out], floating, { gradOutputs: [seed] }).map((g, i) =>
      g === null ? Array.from({ length: floating[i]!.size }, () => 0) : Array.from(g.dataSync()),
    );
  });
}
