/** Calls that are watched run as the plan will: of single ops no kernel is built. */
import { expect, it } from 'vitest';
import { compile, CompileError } from '../../compile.ts';
import { gpu } from '../../gpu.ts';
import { keep, noGrad, scope, tensor, zerosLike, type Tensor } from '../../index.ts';

const backend = gpu({ mode: 'webasm' });
const on = (...values: number[]): Tensor => tensor(values, { backend });
const list = (t: Tensor): number[] => Array.from(t.dataSync());

/** A step as of a training: its state is made at the first call. */
function training(): { p: Tensor; state(): Tensor; step(x: Tensor): Tensor } {
  const p = on(1, 2, 3);
  let m: Tensor | undefined;
  const state = (): Tensor => (m ??= keep(zerosLike(p)));
  const step = (x: Tensor): Tensor => {
    const before = state();
    const grad = p.mul(x).exp().sub(1);
    before.assign(before.mul(0.5).add(grad));
    p.assign(p.sub(before.mul(0.1)));
    return grad.square().sum().log();
  };
  return { p, state, step };
}

it('builds the kernels of the plan at the first call, and no others then or later', () => {
  const { p, state, step } = training();
  const other = training();
  const f = compile(step);
  const x = on(0.1, 0.2, 0.3);
  const { kernels, launches } = backend.stats();
  const losses = [f(x).item()];
  const first = backend.stats();
  expect(first.launches - launches).toBeLessThan(5);
  for (let i = 0; i < 5; i++) losses.push(f(x).item());
  expect(backend.stats().kernels).toBe(first.kernels);
  expect(backend.stats().launches - launches).toBe(6 * (first.launches - launches));
  expect(first.kernels - kernels).toBeLessThan(5);
  for (const loss of losses) expect(loss).toBeCloseTo(other.step(x).item(), 5);
  list(p).forEach((v, i) => expect(v).toBeCloseTo(list(other.p)[i]!, 5));
  list(state()).forEach((v, i) => expect(v).toBeCloseTo(list(other.state())[i]!, 5));
});

it('keeps what was assigned before a function throws', () => {
  const p = on(1, 2);
  let isBad = true;
  const f = compile(() => {
    p.assign(p.mul(2));
    if (isBad) throw new Error('no');
    p.assign(p.add(1));
  });
  expect(() => f()).toThrow('no');
  expect(list(p)).toEqual([2, 4]);
  isBad = false;
  for (let i = 0; i < 4; i++) f();
  expect(list(p)).toEqual([47, 79]);
});

it('has what it reads while it is watched, and goes on with it', () => {
  const told: string[] = [];
  const p = on(1, 2);
  const f = compile(
    (x: Tensor) => {
      p.assign(p.add(x));
      const factor = p.sum().item();
      p.assign(p.mul(factor));
      return p.mul(x);
    },
    { onFallback: (why) => told.push(why) },
  );
  expect(list(f(on(1, 1)))).toEqual([10, 15]);
  expect(list(p)).toEqual([10, 15]);
  expect(told.join()).toContain('item() reads');
  const g = compile((x: Tensor) => x.exp().sum().item());
  expect(() => g(on(1))).toThrow(CompileError);
});

it('lets what was made inside be held by others: gradients, views, and what is kept', () => {
  const held: Tensor[] = [];
  const p = on(1, 2);
  const f = compile(
    (x: Tensor) => {
      const y = keep(x.mul(3));
      held.push(y, keep(y.add(1).reshape([2, 1])));
      p.assign(y);
      return y.sum();
    },
    { onFallback: () => {} },
  );
  for (let i = 1; i < 4; i++) {
    expect(f(on(i, i)).item()).toBe(6 * i);
    expect(list(p)).toEqual([3 * i, 3 * i]);
  }
  expect(held.map((t) => list(t)[0])).toEqual([3, 4, 6, 7, 9, 10]);
});

it('leaves nothing behind, whatever way it is watched', () => {
  const p = on(1, 2, 3);
  const before = backend.memory();
  for (const isBad of [false, true]) {
    const f = compile(
      (x: Tensor) => {
        p.assign(p.add(x.exp()));
        const y = p.mul(x);
        return isBad ? y.mul(y.sum().item()) : y.sum();
      },
      { onFallback: () => {} },
    );
    for (let i = 0; i < 6; i++) scope(() => void f(on(0.1, 0.2, 0.3)));
  }
  noGrad(() => p.assign(on(1, 2, 3)));
  // The constants of expressions may be new.
  expect(backend.memory().tensors - before.tensors).toBeLessThanOrEqual(1);
});

it('brings back what tensors had before a call that lost the device, though others share it', async () => {
  const own = gpu({ mode: 'cpu', keepHostCopy: true });
  const w = tensor([1, 2], { backend: own });
  let isBad = false;
  const f = compile(() => {
    const y = w.mul(2);
    w.assign(y);
    if (isBad) void own.destroy();
    return y.sum();
  });
  const views = [w.detach()]; // so that the values of w must not be written over
  expect(f().item()).toBe(6);
  await own.kept();
  views.push(w.detach());
  isBad = true;
  expect(() => f()).toThrow('destroy()');
  await own.restore();
  expect(list(w)).toEqual([2, 4]);
  isBad = false;
  for (const want of [12, 24, 48]) expect(f().item()).toBe(want);
  expect(list(w)).toEqual([16, 32]);
});
