/** Numbers about gradients that the course states or that follow from it by hand. */
import { tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { backward, grad, gradients } from './index.ts';

const float64 = (value: number): Tensor => tensor(value, { dtype: 'float64' });
const leaf = (value: number): Tensor => tensor(value, { dtype: 'float64', requiresGrad: true });
const slope = grad((x: Tensor): Tensor => x.sigmoid());

describe('the chain rule', () => {
  it('z = t², t = x + y has dz/dx = 2(x + y), 10 at x = 2, y = 3', () => {
    const dz = grad((x: Tensor, y: Tensor): Tensor => x.add(y).square());
    expect(dz(tensor(2), tensor(3)).item()).toBe(10);
  });
});

describe("the sigmoid's slope", () => {
  it("is σ'(0) = 0.25, σ'(1) = 0.19661193, σ'(5) = 0.00664806", () => {
    expect(slope(float64(0)).item()).toBe(0.25);
    expect(slope(float64(1)).item()).toBeCloseTo(0.19661193, 8);
    expect(slope(float64(5)).item()).toBeCloseTo(0.00664806, 8);
  });

  it('is nowhere above 0.25', () => {
    for (let x = -6; x <= 6; x += 0.25) expect(slope(float64(x)).item()).toBeLessThanOrEqual(0.25);
  });

  it('leaves at most 0.25¹⁰ = 9.5367e-7 of a gradient after ten layers', () => {
    const x = leaf(0);
    let z: Tensor = x;
    for (let i = 0; i < 10; i++) z = z.sub(z.detach()).sigmoid(); // every layer at its steepest
    backward(z);
    expect(x.grad!.item()).toBeCloseTo(9.5367e-7, 10);
    expect(x.grad!.item()).toBe(0.25 ** 10);
  });
});

describe('the scalar RNN with W_in = 0.5, W = 0.8, W_out = 1, x = (1, 0)', () => {
  const weights = { input: leaf(0.5), hidden: leaf(0.8), output: leaf(1) };
  const xs = [1, 0];
  const u: Tensor[] = [];
  const z: Tensor[] = [float64(0)];
  const y: Tensor[] = [];
  xs.forEach((x, t) => {
    u.push(weights.input.mul(x).add(weights.hidden.mul(z[t]!)));
    z.push(u[t]!.sigmoid());
    y.push(weights.output.mul(z[t + 1]!).sigmoid());
  });

  it('has the stated states and outputs', () => {
    expect(u.map((t) => t.item())).toBeAllclose([0.5, 0.497967], { atol: 1e-6 });
    expect(z.map((t) => t.item())).toBeAllclose([0, 0.622459, 0.621982], { atol: 1e-6 });
    expect(y.map((t) => t.item())).toBeAllclose([0.650778, 0.650669], { atol: 1e-6 });
  });

  it('gradients of every weight and of every u equal the recursion through time', () => {
    const d = [1, 0]; // targets of E = ½·Σ(y - d)²
    const loss = y.map((out, t) => out.sub(d[t]!).square().div(2)).reduce((a, b) => a.add(b));
    const { input, hidden, output } = weights;
    const found = gradients([loss], [input, hidden, output, ...u]).map((g) => g!.item());

    // δout = (y - d)·y(1 - y); δₜ = (δoutₜ·W_out + δₜ₊₁·W)·z(1 - z)
    const deltaOut = y.map((out, t) => {
      const v = out.item();
      return (v - d[t]!) * v * (1 - v);
    });
    const delta = [0, 0, 0];
    for (let t = 1; t >= 0; t--) {
      const state = z[t + 1]!.item();
      delta[t] = (deltaOut[t]! * 1 + delta[t + 1]! * 0.8) * state * (1 - state);
    }
    const sum = (f: (t: number) => number): number => f(0) + f(1);
    const byHand = [
      sum((t) => delta[t]! * xs[t]!),
      sum((t) => delta[t]! * z[t]!.item()),
      sum((t) => deltaOut[t]! * z[t + 1]!.item()),
      delta[0]!,
      delta[1]!,
    ];
    expect(found).toBeAllclose(byHand, { rtol: 1e-12, atol: 0 });
  });
});

describe('the constant error carousel', () => {
  it('∂c_T/∂c_0 is exactly 1 over 100 steps of c ← c + a', () => {
    const start = leaf(0.3);
    let c: Tensor = start;
    for (let t = 0; t < 100; t++) c = c.add(Math.sin(t));
    backward(c);
    expect(start.grad!.item()).toBe(1);
  });
});
