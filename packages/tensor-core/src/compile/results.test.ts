/** What goes into a compiled function and what comes out of it. */
import {
  replay,
  enableGrad,
  isGradEnabled,
  noGrad,
  reference,
  scope,
  tensor,
  wasm,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { compile, CompileError } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';

const times = <T>(n: number, f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));

describe('results of a compiled function', () => {
  it('are the argument itself, or a captured tensor, if the function returns these', () => {
    const w = tensor([1, 2]);
    const self = compile((x: Tensor) => x);
    const updated = compile((x: Tensor) => w.assign(w.add(x)) ?? w);
    times(4, (i) => {
      const x = tensor([i, i]);
      expect(self(x)).toBe(x);
      expect(updated(tensor([1, 1]))).toBe(w);
    });
    expect(w.toArray()).toEqual([5, 6]);
  });

  it('are one tensor where the function returns one twice', () => {
    const f = compile((x: Tensor) => {
      const y = x.mul(2);
      return [y, { again: y, view: y.reshape([1, 1]) }] as const;
    });
    times(4, (i) => {
      const [y, { again, view }] = f(tensor([i]));
      expect(again).toBe(y);
      expect([y.toArray(), view.toArray()]).toEqual([[2 * i], [[2 * i]]]);
    });
  });

  it('are views of arguments', () => {
    const f = compile((x: Tensor) => [x.reshape([2, 1]), x.detach()]);
    times(4, (i) => {
      const [column, same] = f(tensor([i, 1]));
      expect([column!.toArray(), same!.toArray()]).toEqual([
        [[i], [1]],
        [i, 1],
      ]);
    });
  });

  it('are numbers, null, undefined, and arrays and objects that are new each time', () => {
    const f = compile((x: Tensor) => ({
      nothing: null,
      no: undefined,
      list: [1, 'two', [x.neg()]],
    }));
    const seen = times(4, (i) => f(tensor([i])));
    expect(new Set(seen.map(({ list }) => list)).size).toBe(4);
    expect(seen.map(({ nothing, no, list }) => [nothing, no, ...list.slice(0, 2)])).toEqual(
      times(4, () => [null, undefined, 1, 'two']),
    );
  });

  it('are tensors without elements and without dimensions', () => {
    const empty = zeros([0]);
    const f = compile((x: Tensor, s: Tensor) => {
      empty.assign(empty.add(1));
      return [x.mul(s).relu(), x.sum([0]), s.square().add(empty.sum())];
    });
    times(4, (i) => {
      const [none, sums, square] = f(zeros([0, 3]), tensor(i));
      expect([none!.shape, sums!.toArray(), square!.item()]).toEqual([[0, 3], [0, 0, 0], i * i]);
    });
  });
});

describe('arguments of a compiled function', () => {
  it('may be captured as well', () => {
    const w = tensor([1, 2]);
    const f = compile((x: Tensor) => {
      w.assign(w.add(1));
      return x.mul(w);
    });
    times(4, () => f(w)); // nobody can tell yet which of the two the function meant
    expect(w.toArray()).toEqual([5, 6]);
    times(4, (i) => expect(f(tensor([10, 10])).toArray()).toEqual([10 * (i + 6), 10 * (i + 7)]));
    expect(f(w).toArray()).toEqual([100, 121]);
    expect(w.toArray()).toEqual([10, 11]);
  });

  it('need no more than one more call to be told from captured ones', () => {
    const w = tensor([1, 2]);
    const f = compile((x: Tensor) => x.mul(w));
    const batches = times(4, (i) => tensor([i, i]));
    for (let epoch = 0; epoch < 5; epoch++) {
      for (const batch of batches) times(2, () => f(batch));
    }
    expect(f.inspect()).toContain('3 calls traced, 37 calls replayed');
  });

  it('may be the same tensor twice, or share their data', () => {
    const f = compile((x: Tensor, y: Tensor) => {
      x.assign(x.add(y));
      return x.mul(y);
    });
    times(4, () => {
      const [x, y] = [tensor([2]), tensor([3])];
      const view = y.detach();
      expect(f(x, x).item()).toBe(16);
      expect(f(y, view).item()).toBe(18);
      expect([x.item(), y.item(), view.item()]).toEqual([4, 6, 3]);
    });
  });

  it('may live on another backend', () => {
    const f = compile((x: Tensor) => x.mul(2).add(1));
    times(3, () => f(tensor([1, 2])));
    const other = wasm({ relaxed: false }); // it has a memory of its own
    times(4, () => expect(f(tensor([5, 6], { backend: other })).toArray()).toEqual([11, 13]));
    const elsewhere = tensor([5, 6], { backend: reference() });
    expect(() => f(elsewhere)).toThrow('a tensor lives on reference');
    expect(f(tensor([1, 2])).toArray()).toEqual([3, 5]);
  });

  it('may have been computed from others, as long as no gradient flows there', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const twice = compile((x: Tensor) => x.mul(2).detach());
    times(4, (i) => expect(twice(w.mul(i)).toArray()).toEqual([2 * i, 4 * i]));
    const x = w.mul(3);
    const self = compile((y: Tensor) => y);
    times(3, () => expect(self(x)).toBe(x));
    expect(x.provenance!.op.name).toBe('mul');
  });

  it('that are gone are named', () => {
    const f = compile((x: Tensor) => x.mul(2));
    times(3, () => f(tensor([1])));
    const x = tensor([1]);
    x.dispose();
    expect(() => f(x)).toThrow('disposed');
    expect(f(tensor([2])).item()).toBe(4);
  });

  it('come with the question whether gradients are recorded', () => {
    const f = compile((x: Tensor) => x.mul(isGradEnabled() ? 1 : 10));
    times(3, (i) => {
      expect(f(tensor([i])).item()).toBe(i);
      expect(noGrad(() => f(tensor([i]))).item()).toBe(10 * i);
      expect(noGrad(() => enableGrad(() => f(tensor([i])))).item()).toBe(i);
    });
  });
});

describe('calls within calls', () => {
  it('scopes inside and around free what they should', () => {
    const f = compile((x: Tensor) =>
      scope(() => {
        const y = x.mul(2);
        y.exp();
        return scope(() => y.neg());
      }),
    );
    times(4, (i) => {
      let inner: Tensor | undefined;
      const outer = scope(() => {
        inner = scope(() => f(tensor([i]))).add(1);
        return f(tensor([i]));
      });
      expect(outer.item()).toBe(-2 * i);
      expect(inner!.isDisposed).toBe(true);
    });
  });

  it('an effect may call the function that it is in', () => {
    const seen: number[] = [];
    let isInside = false;
    const f: (x: Tensor) => Tensor = compile((x: Tensor) => {
      const y = x.mul(2).add(1);
      replay(() => {
        if (isInside) return;
        isInside = true;
        seen.push(scope(() => f(tensor([10])).item()));
        isInside = false;
      });
      return y.square();
    });
    times(5, (i) => expect(f(tensor([i])).item()).toBe((2 * i + 1) ** 2));
    expect(seen).toEqual([441, 441, 441, 441, 441]);
  });

  it('errors in a call that is watched leave nothing behind', () => {
    const f = compile((x: Tensor) => x.add(x.item()));
    expect(() => f(tensor([1]))).toThrow(CompileError);
    const x = tensor([3], { requiresGrad: true });
    expect([x.item(), x.add(1).provenance!.op.name]).toEqual([3, 'add']);
  });
});
