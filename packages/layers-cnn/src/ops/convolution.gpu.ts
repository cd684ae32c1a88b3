/** gpu.js kernels of convolution.ts: a thread adds up the products of one element of the result. */
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

// Up to so many sums over the pixels of single samples, threads share the samples of a batch.
const MOST_PARTS = 2 ** 22;
// Parts that are added up in a row.
const BLOCK = 16;

/**
 * Adds `product` to `sum0` over three dimensions. Each loop has a sum of its own, for float32 loses more the more numbers
 * are added up in a row.
 */
function nest(walk: (d: number, body: string) => string, product: string): string {
  const level = (d: number): string =>
    d === 3
      ? `sum3 = sum3 + ${product};`
      : `let sum${d + 1} = 0;
        ${walk(d, level(d + 1))}
        sum${d} = sum${d} + sum${d + 1};`;
  return level(0);
}

export function gpuForward(geometry: ConvGeometry, hasBias: boolean): GpuLaunch {
  const { x, w, y, motions, constants } = described(geometry);
  const product = `x[${place(X!, x)}] * w[${place(W!, w)}]`;
  const walk = (d: number, body: string): string =>
    loop(`k${d}`, `k${d}`, reading(names[d]!, motions[d]!, x[d + 3]!, body));
  return {
    source: `function (x, w${hasBias ? ', bias' : ''}) {
      ${coordinates(Y!, y)}
      let sum0 = 0;
      ${loop('c', 'c', nest(walk, product))}
      return sum0${hasBias ? ` + bias[g * ${y[2]} + o]` : ''};
    }`,
    constants,
  };
}

export function gpuInput(geometry: ConvGeometry, hasBias: boolean): GpuLaunch {
  const { x, w, y, motions, constants } = described(geometry);
  const product = `y[${place(Y!, y)}] * w[${place(W!, w)}]`;
  const walk = (d: number, body: string): string =>
    loop(`k${d}`, `k${d}`, meeting(names[d]!, motions[d]!, y[d + 3]!, body));
  return {
    source: `function (y, w${hasBias ? ', bias' : ''}) {
      ${coordinates(X!, x)}
      let sum0 = 0;
      ${loop('o', 'o', nest(walk, product))}
      return sum0${hasBias ? ` + bias[g * ${x[2]} + c]` : ''};
    }`,
    constants,
  };
}

export function gpuWeight(geometry: ConvGeometry): readonly GpuLaunch[] {
  const { x, w, y, motions, constants } = described(geometry);
  const product = `x[${place(X!, x)}] * y[${place(Y!, y)}]`;
  const walk = (d: number, body: string): string =>
    loop(`o${d}`, `o${d}`, reading(names[d]!, motions[d]!, x[d + 3]!, body));
  const [batch, size] = [x[0]!, w.reduce((a, b) => a * b)];
  const sum = (at: string, over: string): string => `function (x, y) {
    ${at}
    let sum0 = 0;
    ${over}
    return sum0;
  }`;
  if (batch < 2 || batch * size > MOST_PARTS) {
    return [{ source: sum(coordinates(W!, w), loop('n', 'n', nest(walk, product))), constants }];
  }
  // Of a weight and a sample each; then over the samples.
  return [
    {
      source: sum(coordinates(['n', ...W!], [batch, ...w]), nest(walk, product)),
      constants,
      size: batch * size,
    },
    {
      source: `function (parts) {
        let total = 0;
        for (let block = 0; block < this.constants.blocks; block++) {
          let sum = 0;
          for (let t = 0; t < ${BLOCK}; t++) {
            const n = block * ${BLOCK} + t;
            if (n < ${batch}) { sum = sum + parts[n * ${size} + this.thread.x]; }
          }
          total = total + sum;
        }
        return total;
      }`,
      constants: { blocks: Math.ceil(batch / BLOCK) },
      inputs: [2],
    },
  ];
}
