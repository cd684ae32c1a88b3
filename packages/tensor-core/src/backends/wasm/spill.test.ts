import { backward } from '@kasane/autograd';
import {
  backendReport,
  memory,
  onFallback,
  scope,
  setMemoryBudget,
  tensor,
  wasm,
  type Tensor,
} from '@kasane/tensor-core';
import { afterEach, describe, expect, it } from 'vitest';

afterEach(() => setMemoryBudget(2 ** 30));

// Large enough to need a block of its own, so that no free slab can take it.
const big = (fill: (i: number) => number): Tensor =>
  tensor(
    Float32Array.from({ length: 4096 }, (_, i) => fill(i)),
    [64, 64],
  );

describe('past the memory budget', () => {
  it('ops give the same values, in ordinary arrays', () => {
    const work = (): Tensor =>
      scope(() => {
        const a = big((i) => Math.sin(i));
        const b = big((i) => Math.cos(i));
        return a.matmul(b).tanh().add(a).mul(0.5).sum(0);
      });
    const want = work();
    setMemoryBudget(0);
    const got = work();
    expect(got.dataSync()).toEqual(want.dataSync());
  });
  it('gradients still flow', () => {
    setMemoryBudget(0);
    const x = big((i) => i / 4096);
    x.requiresGrad = true;
    backward(x.square().sum());
    expect(x.grad).toBeAllclose(x.mul(2));
  });
  it('what is spilled is counted, and freed by its scope', () => {
    setMemoryBudget(0);
    big(() => 1)
      .add(1)
      .dispose();
    const before = memory().wasm;
    scope(() => {
      big(() => 1).add(1);
      expect(memory().wasm.bytes).toBe(before.bytes + 2 * 4096 * 4);
    });
    expect(memory().wasm).toEqual(before);
  });
  it('the memory itself does not grow', () => {
    setMemoryBudget(0);
    const rounds = (n: number): void => {
      let a = big(() => 0.5);
      for (let i = 0; i < n; i++) a = a.add(0.25);
    };
    rounds(2);
    const size = memoryBytes();
    rounds(50);
    expect(memoryBytes()).toBe(size);
  });
  it('refuses a budget that is no number of bytes', () => {
    expect(() => setMemoryBudget(-1)).toThrow('setMemoryBudget: bytes must be at least 0, got -1.');
    expect(() => setMemoryBudget(NaN)).toThrow(RangeError);
  });
});

// The one linear memory is what a resident tensor's view looks into.
function memoryBytes(): number {
  const probe = tensor([1]);
  return wasm().readSync(probe.storage).buffer.byteLength;
}

describe('onFallback', () => {
  it('tells each time a plain loop stands in for a kernel', () => {
    const seen: string[] = [];
    onFallback(({ backend, op, dtype }) => seen.push(`${backend} ${op} ${dtype}`));
    tensor([1, 2], { dtype: 'float64' }).exp();
    tensor([1, 2]).exp();
    onFallback(null);
    tensor([1, 2], { dtype: 'float64' }).exp();
    expect(seen).toEqual(['wasm exp float64']);
    expect(backendReport().find((r) => r.op === 'exp' && r.dtype === 'float64')!.calls).toBe(2);
  });
});
