/**
 * The conformance suite of ops: one call per op. Every sample runs on every backend in every dtype it
 * allows and must agree with the plain loop, or what the op is made of, in float64; gradients must agree with finite differences,
 * twice; nothing may leak.
 */
import { gradcheck, gradgradcheck, gradients } from '@kasane/autograd';
import {
  replay,
  isFloatingPoint,
  memory,
  onFallback,
  reference,
  scope,
  tensor,
  wasm,
  type Backend,
  type DType,
  type MemoryUse,
  type NestedArray,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { gpu } from '@kasane/tensor-core/gpu';
import { getNumThreads, scaleThresholds, setNumThreads } from '@kasane/tensor-core/threads';
import { describe, expect, it } from 'vitest';
import { alongLines } from './along-lines.ts';
import { closeness, flatten, type Tolerance } from './allclose.ts';
import { growing, heapOf } from './growing-heap.ts';
import { checkGuards, guarded } from './guard.ts';
import type { Input } from './inputs.ts';
import { onNative } from './native.ts';

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
  /**
   * Where the sample does not run, and why; the report shows it. `'gpu'` is every mode of gpu.js,
   * `'device'` only those on a graphics device, whose languages leave some NaN and infinities open.
   */
  readonly skip?: { readonly on: 'gpu' | 'device'; readonly why: string };
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
  /** It calls kernels that `useNative` replaces. */
  readonly products?: true;
  /** For all samples. */
  readonly skip?: Sample['skip'];
}

/** A backend under test. */
interface Target {
  readonly label: string;
  backend(): Backend;
  readonly float64: boolean;
  readonly kind: 'host' | 'gpu' | 'device';
}

/** In Node everything but the devices; in a browser what Node does not have. */
const targets: readonly Target[] =
  'document' in globalThis
    ? [
        { label: 'wasm', backend: () => guarded(wasm()), float64: true, kind: 'host' },
        {
          label: 'gpu webgl2',
          backend: () => gpu({ mode: 'webgl2' }),
          float64: false,
          kind: 'device',
        },
        {
          label: 'gpu webgpu',
          backend: () => gpu({ mode: 'webgpu' }),
          float64: false,
          kind: 'device',
        },
      ]
    : [
        { label: 'reference', backend: reference, float64: true, kind: 'host' },
        {
          label: 'wasm',
          backend: () => guarded(wasm({ relaxed: false })),
          float64: true,
          kind: 'host',
        },
        {
          label: 'wasm relaxed',
          backend: () => guarded(wasm({ relaxed: true })),
          float64: false, // plain loops on wasm, relaxed or not
          kind: 'host',
        },
        { label: 'wasm on 2 threads', backend: onTwoThreads, float64: false, kind: 'host' },
        { label: 'gpu cpu', backend: () => gpu({ mode: 'cpu' }), float64: false, kind: 'gpu' },
        {
          label: 'gpu webasm',
          backend: () => gpu({ mode: 'webasm' }),
          float64: false,
          kind: 'gpu',
        },
      ];
/** Ops that gpu.js cannot express, which run on the host; any other fallback there is a failure. */
const hostOps: ReadonlySet<string> = new Set(['argsort', 'topk']);
/** Elements that gradcheck moves one by one; its work grows with their square. */
const FEW = 128;
const inNode = !('document' in globalThis);
const defaultTolerance: Tolerance = { rtol: 1e-5, atol: 1e-5 };
const exact: Tolerance = { rtol: 1e-12, atol: 1e-12 };

/** The default backend, which cuts every call that it can into parts for two threads. @internal */
export function onTwoThreads(): Backend {
  if (getNumThreads() === 1) {
    scaleThresholds(0);
    setNumThreads(2);
  }
  return guarded(wasm());
}

/** Runs the suite for one op. */
export function testOp(
  name: string,
  { samples, errors = [], noGradient, products, skip: all }: OpTest,
): void {
  describe(name, () => {
    checkGuards();
    for (const given of samples) {
      const sample = all === undefined ? given : { ...given, skip: all };
      for (const target of targets) {
        for (const dtype of floatTypes(sample, target)) {
          it(`${sample.name}: ${target.label} in ${dtype} agrees with the plain loop`, async ({
            skip,
          }) => {
            const why = reasonToSkip(sample, target);
            if (why !== null) skip(why);
            await checkValues(sample, target.backend(), dtype);
          });
          // In a browser it would take minutes to build the kernels of all samples.
          if (target.label === 'gpu webasm') {
            it(`${sample.name}: ${target.label} in ${dtype}, compiled: the same values`, ({
              skip,
            }) => {
              const why =
                reasonToSkip(sample, target) ??
                checkCompiled(sample, target.backend(), dtype, noGradient === undefined);
              if (why !== null) skip(why);
            });
          }
          if (!target.label.startsWith('wasm')) continue;
          it(`${sample.name}: ${target.label} in ${dtype}, compiled: the same bits`, ({ skip }) => {
            const why = checkCompiled(sample, target.backend(), dtype, noGradient === undefined);
            if (why !== null) skip(why);
          });
        }
      }
      const hasGradient = noGradient === undefined && sample.gradient !== false;
      if (products === true && inNode) testNative(sample, hasGradient);
      if (!hasGradient) continue;
      if (inNode) {
        it(`${sample.name}: gradients agree with finite differences`, () => {
          gradcheck(...differentiated(sample));
        });
        if (sample.secondGradient !== false) {
          it(`${sample.name}: second gradients agree with finite differences`, () => {
            gradgradcheck(...differentiated(sample));
          });
        }
      }
      for (const target of targets) {
        const { label, backend } = target;
        if (label === 'reference') continue;
        it(`${sample.name}: ${label} gives the gradients of the plain loops`, async ({ skip }) => {
          const why = reasonToSkip(sample, target);
          if (why !== null) skip(why);
          await checkGradients(sample, backend());
        });
      }
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

/** The same of products by a BLAS. */
function testNative(sample: Sample, hasGradient: boolean): void {
  it(`${sample.name}: native agrees with the plain loop, and compiled with itself`, ({ skip }) =>
    onNative(skip, async (backend) => {
      await checkValues(sample, backend, 'float32');
      if (hasGradient) await checkGradients(sample, backend);
      checkCompiled(sample, backend, 'float32', hasGradient); // who cannot be compiled is known by now
    }));
}

async function checkGradients(sample: Sample, backend: Backend): Promise<void> {
  const want = await once(plainGradients, sample, () =>
    gradientsOf(sample, reference(), 'float64'),
  );
  const got = await gradientsOf(sample, backend, 'float32');
  const tolerance = sample.tolerance ?? { rtol: 1e-4, atol: 1e-4 };
  got.forEach((g, k) => expect(closeness(g, want[k]!, tolerance)).toBeNull());
}

function reasonToSkip({ skip }: Sample, { kind }: Target): string | null {
  return skip !== undefined && (kind === skip.on || kind === 'device') ? skip.why : null;
}

interface Values {
  readonly data: readonly number[];
  readonly shape: Shape;
  readonly dtype: DType;
}

/** What the plain loop gives, which all backends are held to. */
const plainValues = new WeakMap<Sample, Promise<Values>>();
const plainGradients = new WeakMap<Sample, Promise<number[][]>>();

function once<T>(known: WeakMap<Sample, Promise<T>>, sample: Sample, make: () => Promise<T>): Promise<T> {
  let made = known.get(sample);
  if (made === undefined) known.set(sample, (made = make()));
  return made;
} // prettier-ignore

async function checkValues(sample: Sample, backend: Backend, dtype: DType): Promise<void> {
  const run = async (on: Backend, as: DType): Promise<Values> => {
    const out = scope(() => sample.call(...build(sample, on, as)));
    const data = Array.from(await out.data());
    const { shape, dtype: made } = out;
    out.dispose();
    return { data, shape, dtype: made };
  };
  const want = await once(plainValues, sample, () => run(reference(), 'float64'));
  await run(backend, dtype); // what is made once, such as cached constants, is made here
  const before = memory();
  const fallbacks = new Set<string>();
  onFallback((row) => {
    if (row.backend.startsWith('gpu') && !hostOps.has(row.op)) fallbacks.add(row.op);
  });
  const got = await run(backend, dtype);
  onFallback(null);
  const after = memory();
  expect([...fallbacks], 'ops without a gpu kernel').toEqual([]);
  // The garbage collector may have taken what other tests left, so there may be less than before.
  for (const [name, { tensors, bytes }] of Object.entries(after)) {
    const earlier = before[name as keyof typeof before] as MemoryUse; // memory() names the same each time
    expect(tensors, `tensors left behind on ${name}`).toBeLessThanOrEqual(earlier.tensors);
    expect(bytes, `bytes left behind on ${name}`).toBeLessThanOrEqual(earlier.bytes);
  }
  expect(got.shape).toEqual(want.shape);
  if (got.dtype === 'bool') {
    expect(
      got.data.filter((v) => v !== 0 && v !== 1),
      'bools beside 0 and 1',
    ).toEqual([]);
  }
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

/**
 * Compares a compiled call with the call itself; gives the reason if it cannot be compiled. On wasm the memory
 * grows before and within every call, and what calls of a plan return lies where it has just grown.
 */
function checkCompiled(
  sample: Sample,
  backend: Backend,
  dtype: DType,
  differentiable: boolean,
): string | null {
  const isWasm = backend.name === 'wasm';
  const call = (...inputs: Tensor[]): Tensor[] => {
    if (isWasm) replay(() => heapOf(backend).memory.grow(1));
    const out = sample.call(...inputs);
    const floating = inputs.filter((t) => t.requiresGrad);
    if (!out.requiresGrad) return [out];
    const seeds = Array.from({ length: out.size }, (_, i) => Math.cos(i + 1));
    const gradOutputs = [tensor(seeds, out.shape, { dtype: out.dtype, backend })];
    const grads = gradients([out], floating, { gradOutputs });
    return [out.detach(), ...grads.filter((g) => g !== null)];
  };
  let reason: string | null = null;
  const compiled = compile(call, { onFallback: (why) => (reason = why) });
  const bits = (results: readonly Tensor[]): unknown => results.map((t) => [t.shape, t.dataSync()]);
  for (let i = 0; i < 4; i++) {
    const inputs = build(sample, backend, dtype);
    if (differentiable && sample.gradient !== false) {
      for (const t of inputs) t.requiresGrad = isFloatingPoint(t.dtype);
    }
    const grows = isWasm && i >= 2;
    const got = grows ? growing(backend, () => compiled(...inputs)) : compiled(...inputs);
    const want = call(...inputs);
    // Bytes are compared at once; the matcher goes from number to number.
    if (isWasm && !sameBytes(got, want)) expect(bits(got)).toEqual(bits(want));
    if (!isWasm) expectClose(got, want, sample.tolerance ?? defaultTolerance);
  }
  if (reason !== null) expect(reason).toContain('() reads'); // the only thing that samples may do
  else expect(compiled.inspect()).toContain('2 calls replayed');
  return reason;
}

function sameBytes(got: readonly Tensor[], want: readonly Tensor[]): boolean {
  if (got.length !== want.length) return false;
  return got.every((t, i) => {
    const other = want[i]!;
    if (t.dtype !== other.dtype || t.shape.join() !== other.shape.join()) return false;
    const [a, b] = [t, other].map((one) => new Uint8Array(one.dataSync().buffer));
    return a!.every((byte, at) => byte === b![at]);
  });
}

function expectClose(got: readonly Tensor[], want: readonly Tensor[], tolerance: Tolerance): void {
  expect(got.map(({ shape, dtype }) => [shape, dtype])).toEqual(
    want.map(({ shape, dtype }) => [shape, dtype]),
  );
  got.forEach((t, i) => {
    const values = [t, want[i]!].map((one) => Array.from(one.dataSync()));
    expect(closeness(values[0]!, values[1]!, tolerance)).toBeNull();
  });
}

function floatTypes(sample: Sample, { float64 }: Target): readonly DType[] {
  return float64 && sample.inputs.some((i) => i.dtype === undefined)
    ? ['float32', 'float64']
    : ['float32'];
}

function build(sample: Sample, backend: Backend, dtype: DType): Tensor[] {
  return sample.inputs.map((input) =>
    tensor(input.values, input.shape, { dtype: input.dtype ?? dtype, backend }),
  );
}

/** What gradcheck compares: every input with every output, or, of many, sums of outputs along lines. */
function differentiated(sample: Sample): [(...inputs: Tensor[]) => Tensor, Tensor[]] {
  const inputs = build(sample, reference(), 'float64');
  // Results in other dtypes have no differences to compare.
  const smooth = (...moved: Tensor[]): Tensor => sample.call(...moved).cast('float64');
  const moves = inputs.reduce((sum, { size }) => sum + size, 0);
  return moves <= FEW ? [smooth, inputs] : alongLines(smooth, inputs);
}

async function gradientsOf(sample: Sample, backend: Backend, dtype: DType): Promise<number[][]> {
  const grads = scope(() => {
    const inputs = build(sample, backend, dtype);
    const floating = inputs.filter((t) => isFloatingPoint(t.dtype));
    for (const t of floating) t.requiresGrad = true;
    const zeros = (): Tensor[] => floating.map((t) => t.newFull(t.shape, 0));
    const out = sample.call(...inputs);
    if (!out.requiresGrad) return zeros();
    const seed = tensor(
      Array.from({ length: out.size }, (_, i) => Math.cos(i + 1)),
      out.shape,
      { dtype: out.dtype, backend },
    );
    const found = gradients([out], floating, { gradOutputs: [seed] });
    return zeros().map((zero, i) => found[i] ?? zero);
  });
  const values = await Promise.all(grads.map(async (g) => Array.from(await g.data())));
  for (const g of grads) g.dispose();
  return values;
}
