import { gradients } from '@kasane/autograd';
import { reference, tensor, wasm, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';

/** A function that is flat, or a straight line, far from 0: its slopes there, at large x and at large -x. */
interface Curve {
  readonly call: (x: Tensor) => Tensor;
  readonly slopes: readonly [number, number];
  /** Whether they hold at the infinities, too; else nothing is said of these. */
  readonly infinite: boolean;
}

const flat = { slopes: [0, 0], infinite: true } as const;
const rising = { slopes: [1, 0], infinite: true } as const;
const curves: Readonly<Record<string, Curve>> = {
  tanh: { call: (x) => x.tanh(), ...flat },
  sigmoid: { call: (x) => x.sigmoid(), ...flat },
  erf: { call: (x) => x.erf(), ...flat },
  atan: { call: (x) => x.atan(), ...flat, infinite: false },
  softplus: { call: (x) => x.softplus(), ...rising },
  silu: { call: (x) => x.silu(), ...rising },
  mish: { call: (x) => x.mish(), ...rising },
  gelu: { call: (x) => x.gelu(), ...rising },
  "gelu('tanh')": { call: (x) => x.gelu('tanh'), ...rising },
};

describe('slopes far from 0 are those of the asymptote, and the slopes of these are 0', () => {
  for (const [name, { call, slopes, infinite }] of Object.entries(curves)) {
    it(name, () => {
      const derivatives = (x: Tensor): [Tensor, Tensor] => {
        const twice = (y: Tensor): Tensor => y.newFull(y.shape, 2);
        const from = (y: Tensor): Tensor =>
          gradients([y], [x], { gradOutputs: [twice(y)], createGraph: true })[0]!;
        const first = from(call(x));
        return [first.detach(), from(first).detach()];
      };
      for (const backend of [reference(), wasm({ relaxed: false }), wasm({ relaxed: true })]) {
        for (const [dtype, large] of [
          ['float32', 3.4028234663852886e38],
          ['float32', 1e20],
          ['float64', 1e200],
          ['float64', Number.MAX_VALUE],
          ['float32', Infinity],
          ['float64', Infinity],
        ] as const) {
          if (large === Infinity && !infinite) continue;
          const make = (): Tensor =>
            tensor([large, -large], { dtype, backend, requiresGrad: true });
          const got = derivatives(make()).map((t) => t.abs().toArray());
          const want = [slopes.map((slope) => 2 * slope), [0, 0]];
          expect(got, `${backend.name} ${dtype} ${large}`).toEqual(want);
        }
      }
      const compiled = compile(derivatives);
      for (let i = 0; i < 3; i++) {
        const x = (): Tensor => tensor([3e38, -3e38, 0.5], { requiresGrad: true });
        const bits = (results: readonly Tensor[]): unknown => results.map((t) => t.dataSync());
        expect(bits(compiled(x()))).toEqual(bits(derivatives(x())));
      }
    });
  }
});
