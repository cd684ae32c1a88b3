/** gpu.js kernels of convolution.ts: a thread adds up all products of one element of the result. */
import type { ConvGeometry, GpuLaunch } from '@kasane/tensor-core';
import { coordinates, loop, meeting, place, reading, type Motion } from './gpu-source.ts';

/** The geometry by dimension, and the shapes of the three arrays with their groups apart. */
function described(geometry: ConvGeometry): {
  readonly x: readonly number[];
  readonly w: readonly number[];
  readonly y: readonly number[];
  readonly motions: readonly Motion[];
  readonly constants: Readonly<Record<string, number>>;
} {
  const [n, g, c, o] = geometry;
  const three = (at: number): number[] => geometry.slice(at, at + 3);
  const [stride, pad, dilation] = [three(13), three(16), three(19)];
  const [k0, k1, k2] = three(7);
  const [o0, o1, o2] = three(10);
  return {
    x: [n, g, c, ...three(4)],
    w: [g, o, c, k0!, k1!, k2!],
    y: [n, g, o, o0!, o1!, o2!],
    motions: stride.map((s, i) => ({ stride: s, pad: pad[i]!, dilation: dilation[i]! })),
    constants: { n, c, o, k0: k0!, k1: k1!, k2: k2!, o0: o0!, o1: o1!, o2: o2! },
  };
}

const [X, W, Y] = [
  ['n', 'g', 'c', 'i0', 'i1', 'i2'],
  ['g', 'o', 'c', 'k0', 'k1', 'k2'],
  ['n', 'g', 'o', 'o0', 'o1', 'o2'],
];
const names = [0, 1, 2].map((d) => [`i${d}`, `k${d}`, `o${d}`] as const);

/** Loops over the three dimensions, with what stands in each. */
function nest(walk: (d: number, body: string) => string, body: string): string {
  return walk(0, walk(1, walk(2, body)));
}

export function gpuForward(geometry: ConvGeometry, hasBias: boolean): GpuLaunch {
  const { x, w, y, motions, constants } = described(geometry);
  const product = `total = total + x[${place(X!, x)}] * w[${place(W!, w)}];`;
  const walk = (d: number, body: string): string =>
    loop(`k${d}`, `k${d}`, reading(names[d]!, motions[d]!, x[d + 3]!, body));
  return {
    source: `function (x, w${hasBias ? ', bias' : ''}) {
      ${coordinates(Y!, y)}
      let total = ${hasBias ? `bias[g * ${y[2]} + o]` : '0'};
      ${loop('c', 'c', nest(walk, product))}
      return total;
    }`,
    constants,
  };
}

export function gpuInput(geometry: ConvGeometry, hasBias: boolean): GpuLaunch {
  const { x, w, y, motions, constants } = described(geometry);
  const product = `total = total + y[${place(Y!, y)}] * w[${place(W!, w)}];`;
  const walk = (d: number, body: string): string =>
    loop(`k${d}`, `k${d}`, meeting(names[d]!, motions[d]!, y[d + 3]!, body));
  return {
    source: `function (y, w${hasBias ? ', bias' : ''}) {
      ${coordinates(X!, x)}
      let total = ${hasBias ? `bias[g * ${x[2]} + c]` : '0'};
      ${loop('o', 'o', nest(walk, product))}
      return total;
    }`,
    constants,
  };
}

export function gpuWeight(geometry: ConvGeometry): GpuLaunch {
  const { x, w, y, motions, constants } = described(geometry);
  const product = `total = total + x[${place(X!, x)}] * y[${place(Y!, y)}];`;
  const walk = (d: number, body: string): string =>
    loop(`o${d}`, `o${d}`, reading(names[d]!, motions[d]!, x[d + 3]!, body));
  return {
    source: `function (x, y) {
      ${coordinates(W!, w)}
      let total = 0;
      ${loop('n', 'n', nest(walk, product))}
      return total;
    }`,
    constants,
  };
}
