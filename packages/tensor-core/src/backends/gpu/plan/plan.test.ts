/** Compiled functions on the gpu backend. */
import { describe, expect, it } from 'vitest';
import { compile, CompileError } from '../../../compile.ts';
import { gpu, type PrepareOptions } from '../../../gpu.ts';
import {
  concat,
  Generator,
  memory,
  rand,
  scope,
  tensor,
  withBackend,
  zeros,
  type Tensor,
} from '../../../index.ts';

const backend = gpu({ mode: 'webasm' });
const on = (values: readonly number[], shape: number[] = [values.length]): Tensor =>
  tensor(values, shape, { backend });
const list = (t: Tensor): number[] => Array.from(t.dataSync());

/** Launches of a call once there is a plan and its kernels have seen their arrays. */
function launches(call: () => unknown): number {
  for (let i = 0; i < 4; i++) call();
  const before = backend.stats().launches;
  call();
  return backend.stats().launches - before;
}

describe('a compiled function on a gpu', () => {
  it('computes a chain of ops of single elements in one launch', () => {
    const f = compile((x: Tensor) => x.exp().add(1).log().mul(x).sub(x.sigmoid()).neg());
    const x = on([-1, 0, 0.5, 3]);
    expect(launches(() => f(x))).toBe(1);
    const want = [-1, 0, 0.5, 3].map((v) => 1 / (1 + Math.exp(-v)) - v * Math.log(1 + Math.exp(v)));
    list(f(x)).forEach((v, i) => expect(v).toBeCloseTo(want[i]!, 5));
  });

  it('computes what goes into a product, and what comes after it, with it', () => {
    const [x, w, b] = [on([1, 2, 3, 4], [2, 2]), on([1, 0, 2, 1], [2, 2]), on([-1, 5])];
    const f = compile((x: Tensor) => x.mul(2).matmul(w.t()).add(b).relu());
    expect(launches(() => f(x))).toBe(1);
    expect(list(f(x))).toEqual([1, 13, 5, 25]);
  });

  it('folds a mean and what is done with it', () => {
    const x = on([1, 2, 3, 6], [2, 2]);
    const f = compile((x: Tensor) =>
      x
        .sub(x.mean([1], { keepdim: true }))
        .square()
        .sum(),
    );
    expect(launches(() => f(x))).toBe(1);
    expect(f(x).item()).toBe(5);
  });

  it('updates tensors that do not wait for each other in one launch', () => {
    const [p, m] = [on([1, 2]), on([0, 0, 0])];
    const f = compile((g: Tensor, h: Tensor) => {
      m.assign(m.mul(0.5).add(h));
      p.assign(p.sub(g.mul(0.5)));
    });
    const [g, h] = [on([2, 4]), on([1, 2, 3])];
    expect(launches(() => f(g, h))).toBe(1);
    expect(list(p)).toEqual([-4, -8]);
    expect(list(m)).toEqual([1.9375, 3.875, 5.8125]);
    p.assign(on([7, 7])); // by itself, no longer beside m
    f(g, h);
    expect(list(p)).toEqual([6, 5]);
  });

  it('leaves the old values to tensors that share them', () => {
    const p = on([1, 2]);
    const old: Tensor[] = [];
    const f = compile(() => p.assign(p.add(1)));
    for (let i = 0; i < 5; i++) {
      old.push(p.reshape([2, 1]));
      f();
    }
    expect(old.map((t) => list(t)[0])).toEqual([1, 2, 3, 4, 5]);
    expect(list(p)).toEqual([6, 7]);
    expect(p.version).toBe(5);
  });

  it('swaps', () => {
    const [a, b] = [on([1, 2]), on([3, 4])];
    const f = compile(() => {
      const old = a.mul(1);
      a.assign(b);
      b.assign(old);
    });
    for (let i = 0; i < 5; i++) f();
    expect([list(a), list(b)]).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  it('draws the numbers that it would draw op by op', () => {
    const draw = (compiled: boolean): number[][] =>
      withBackend(backend, () => {
        const generator = new Generator(3);
        const f = (x: Tensor): Tensor => rand([3], { generator }).mul(x);
        const g = compiled ? compile(f) : f;
        return [1, 2, 3, 4, 5].map((v) => list(g(on([v, v, v]))));
      });
    expect(draw(true)).toEqual(draw(false));
  });

  it('refuses to read while it is watched, and says what', () => {
    const f = compile((x: Tensor) => x.exp().sum().item());
    expect(() => f(on([1]))).toThrow(CompileError);
    expect(() => f(on([1]))).toThrow('item() reads the result of sum');
    const told: string[] = [];
    const g = compile((x: Tensor) => x.sum().item(), { onFallback: (why) => told.push(why) });
    expect(g(on([1, 2]))).toBe(3);
    expect(told[0]).toContain('item() reads the result of sum');
  });

  it('is watched anew for other shapes', () => {
    const f = compile((x: Tensor) => x.mul(x).sum());
    for (let i = 0; i < 3; i++) {
      expect(f(on([1, 2])).item()).toBe(5);
      expect(f(on([1, 2, 3])).item()).toBe(14);
    }
    expect(f.inspect()).toContain('2 calls traced, 1 call replayed');
    expect(f.inspect()).toContain('2 ops in 1 launch');
  });

  it('finds out when it no longer does the same', () => {
    let factor = 1;
    const told: string[] = [];
    const f = compile((x: Tensor) => x.mul(factor), {
      verify: true,
      onFallback: (why) => told.push(why),
    });
    for (let i = 0; i < 4; i++) f(on([1]));
    factor = 3;
    for (let i = 0; i < 8; i++) f(on([1]));
    expect(told.join()).toContain('a number that changes between calls');
    expect(list(f(on([2])))).toEqual([6]);
  });

  it('runs what has no kernel on the host, in its place', () => {
    const x = on([3, 1, 2]);
    const f = compile((x: Tensor) => x.mul(2).topk(2).values.add(1));
    for (let i = 0; i < 4; i++) expect(list(f(x))).toEqual([7, 5]);
    expect(f.inspect()).toContain('topk on the host');
  });

  it('checks indices where they can be looked at', () => {
    const x = on([1, 2, 3, 4], [2, 2]);
    const f = compile((i: Tensor) => x.mul(3).indexSelect(0, i.add(0)));
    const index = (v: number): Tensor => tensor([v], { dtype: 'int32', backend });
    for (let i = 0; i < 4; i++) expect(list(f(index(1)))).toEqual([9, 12]);
    expect(() => f(index(2))).toThrow('indexSelect');
    expect(list(f(index(0)))).toEqual([3, 6]);
  });

  it('takes empty tensors, and gives constants', () => {
    const f = compile((x: Tensor) => [
      concat([x.mul(2), x.slice(0, 0, 0)]),
      x.slice(0, 0, 0).exp(),
      tensor([5, 6], { backend }),
      zeros([2], { backend }),
    ]);
    for (let i = 0; i < 5; i++) {
      expect(f(on([1, 2])).map(list)).toEqual([[2, 4], [], [5, 6], [0, 0]]);
    }
  });

  it('computes more values than a kernel may read', () => {
    const many = Array.from({ length: 30 }, (_, i) => on([i, 1]));
    const f = compile(() => many.reduce((a, b) => a.mul(1).add(b)));
    for (let i = 0; i < 5; i++) expect(list(f())).toEqual([435, 30]);
  });

  it('leaves nothing behind', () => {
    const p = on([1, 2, 3]);
    const f = compile((x: Tensor) => {
      p.assign(p.add(x.mean()));
      return p.sum();
    });
    const step = (): void => scope(() => void f(on([1, 2])));
    for (let i = 0; i < 4; i++) step();
    const before = memory().gpu!;
    for (let i = 0; i < 20; i++) step();
    expect(memory().gpu).toEqual(before);
  });

  it('is prepared at once where nothing waits, and by no promise', async () => {
    expect(await backend.prepare(() => on([2]).exp().log().item())).toBeCloseTo(2, 5);
    await expect(backend.prepare(async () => 1)).rejects.toThrow('prepare: the function returned');
    // @ts-expect-error: no such option
    const given: PrepareOptions = { onprogress: () => {} };
    await expect(backend.prepare(() => 1, given)).rejects.toThrow('onProgress');
  });

  it('goes on after a loss', async () => {
    const other = gpu({ mode: 'webasm', keepHostCopy: true });
    const p = tensor([1, 2], { backend: other });
    const f = compile((x: Tensor) => p.mul(x));
    const call = (): number[] => list(f(tensor([3, 4], { backend: other })));
    for (let i = 0; i < 3; i++) expect(call()).toEqual([3, 8]);
    await other.restore();
    for (let i = 0; i < 3; i++) expect(call()).toEqual([3, 8]);
  });
});
