import { tensor, wasm, type ConvGeometry, type Kernels } from '@kasane/tensor-core';
import {
  scaleThresholds,
  setNumThreads,
  sharedSoFar,
  threadsReady,
  type WasmBackend,
} from '@kasane/tensor-core/threads';
import { closeness } from '@kasane/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { giveAll, useNative } from './use-native.ts';

const backend = wasm() as WasmBackend; // what wasm() gives is one of these
tensor([1]); // there is a memory
const own: Kernels = { ...backend.kernels };

/** Convolutions that the library did not get. */
const left: string[] = [];
for (const name of ['convForward', 'convInput', 'convWeight'] as const) {
  Object.assign(backend.kernels, {
    [name](...args: number[]) {
      left.push(name);
      (own[name] as (...args: number[]) => void)(...args); // with what it was called with
    },
  });
}
giveAll(true);
const { library } = useNative({ threads: 1 });
const all: Kernels = { ...backend.kernels };
giveAll(false);
useNative({ threads: 1 });
const worthIt: Kernels = { ...backend.kernels };
useNative({ library: null });
Object.assign(backend.kernels, own);

// Whatever can be cut is shared with a helper, which has the library as well.
scaleThresholds(0);
setNumThreads(2);
giveAll(true);
useNative({ threads: 1 });
giveAll(false);
await threadsReady();
const shared: Kernels = { ...backend.kernels };
afterAll(() => {
  useNative({ library: null });
  setNumThreads(1);
  scaleThresholds(1);
});

interface Sizes {
  readonly batch?: number;
  readonly groups?: number;
  readonly ins: number;
  readonly outs: number;
  /** Size, kernel, stride, padding and dilation of each dimension; the others have one element. */
  readonly axes: readonly (readonly [number, number, number, number, number])[];
}

const cases: Readonly<Record<string, Sizes>> = {
  'three by three': { ins: 3, outs: 4, axes: [...twice(6, 3, 1, 0, 1)] },
  'with padding, whose zeros rows share': { ins: 3, outs: 2, axes: [...twice(5, 3, 1, 1, 1)] },
  'padding beyond the kernel': { ins: 2, outs: 3, axes: [...twice(4, 3, 1, 4, 1)] },
  'one element with padding': { ins: 3, outs: 4, axes: [...twice(3, 1, 1, 2, 1)] },
  'rows and columns that nobody sees': { ins: 2, outs: 3, axes: [...twice(8, 3, 3, 0, 1)] },
  'steps of two': { ins: 3, outs: 4, axes: [...twice(7, 4, 2, 1, 1)] },
  'steps beyond the kernel': { ins: 3, outs: 4, axes: [...twice(9, 1, 3, 0, 1)] },
  'steps and dilation': { ins: 3, outs: 4, axes: [...twice(11, 3, 2, 3, 3)] },
  'steps of three, padding of two': { ins: 3, outs: 4, axes: [...twice(8, 5, 3, 2, 1)] },
  'two sizes': {
    ins: 2,
    outs: 3,
    axes: [
      [6, 2, 2, 1, 1],
      [9, 3, 1, 2, 2],
    ],
  },
  groups: { groups: 3, ins: 2, outs: 4, axes: [...twice(6, 3, 2, 1, 1)] },
  'one dimension': { ins: 3, outs: 4, axes: [[17, 5, 2, 3, 2]] },
  'three dimensions': { ins: 3, outs: 4, axes: [[4, 2, 1, 1, 1], ...twice(5, 3, 2, 1, 1)] },
  'one channel of three dimensions': {
    ins: 1,
    outs: 4,
    axes: [[5, 3, 2, 0, 1], ...twice(6, 2, 1, 1, 2)],
  },
  'few channels': { ins: 12, outs: 40, axes: [...twice(12, 3, 1, 1, 1)] },
  'some channels': { ins: 24, outs: 32, axes: [...twice(14, 3, 2, 1, 1)] },
  'many channels': { batch: 1, ins: 136, outs: 144, axes: [...twice(12, 3, 1, 1, 1)] },
  'more kernels than places': { batch: 1, ins: 16, outs: 80, axes: [...twice(6, 3, 1, 1, 1)] },
};

describe.each(Object.entries(cases))('a convolution of %s', (_, sizes) => {
  const geometry = geometryOf(sizes);
  const [batch, groups, ins, outs, ...rest] = geometry;
  const [x, y, taps] = [rest.slice(0, 3), rest.slice(6, 9), rest.slice(3, 6)].map(product);
  const shapes = {
    x: batch * groups * ins * x!,
    y: batch * groups * outs * y!,
    w: groups * outs * ins * taps!,
    bias: groups * outs,
  };
  it.each([
    ['in all cases', all],
    ['where it is worth it', worthIt],
    ['in parts', shared],
  ])(
    'is the same by a library %s',
    (_, kernels, { skip }: { skip(why: string): void } = { skip() {} }) => {
      if (library === null) skip('there is no BLAS here');
      const given = {
        x: place(shapes.x),
        y: place(shapes.y),
        w: place(shapes.w),
        bias: place(shapes.bias),
      };
      const { scratch } = backend.kernels;
      const results = {
        forward: [
          shapes.y,
          (k: Kernels, to: number) => {
            k.convForward(given.x, given.w, given.bias, to, scratch, 0, batch, ...geometry);
          },
        ],
        'forward without a bias': [
          shapes.y,
          (k: Kernels, to: number) => {
            k.convForward(given.x, given.w, 0, to, scratch, 0, batch, ...geometry);
          },
        ],
        input: [
          shapes.x,
          (k: Kernels, to: number) => {
            k.convInput(given.y, given.w, 0, to, scratch, 0, batch, ...geometry);
          },
        ],
        'input with a bias': [
          shapes.x,
          (k: Kernels, to: number) => {
            k.convInput(given.y, given.w, given.bias, to, scratch, 0, batch, ...geometry);
          },
        ],
        weight: [
          shapes.w,
          (k: Kernels, to: number) => {
            k.convWeight(given.x, given.y, to, scratch, 0, groups * outs, ...geometry);
          },
        ],
      } as const;
      left.length = 0;
      for (const [name, [size, call]] of Object.entries(results)) {
        const [want, got] = [place(size), place(size, NaN)];
        call(own, want);
        call(kernels, got);
        const limits = { rtol: 1e-4, atol: 1e-4 };
        expect([name, closeness(read(got, size), read(want, size), limits)]).toEqual([name, null]);
      }
    },
  );
});

it('helpers have the library: their parts are the same to the last bit', ({ skip }) => {
  if (library === null) skip('there is no BLAS here');
  if (!process.features.typescript) skip('this Node reads no TypeScript in workers');
  const geometry = geometryOf({ batch: 8, ins: 24, outs: 32, axes: [...twice(14, 3, 1, 1, 1)] });
  const size = 8 * 32 * 14 * 14;
  const [x, w] = [place(8 * 24 * 14 * 14), place(32 * 24 * 9)];
  const [want, got] = [place(size), place(size)];
  all.convForward(x, w, 0, want, 0, 0, 8, ...geometry);
  const { parts } = sharedSoFar();
  do shared.convForward(x, w, 0, got, 0, 0, 8, ...geometry);
  while (sharedSoFar().parts === parts);
  expect(new Uint32Array(read(got, size).slice().buffer)).toEqual(
    new Uint32Array(read(want, size).slice().buffer),
  );
});

function twice(...axis: [number, number, number, number, number]): [typeof axis, typeof axis] {
  return [axis, axis];
}

function geometryOf({ batch = 3, groups = 1, ins, outs, axes }: Sizes): ConvGeometry {
  const three = [[1, 1, 1, 0, 1], [1, 1, 1, 0, 1], ...axes].slice(-3) as [
    number,
    number,
    number,
    number,
    number,
  ][];
  const of = (i: number): number[] => three.map((axis) => axis[i]!);
  const out = three.map(([size, kernel, stride, pad, dilation]) => {
    return Math.floor((size + 2 * pad - dilation * (kernel - 1) - 1) / stride) + 1;
  });
  // The tuple has 22 numbers: four, and three for each of six.
  return [
    batch,
    groups,
    ins,
    outs,
    ...of(0),
    ...of(1),
    ...out,
    ...of(2),
    ...of(3),
    ...of(4),
  ] as unknown as ConvGeometry;
}

const product = (sizes: readonly number[]): number => sizes.reduce((a, b) => a * b, 1);

/** Numbers between -1 and 1, or all the same. */
function place(size: number, value?: number): number {
  const { pointer } = backend.allocate('float32', size);
  const numbers = read(pointer, size);
  numbers.forEach((_, i) => (numbers[i] = value ?? ((i * 7919) % 101) / 50 - 1));
  return pointer;
}

function read(pointer: number, size: number): Float32Array {
  return new Float32Array(backend.bufferTo(pointer + 4 * size), pointer, size);
}
