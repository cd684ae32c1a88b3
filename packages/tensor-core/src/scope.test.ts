import { backward } from '@kasane/autograd';
import {
  defaultBackend,
  replay,
  enableGrad,
  full,
  isGradEnabled,
  keep,
  dynamicAttrs,
  memory,
  noGrad,
  guard,
  reference,
  scope,
  ScopeError,
  tensor,
  wasm,
  withBackend,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';

const live = (): number => memory().wasm.tensors;

describe('scope', () => {
  it('frees what was made inside and not returned', () => {
    const x = tensor([1, 2, 3]);
    x.mul(2).dispose(); // the constant 2 is made once
    const before = live();
    const y = scope(() => x.mul(2).square().sum());
    expect(live()).toBe(before + 1);
    expect(y.item()).toBe(56);
  });
  it('keeps tensors inside arrays, maps, sets and objects', () => {
    const [a, b, c, d] = scope(() => {
      const made = [1, 2, 3, 4].map((v) => tensor([v]));
      return [
        made[0]!,
        new Map([['b', made[1]!]]),
        new Set([made[2]!]),
        { d: { e: made[3]! } },
      ] as const;
    });
    expect([a, b.get('b')!, [...c][0]!, d.d.e].map((t) => t.item())).toEqual([1, 2, 3, 4]);
  });
  it('keeps what a returned result needs for its gradient', () => {
    const w = tensor([2, 3], { requiresGrad: true });
    const loss = scope(() => w.exp().square().sum());
    backward(loss);
    expect(w.grad).toBeAllclose([2 * Math.exp(4), 2 * Math.exp(6)]);
  });
  it('nests: an inner result belongs to the outer scope', () => {
    const before = live();
    let inner: Tensor | undefined;
    scope(() => {
      inner = scope(() => tensor([1]));
      expect(inner.item()).toBe(1);
    });
    expect(inner!.isDisposed).toBe(true);
    expect(live()).toBe(before);
  });
  it('frees everything when the function throws', () => {
    const before = live();
    expect(() =>
      scope(() => {
        tensor([1, 2, 3]).square();
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(live()).toBe(before);
  });
  it('leaves gradients and kept tensors alone', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    let kept: Tensor | undefined;
    scope(() => {
      backward(w.square().sum());
      kept = keep(tensor([7]));
    });
    expect(w.grad).toBeAllclose([2, 4]);
    expect(kept!.item()).toBe(7);
  });
  it('refuses functions that return promises, frees what they made, and ends', () => {
    const before = live();
    expect(() => scope(async () => void tensor([1]))).toThrow(ScopeError);
    expect(live()).toBe(before);
  });
  it('names the scope when a freed tensor is read', () => {
    let lost: Tensor | undefined;
    scope(() => {
      lost = tensor([[1, 2]]);
    });
    expect(() => lost!.sum()).toThrow(
      'this tensor (float32 [1,2]) was freed at the end of its scope. Return it to keep it.',
    );
  });
});

describe('grad', () => {
  it('that user code set is never freed behind its back', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const mine = tensor([3, 4]);
    x.grad = mine;
    x.grad = null;
    expect(mine.toArray()).toEqual([3, 4]);
  });
  it('that nobody has read is freed when it is replaced', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    backward(x.square().sum());
    const unread = x.peekGrad()!;
    x.grad = null;
    expect(unread.isDisposed).toBe(true);
  });
});

describe('dispose', () => {
  it('frees at once, twice without harm, and says where it happened', () => {
    const before = live();
    const x = tensor([1, 2]);
    x.dispose();
    x.dispose();
    expect(live()).toBe(before);
    expect(() => x.item()).toThrow(/was disposed at .*scope\.test\.ts:\d+:\d+/);
  });
  it('leaves shared data to the other holder', () => {
    const x = tensor([1, 2, 3, 4]);
    const y = x.reshape([2, 2]);
    x.dispose();
    expect(y.toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
  it('happens at the end of a block that uses it', () => {
    const before = live();
    {
      using x = tensor([1, 2, 3]);
      expect(live()).toBe(before + 1);
      expect(x.size).toBe(3);
    }
    expect(live()).toBe(before);
  });
});

describe('assign', () => {
  it('replaces the values and leaves aliases with the old ones', () => {
    const w = tensor([1, 2], { requiresGrad: true });
    const old = w.detach();
    w.assign(tensor([3, 4]));
    expect(w.toArray()).toEqual([3, 4]);
    expect(old.toArray()).toEqual([1, 2]);
  });
  it('refuses another shape or dtype', () => {
    expect(() => tensor([1, 2]).assign(tensor([1]))).toThrow(
      'assign: needs float32 [2], got float32 [1].',
    );
  });
  it('survives the end of the scope its value was made in', () => {
    const w = tensor([1, 2]);
    scope(() => w.assign(tensor([5, 6])));
    expect(w.toArray()).toEqual([5, 6]);
  });
  it('takes large values over without a copy, and leaves them to who else holds them', () => {
    const w = full([5000], 1);
    const value = full([5000], 2);
    const before = memory().wasm.tensors;
    w.assign(value);
    expect(w.pointer).toBe(value.pointer);
    expect(memory().wasm.tensors).toBe(before - 1);
    // The next value does not reach who holds the last one.
    scope(() => w.assign(value.mul(2)));
    const largest = (t: Tensor): number => scope(() => t.max().item());
    expect([largest(w), largest(value)]).toEqual([4, 2]);
    value.dispose();
    w.assign(w);
    expect(largest(w)).toBe(4);
    w.dispose();
    expect(memory().wasm.tensors).toBe(before - 2);
  });
});

describe('memory', () => {
  it('names where live tensors were made', () => {
    memory({ sites: true });
    const x = tensor([[1, 2, 3]]);
    const site = memory({ sites: true }).sites!.find((s) => s.tensor === 'float32 [1,3]');
    expect(site?.at).toMatch(/scope\.test\.ts/);
    x.dispose();
    expect(memory({ sites: true }).sites!.some((s) => s.tensor === 'float32 [1,3]')).toBe(false);
  });
  it('counts each backend by itself', () => {
    const before = memory();
    const x = tensor([1, 2], { backend: reference(), dtype: 'float64' });
    expect(memory().reference.bytes - before.reference.bytes).toBe(16);
    expect(memory().wasm).toEqual(before.wasm);
    const y = x.to(wasm());
    expect(memory().wasm.bytes - before.wasm.bytes).toBe(16);
    expect(y.toArray()).toEqual([1, 2]);
  });
});

describe('functions that set something while another runs', () => {
  const states = (): unknown[] => [isGradEnabled(), defaultBackend()];
  const owners: Readonly<Record<string, (fn: () => unknown) => unknown>> = {
    scope,
    noGrad,
    enableGrad: (fn) => noGrad(() => enableGrad(fn)),
    withBackend: (fn) => withBackend(reference(), fn),
  };

  it.each(Object.entries(owners))('%s refuses a promise and puts all back', (name, owner) => {
    const before = states();
    expect(() => owner(async () => states())).toThrow(ScopeError);
    expect(() => owner(() => Promise.resolve(1))).toThrow(
      `${name}: the function returned a promise. Await outside.`,
    );
    expect(states()).toEqual(before);
    expect(owner(() => 3)).toBe(3);
  });

  it.each<readonly [string, () => unknown]>([
    ['replay', () => replay(async () => {})],
    ['dynamicAttrs', () => dynamicAttrs({}, async () => {})],
    ['guard', () => guard(async () => {})],
  ])('%s refuses one while a function is watched', (name, tell) => {
    const f = compile(() => void tell());
    expect(f).toThrow(`${name}: the function returned a promise`);
  });
});
