/**
 * The conformance suite of layers and losses: one call per module and fixture. Values and gradients
 * must be PyTorch's on every backend in both dtypes; gradients must agree with finite differences;
 * state dicts must have PyTorch's names and survive a round trip; nothing may leak.
 */
import { backward, gradcheck } from '@kasane/autograd';
import type { Module } from '@kasane/nn';
import {
  isFloatingPoint,
  memory,
  noGrad,
  reference,
  scope,
  tensor,
  wasm,
  zeros,
  type Backend,
  type DType,
  type Tensor,
} from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { closeness, type Tolerance } from './allclose.ts';
import { checkGuards, guarded } from './guard.ts';
import { checkHeld } from './held.ts';
import { onNative } from './native.ts';
import {
  goldenSeed,
  goldenTensor,
  goldenValues,
  type Golden,
  type GoldenOptions,
  type GoldenTensor,
} from './golden.ts';

/** A module from tensors to a tensor. */
export type TestedLayer = Module & { forward(...inputs: Tensor[]): Tensor };

/** What `testLayer` needs to know. */
export interface LayerTest {
  /** Builds the layer; what it draws is overwritten by the fixture's state. */
  make(options: GoldenOptions): TestedLayer;
  readonly golden: Golden;
  /** float32 against PyTorch's float64. Default 1e-5, relative and absolute. */
  readonly tolerance?: Tolerance;
  /** float64 against PyTorch's. Wider only where PyTorch keeps a constant in float32. */
  readonly tolerance64?: Tolerance;
  /** Why finite differences cannot be taken here: a kink, NaN, a clipped logarithm. */
  readonly noGradcheck?: string;
  /** Why a batch of nothing has no result. */
  readonly noEmptyBatch?: string;
}

const places: readonly [string, () => Backend, DType][] = [
  ['reference in float64', reference, 'float64'],
  ['reference in float32', reference, 'float32'],
  ['wasm in float64', (): Backend => guarded(wasm({ relaxed: false })), 'float64'],
  ['wasm in float32', (): Backend => guarded(wasm({ relaxed: false })), 'float32'],
  ['wasm relaxed in float32', (): Backend => guarded(wasm({ relaxed: true })), 'float32'],
];

/** Runs the suite for one layer and fixture. */
export function testLayer(name: string, test: LayerTest): void {
  const { golden, noGradcheck, noEmptyBatch } = test;
  describe(name, () => {
    checkGuards();
    for (const [place, backend, dtype] of places) {
      it(`is PyTorch's on ${place}: output, gradients, buffers, evaluation`, () => {
        checkStep(test, { backend: backend(), dtype });
      });
    }
    it("is PyTorch's with products by a BLAS, in float32", ({ skip }) =>
      onNative(skip, (backend) => checkStep(test, { backend, dtype: 'float32' })));
    // Losses hold what they were given.
    if (Object.keys(golden.parameterGradients ?? {}).length > 0) {
      it('holds the memory of its parameters and buffers, and no more', () => checkHeld(test.make));
    }
    it('leaves no tensors behind', () => checkLeaks(test));
    it("has PyTorch's state-dict names, and the state survives a round trip", () => {
      checkState(test);
    });
    if (noGradcheck === undefined) {
      it('has gradients that agree with finite differences', () => checkDifferences(test));
    }
    const batched = golden.inputs.every(({ shape }) => shape.length > 0);
    if (noEmptyBatch === undefined && batched) {
      it('gives nothing for an empty batch', () => checkEmpty(test));
    }
  });
}

/** The layer with the fixture's state. */
function build({ make, golden }: LayerTest, options: GoldenOptions): TestedLayer {
  const layer = make(options);
  const state = Object.entries(golden.state ?? {});
  layer.loadStateDict(
    Object.fromEntries(state.map(([key, value]) => [key, goldenTensor(value, options)])),
  );
  return layer;
}

function inputsOf({ golden }: LayerTest, options: GoldenOptions): Tensor[] {
  return golden.inputs.map((input, i) => {
    const made = goldenTensor(input, options);
    made.requiresGrad = golden.inputGradients[i] !== null;
    return made;
  });
}

function checkStep(test: LayerTest, options: GoldenOptions): void {
  const { golden, tolerance = { rtol: 1e-5, atol: 1e-5 } } = test;
  const { tolerance64 = { rtol: 1e-9, atol: 1e-11 } } = test;
  const bounds = options.dtype === 'float64' ? tolerance64 : tolerance;
  const same = (what: string, got: Tensor | null, want: GoldenTensor): void => {
    expect(got?.shape, `shape of ${what}`).toEqual(want.shape);
    expect(closeness(got!.dataSync(), goldenValues(want), bounds), `${what} differs`).toBeNull();
  };
  const layer = build(test, options);
  const inputs = inputsOf(test, options);
  const output = layer.forward(...inputs);
  expect(output.dtype).toBe(options.dtype);
  same('the output', output, golden.output);
  if (output.requiresGrad) backward(output, { gradient: goldenSeed(output) });
  golden.inputGradients.forEach((want, i) => {
    if (want !== null) same(`the gradient of input ${i}`, inputs[i]!.grad, want);
  });
  const wanted = golden.parameterGradients ?? {};
  const parameters = layer.namedParameters();
  expect(parameters.map(([key]) => key)).toEqual(Object.keys(wanted));
  for (const [key, parameter] of parameters) {
    same(`the gradient of ${key}`, parameter.grad, wanted[key]!);
  }
  const state = layer.stateDict();
  for (const [key, want] of Object.entries(golden.buffersAfter ?? {})) {
    same(`${key} after the step`, state[key]!, want);
  }
  const evaluated = noGrad(() => layer.eval().forward(...inputs));
  same('the output in evaluation', evaluated, golden.evalOutput ?? golden.output);
}

function checkLeaks(test: LayerTest): void {
  for (const backend of [reference(), guarded(wasm())]) {
    const options = { backend, dtype: 'float32' } as const;
    const layer = build(test, options);
    const step = (): void =>
      scope(() => {
        const inputs = inputsOf(test, options);
        const output = layer.forward(...inputs);
        if (output.requiresGrad) backward(output, { gradient: goldenSeed(output) });
        layer.zeroGrad();
        for (const input of inputs) input.grad = null; // gradients outlive scopes
      });
    step(); // what is made once, such as cached constants, is made here
    const before = memory();
    step();
    expect(memory(), `tensors left behind on ${backend.name}`).toEqual(before);
  }
}

function checkState(test: LayerTest): void {
  const options = { backend: guarded(wasm()), dtype: 'float32' } as const;
  const layer = build(test, options);
  const state = layer.stateDict();
  expect(Object.keys(state)).toEqual(Object.keys(test.golden.state ?? {}));
  const twin = test.make(options);
  twin.loadStateDict(state);
  for (const [key, value] of Object.entries(twin.stateDict())) {
    expect(value.dataSync(), `${key} differs`).toEqual(state[key]!.dataSync());
  }
  const inputs = inputsOf(test, options);
  expect(twin.forward(...inputs).dataSync()).toEqual(layer.forward(...inputs).dataSync());
}

/** Central differences, of every input and every parameter. */
function checkDifferences(test: LayerTest): void {
  const options = { backend: reference(), dtype: 'float64' } as const;
  const layer = build(test, options);
  const inputs = inputsOf(test, options);
  const differentiated = inputs.filter((t) => t.requiresGrad);
  if (differentiated.length > 0) {
    gradcheck((...moved: Tensor[]) => {
      let next = 0;
      return layer.forward(...inputs.map((t) => (t.requiresGrad ? moved[next++]! : t)));
    }, differentiated);
  }
  const value = (): number =>
    scope(() =>
      noGrad(() => {
        const output = layer.forward(...inputs);
        return output.mul(goldenSeed(output)).sum().item();
      }),
    );
  layer.zeroGrad();
  const output = layer.forward(...inputs);
  if (output.requiresGrad) backward(output, { gradient: goldenSeed(output) });
  for (const [key, parameter] of layer.namedParameters()) {
    const gradient = parameter.grad!.dataSync();
    const start = parameter.dataSync();
    const at = (i: number, step: number): number => {
      const moved = Float64Array.from(start, (v, j) => (j === i ? v + step : v));
      parameter.assign(tensor(moved, parameter.shape, options));
      return value();
    };
    const numeric = Array.from(start, (_, i) => (at(i, 1e-6) - at(i, -1e-6)) / 2e-6);
    parameter.assign(tensor(start, parameter.shape, options));
    expect(
      closeness(gradient, numeric, { rtol: 1e-3, atol: 1e-5 }),
      `gradient of ${key}`,
    ).toBeNull();
  }
}

function checkEmpty(test: LayerTest): void {
  for (const backend of [reference(), guarded(wasm())]) {
    const options = { backend, dtype: 'float32' } as const;
    const layer = build(test, options);
    const inputs = inputsOf(test, options).map((input) => {
      const floating = isFloatingPoint(input.dtype);
      const shape = [0, ...input.shape.slice(1)];
      return zeros(shape, { dtype: input.dtype, backend, requiresGrad: floating });
    });
    const output = layer.forward(...inputs);
    expect(output.shape[0]).toBe(0);
    backward(output.sum());
    for (const [key, { grad, size }] of layer.namedParameters()) {
      expect(grad?.dataSync(), `gradient of ${key}`).toEqual(new Float32Array(size));
    }
    for (const [key, buffer] of layer.namedBuffers()) {
      if (buffer.dtype === 'int32') continue; // a count of batches, empty ones too
      const want = goldenValues(test.golden.state![key]!);
      expect(
        closeness(buffer.dataSync(), want, { rtol: 1e-6, atol: 0 }),
        `${key} moved`,
      ).toBeNull();
    }
  }
}
