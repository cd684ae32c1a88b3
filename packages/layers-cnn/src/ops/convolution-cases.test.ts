import { gradients } from '@kasane/autograd';
import { reference, tensor, wasm, type Backend, type Tensor } from '@kasane/tensor-core';
import { closeness, guarded, values } from '@kasane/testing';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { conv1d, conv2d, convTranspose1d, convTranspose2d } from '../conv.ts';

interface Case {
  readonly transposed: boolean;
  readonly batch: number;
  readonly groups: number;
  /** Of a group. */
  readonly ins: number;
  readonly outs: number;
  readonly axes: readonly Axis[];
}

interface Axis {
  readonly size: number;
  readonly kernel: number;
  readonly stride: number;
  readonly padding: number;
  readonly dilation: number;
  readonly more: number;
}

const whole = (min: number, max: number): fc.Arbitrary<number> => fc.integer({ min, max });
const axis = fc
  .record({
    size: whole(0, 6),
    kernel: whole(1, 4),
    stride: whole(1, 4),
    padding: whole(0, 3),
    dilation: whole(1, 4),
    more: whole(0, 3),
  })
  .map((a) => ({ ...a, more: Math.min(a.more, Math.max(a.stride, a.dilation) - 1) }));
const cases = fc
  .record({
    transposed: fc.boolean(),
    batch: whole(0, 2),
    groups: whole(1, 3),
    ins: whole(1, 2),
    outs: whole(1, 4),
    axes: fc.array(axis, { minLength: 1, maxLength: 2 }),
  })
  .filter(({ transposed, axes }) => axes.every((a) => outOf(a, transposed) > 0));

/** The size that a convolution gives, or its transpose. */
function outOf({ size, kernel, stride, padding, dilation, more }: Axis, back: boolean): number {
  const extent = dilation * (kernel - 1) + 1;
  if (back) return (size - 1) * stride + extent - 2 * padding + more;
  return Math.floor((size + 2 * padding - extent) / stride) + 1;
}

/** Pairs (input, tap, output) along one dimension that meet: q = stride·p + dilation·k - padding. */
function meetings(a: Axis, back: boolean): [number, number, number][] {
  const out = outOf(a, back);
  const [fine, coarse] = back ? [out, a.size] : [a.size, out];
  const found: [number, number, number][] = [];
  for (let p = 0; p < coarse; p++) {
    for (let k = 0; k < a.kernel; k++) {
      const q = a.stride * p + a.dilation * k - a.padding;
      if (q >= 0 && q < fine) found.push(back ? [p, k, q] : [q, k, p]);
    }
  }
  return found;
}

const at = (shape: readonly number[], place: readonly number[]): number =>
  place.reduce((sum, i, d) => sum * shape[d]! + i, 0);

/** Output and gradients by the definition, for a seed of the output. */
function defined(c: Case, x: number[], w: number[], b: number[], seed: number[]): number[][] {
  const { transposed, batch, groups, ins, outs, axes } = c;
  const [xs, ws, ys] = shapesOf(c);
  const y = Array.from(seed, (_, i) => b[Math.floor(i / size(ys.slice(2))) % (groups * outs)]!);
  const [gx, gw] = [x.map(() => 0), w.map(() => 0)];
  const gb = b.map((_, o) =>
    seed.reduce((sum, g, i) => {
      return Math.floor(i / size(ys.slice(2))) % (groups * outs) === o ? sum + g : sum;
    }, 0),
  );
  let places: { i: number[]; k: number[]; o: number[] }[] = [{ i: [], k: [], o: [] }];
  for (const a of axes) {
    places = places.flatMap(({ i, k, o }) =>
      meetings(a, transposed).map(([p, t, q]) => ({ i: [...i, p], k: [...k, t], o: [...o, q] })),
    );
  }
  for (let n = 0; n < batch; n++) {
    for (let g = 0; g < groups; g++) {
      for (let ci = 0; ci < ins; ci++) {
        for (let co = 0; co < outs; co++) {
          for (const { i, k, o } of places) {
            const from = at(xs, [n, g * ins + ci, ...i]);
            const to = at(ys, [n, g * outs + co, ...o]);
            const pair = transposed ? [g * ins + ci, co] : [g * outs + co, ci];
            const by = at(ws, [...pair, ...k]);
            y[to]! += x[from]! * w[by]!;
            gx[from]! += seed[to]! * w[by]!;
            gw[by]! += seed[to]! * x[from]!;
          }
        }
      }
    }
  }
  return [y, gx, gw, gb];
}

type Shapes = readonly [x: number[], w: number[], y: number[]];

const size = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function shapesOf({ transposed, batch, groups, ins, outs, axes }: Case): Shapes {
  const pair = transposed ? [groups * ins, outs] : [groups * outs, ins];
  return [
    [batch, groups * ins, ...axes.map((a) => a.size)],
    [...pair, ...axes.map((a) => a.kernel)],
    [batch, groups * outs, ...axes.map((a) => outOf(a, transposed))],
  ];
}

function run(c: Case, x: Tensor, w: Tensor, b: Tensor): Tensor {
  const of = (key: keyof Axis): number[] => c.axes.map((a) => a[key]);
  const options = {
    stride: of('stride'),
    padding: of('padding'),
    dilation: of('dilation'),
    groups: c.groups,
  };
  if (!c.transposed) return (c.axes.length === 1 ? conv1d : conv2d)(x, w, b, options);
  const transpose = c.axes.length === 1 ? convTranspose1d : convTranspose2d;
  return transpose(x, w, b, { ...options, outputPadding: of('more') });
}

const backends: readonly (readonly [string, () => Backend])[] = [
  ['reference', reference],
  ['wasm', (): Backend => guarded(wasm({ relaxed: false }))],
  ['wasm relaxed', (): Backend => guarded(wasm({ relaxed: true }))],
];
it.each(backends)(
  'convolutions of any sizes, and their transposes, are what they are defined as, with gradients, on %s',
  (_, make) => {
    const backend = make();
    fc.assert(
      fc.property(cases, (c) => {
        const [xs, ws, ys] = shapesOf(c);
        const numbers = (shape: readonly number[], seed: number): number[] => [
          ...values(shape, -1, 1, seed).values,
        ];
        const [x, w] = [numbers(xs, 1), numbers(ws, 2)];
        const [b, seed] = [numbers([c.groups * c.outs], 3), numbers(ys, 4)];
        const make = (v: number[], shape: readonly number[]): Tensor =>
          tensor(v, shape, { dtype: 'float32', backend, requiresGrad: true });
        const inputs = [make(x, xs), make(w, ws), make(b, [b.length])] as const;
        const y = run(c, ...inputs);
        expect(y.shape).toEqual(ys);
        const gradOutputs = [make(seed, ys).detach()];
        const got = [y, ...gradients([y], inputs, { gradOutputs })];
        defined(c, x, w, b, seed).forEach((want, i) => {
          const found = got[i]?.dataSync() ?? new Float32Array(want.length);
          expect(closeness(found, want, { rtol: 1e-4, atol: 1e-4 })).toBeNull();
        });
      }),
      { numRuns: 300, seed: 1 },
    );
  },
);
