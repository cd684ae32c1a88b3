/** Layers that normalise numbers far from zero are on gpu() as close to the true values as on wasm(). */
import { gradients } from '@kasane/autograd';
import { BatchNorm1d, GroupNorm, LayerNorm, type Module } from '@kasane/nn';
import {
  Generator,
  randn,
  reference,
  tensor,
  type Backend,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { gpu } from '@kasane/tensor-core/gpu';
import { describe, expect, it } from 'vitest';

const modes = 'document' in globalThis ? (['webgl2', 'webgpu'] as const) : (['webasm'] as const);
const ROUNDING = 2 ** -24; // half a unit in the last place of float32
const EPS = 1e-5; // the layers' own

const generator = new Generator(1);
const layers: readonly {
  readonly name: string;
  make(): Module & { forward(x: Tensor): Tensor };
  readonly shape: readonly number[];
  /** How elements form groups: those that differ in the second place. */
  readonly grouped: readonly number[];
  readonly dims: readonly number[];
}[] = [
  {
    ...{ name: 'LayerNorm', make: () => new LayerNorm(100), shape: [20, 100] },
    ...{ grouped: [20, 100], dims: [1] },
  },
  {
    ...{ name: 'GroupNorm', make: () => new GroupNorm(2, 4), shape: [6, 4, 5, 5] },
    ...{ grouped: [12, 50], dims: [1] },
  },
  {
    ...{ name: 'BatchNorm1d', make: () => new BatchNorm1d(6), shape: [300, 6] },
    ...{ grouped: [300, 6], dims: [0] },
  },
];
const cases = layers.flatMap((layer) => [
  { ...layer, mean: 0, spread: 1 },
  { ...layer, mean: 1000, spread: 0.01 },
  { ...layer, mean: 1e5, spread: 1 },
]);

/** How far off, relative to the largest. */
function distance(got: ArrayLike<number>, want: ArrayLike<number>): number {
  const [values, off] = [Array.from(want), Array.from(want, (w, i) => Math.abs(w - got[i]!))];
  return Math.max(...off) / Math.max(...values.map(Math.abs));
}

describe.each(modes)('gpu in mode %s', (mode) => {
  it.each(cases)(
    '$name of $mean ± $spread',
    async ({ make, shape, grouped, dims, mean, spread }) => {
      const x = randn(shape, { generator }).mul(spread).add(mean);
      const g = randn(shape, { generator });
      const exactly = (t: Tensor): Tensor =>
        tensor(Float64Array.from(t.dataSync()), shape, { dtype: 'float64', backend: reference() });
      const run = (forward: (x: Tensor) => Tensor, x: Tensor, g: Tensor): Tensor[] => {
        const leaf = x.detach();
        leaf.requiresGrad = true;
        const y = forward(leaf);
        return [y.detach(), gradients([y.mul(g).sum()], [leaf])[0]!];
      };
      const want = run(
        (x) => {
          const rows = x.reshape(grouped);
          const centred = rows.sub(rows.mean(dims, { keepdim: true }));
          const variance = centred.square().mean(dims, { keepdim: true });
          return centred.div(variance.add(EPS).sqrt()).reshape(shape);
        },
        exactly(x),
        exactly(g),
      );
      /** How far off are output, gradient and, where there are any, the running averages. */
      const off = async (backend: Backend, isCompiled: boolean): Promise<number[]> => {
        const layer = make();
        layer.to(backend);
        const f = (x: Tensor, g: Tensor): Tensor[] => run((x) => layer.forward(x), x, g);
        const got = (isCompiled ? compile(f) : f)(x.to(backend), g.to(backend));
        const averages = layer.namedBuffers().filter(([, { dtype }]) => dtype === 'float32');
        const rows = exactly(x).reshape(grouped);
        // PyTorch's momentum is 0.1, and the variance that of a sample.
        const running = [rows.mean(dims).mul(0.1), rows.variance(dims).mul(0.1).add(0.9)];
        const pairs = [...got, ...averages.map(([, t]) => t)].map((t, i) => [
          t,
          [...want, ...running][i]!,
        ]);
        return Promise.all(pairs.map(async ([a, b]) => distance(await a!.data(), b!.dataSync())));
      };
      const here = await off(x.backend, false);
      for (const isCompiled of [false, true]) {
        const there = await off(gpu({ mode }), isCompiled);
        there.forEach((d, i) => expect(d).toBeLessThanOrEqual(5 * Math.max(here[i]!, ROUNDING)));
      }
    },
  );
});
