/** What plans hold, when they are dropped, and what happens when something is in their way. */
import {
  arange,
  bernoulli,
  replay,
  Generator,
  keep,
  memory,
  multinomial,
  guard,
  rand,
  randint,
  randn,
  randperm,
  reference,
  scope,
  setMemoryBudget,
  tensor,
  wasm,
  zeros,
  type RandomOptions,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { setNumThreads, threadsReady } from '@kasane/tensor-core/threads';
import { describe, expect, it } from 'vitest';

const times = <T>(n: number, f: (i: number) => T): T[] => Array.from({ length: n }, (_, i) => f(i));
const normal = (n: number, seed: number): Tensor => randn([n], { generator: new Generator(seed) });
const use = (): { tensors: number; bytes: number } => ({ ...memory()['wasm']! });

/** A function that updates a tensor of its own, and the tensor. */
function averager(n: number): { average: Tensor; call(x: Tensor): Tensor } {
  const average = keep(zeros([n]));
  const call = (x: Tensor): Tensor => {
    average.assign(average.mul(0.5).add(x));
    return average.sum();
  };
  return { average, call };
}

describe('plans', () => {
  it('are made for new shapes, and give their memory back when they make room', () => {
    const f = compile((x: Tensor) => x.exp().matmul(x.neg()).sum());
    const call = (n: number): void[] => times(3, () => scope(() => void f(arange(n))));
    times(16, (i) => call(1000 + i));
    const full = use();
    times(40, (i) => call(2000 + i));
    times(16, (i) => call(1000 + i));
    expect(use()).toEqual(full);
    expect(f.inspect().split('\n\n')).toHaveLength(16);
  });

  it('say what they do: ops, loops, bytes, constants', () => {
    const w = tensor([1, 2, 3]);
    const f = compile((x: Tensor) => {
      const shift = zeros([3])
        .add(2)
        .sqrt()
        .mul(x.newFull([3], 5)); // of constants only
      w.assign(w.mul(0.5).add(shift));
      return x.add(w).tanh();
    });
    times(3, () => f(tensor([1, 2, 3])));
    expect(
      f
        .inspect()
        .split('\n')
        .map((line) => line.trim()),
    ).toEqual([
      '(float32 [3]): 2 calls traced, 1 call replayed',
      '4 ops of 4 traced, 3 of them in 1 loop; arena 16 bytes, 16 without sharing; 2 constants, 4 ops of constants computed once; 1 of 1 tensors updated in place',
      'mul + add + add [3] slot 0, [] kept @16, [3] kept @32, [3] slot 1 → [3] slot 0, [3] @0, 24 bytes',
      'tanh [3] @0 → [3] slot 2, 12 bytes',
    ]);
  });

  it('follow settings that alternate', () => {
    const layer = { training: true };
    const f = compile((x: Tensor) => (guard(() => layer.training) ? x.mul(2) : x.neg()));
    times(12, (i) => {
      layer.training = i % 2 === 0;
      expect(f(tensor([i])).item()).toBe(layer.training ? 2 * i : -i);
    });
    expect(f.inspect()).not.toContain('no two calls');
  });

  it('give way when a tensor that they captured is gone', () => {
    let state = tensor([1]);
    const f = compile((x: Tensor) => {
      state.assign(state.add(x));
      return state.mul(1);
    });
    times(4, () => f(tensor([1])));
    state.dispose();
    const before = use();
    times(2, () => expect(() => scope(() => f(tensor([1])))).toThrow('disposed'));
    expect(use().tensors).toBeLessThanOrEqual(before.tensors);
    state = tensor([100]);
    expect(times(4, () => f(tensor([1])).item())).toEqual([101, 102, 103, 104]);
    expect(f.inspect()).toContain('2 calls traced, 2 calls replayed');
  });

  it('let the function run as it is while a tensor is elsewhere', () => {
    const w = tensor([1, 2]);
    const reads = compile((x: Tensor) => w.mul(x).sum());
    const writes = compile((x: Tensor) => {
      w.assign(w.mul(x));
      return w.sum();
    });
    const x = tensor([1, 1]);
    times(3, () => [reads(x), writes(x)]);
    for (const backend of [reference(), wasm({ relaxed: false })]) {
      w.assign(tensor([5, 6], { backend }));
      const message = 'mul: inputs must live on one backend';
      expect(() => reads(x)).toThrow(message);
      expect(() => writes(x)).toThrow(message);
    }
    w.assign(tensor([7, 8]));
    expect([reads(x).item(), writes(x).item()]).toEqual([15, 15]);
    expect(reads.inspect()).toContain('2 calls traced, 2 calls replayed');
  });

  it('work with memory that has grown, and without memory', () => {
    const [plain, fast] = [averager(3000), averager(3000)];
    const wide = (f: (x: Tensor) => Tensor) => (x: Tensor) => [f(x), x.cast('float64').exp().sum()];
    const [want, got] = [wide(plain.call), compile(wide(fast.call))];
    const check = (i: number): void => {
      const x = normal(3000, i);
      const [a, b] = [want(x), got(x)];
      expect(b.map((t) => t.dataSync())).toEqual(a.map((t) => t.dataSync()));
      expect(fast.average.dataSync()).toEqual(plain.average.dataSync());
    };
    const large: Tensor[] = [];
    times(5, (i) => {
      check(i);
      large.push(zeros([2 ** 23]));
    });
    setMemoryBudget(0);
    try {
      times(3, check);
    } finally {
      setMemoryBudget(2 ** 30);
    }
    times(3, check);
    for (const one of large) one.dispose();
    expect(got.inspect()).toContain('2 calls traced');
  });

  it('work for parameters that found no room in memory', () => {
    const [plain, fast] = [averager(3000), averager(3000)];
    setMemoryBudget(0);
    try {
      // Free blocks are taken first.
      while (zeros([3000]).pointer >= 0);
      fast.average.assign(normal(3000, 2));
    } finally {
      setMemoryBudget(2 ** 30);
    }
    plain.average.assign(fast.average);
    const f = compile(fast.call);
    times(5, (i) => {
      const x = normal(3000, i);
      expect(f(x).item()).toBe(plain.call(x).item());
    });
    expect(fast.average.dataSync()).toEqual(plain.average.dataSync());
  });

  it('compute in the same memory, for any number of shapes of about the same size', () => {
    const f = compile((x: Tensor) => x.softmax(0).mul(x).softmax(0));
    const sizes = [40_000, 20_000, 30_000, 12_000, 39_000];
    const inputs = sizes.map((n) => normal(n, n));
    const wanted = inputs.map((x) => x.softmax(0).mul(x).softmax(0).dataSync());
    const held = sizes.map((_, i) => {
      times(3, () => scope(() => expect(f(inputs[i]!).dataSync()).toEqual(wanted[i])));
      return use().bytes;
    });
    // The first has what the others need; a little is kept for each.
    expect(held.at(-1)! - held[0]!).toBeLessThan(4 * 1024);
    inputs.forEach((x, i) => scope(() => expect(f(x).dataSync()).toEqual(wanted[i])));
    expect(f.inspect().match(/replayed/g)).toHaveLength(sizes.length);
  });

  it('are made anew for another number of threads', async () => {
    const x = normal(2 ** 17, 1);
    const few = normal(2 ** 17 - 4, 2);
    const f = (y: Tensor): Tensor => y.mul(2).add(1).square().sub(y);
    const compiled = compile(f);
    const want = f(x).dataSync();
    const check = (): void => {
      times(3, () => expect(scope(() => compiled(x).dataSync())).toEqual(want));
    };
    check();
    expect(compiled.inspect()).toContain('4 of them in 1 loop');
    setNumThreads(2);
    let before = 0;
    try {
      await threadsReady();
      check();
      before = use().tensors;
      // Kernels that threads share are left to them; with fewer elements they stay on one, and are joined.
      expect(compiled.inspect()).toContain('4 ops of 4 traced; arena');
      const joined = compile(f);
      times(3, () => joined(few).dispose());
      expect(joined.inspect()).toContain('4 of them in 1 loop');
    } finally {
      setNumThreads(1);
    }
    check();
    expect(compiled.inspect()).toContain('4 of them in 1 loop');
    expect(use().tensors).toBeLessThanOrEqual(before); // a loop alone needs no arena
  });
});

describe('when a call fails in the middle', () => {
  it('tensors are all updated or all as they were, and graphs of them notice', () => {
    const [a, b] = [tensor([1, 2, 3]), tensor([0])];
    const f = compile((index: Tensor) => {
      a.assign(a.add(1));
      const row = a.indexSelect(0, index);
      b.assign(b.add(row));
      return b.mul(1);
    });
    times(3, () => f(tensor(Int32Array.of(0))));
    const [before, version] = [use().tensors, a.version];
    expect(() => scope(() => f(tensor(Int32Array.of(7))))).toThrow('index 7');
    expect([a.toArray(), b.item()]).toEqual([[4, 5, 6], 9]);
    expect(a.version).toBeGreaterThan(version);
    expect(use().tensors).toBe(before);
    expect(f(tensor(Int32Array.of(0))).item()).toBe(14);
  });

  it('an effect may throw', () => {
    let isBad = false;
    const w = tensor([1]);
    const f = compile((x: Tensor) => {
      const y = w.add(x);
      replay(() => {
        if (isBad) throw new Error('bad');
      });
      w.assign(y);
      return w.mul(2);
    });
    times(3, () => f(tensor([1])));
    isBad = true;
    const before = use().tensors;
    expect(() => scope(() => f(tensor([1])))).toThrow('bad');
    expect(use().tensors).toBe(before);
    isBad = false;
    expect(f(tensor([1])).item() / 2).toBe(w.item());
  });
});

describe('random numbers', () => {
  it('go on in one stream, whoever draws', () => {
    const [a, b] = [new Generator(3), new Generator(3)];
    const draw = (generator: Generator) => (x: Tensor) => x.add(rand([3], { generator })).relu();
    const [plain, compiled] = [draw(a), compile(draw(b))];
    times(6, () => {
      expect(compiled(zeros([3])).toArray()).toEqual(plain(zeros([3])).toArray());
      expect(b.random()).toBe(a.random());
      expect(randn([5], { generator: b }).toArray()).toEqual(
        randn([5], { generator: a }).toArray(),
      );
    });
  });

  it.each<readonly [string, (options: RandomOptions) => Tensor]>([
    ['bernoulli of float32', (o) => bernoulli([50], 0.3, o)],
    ['bernoulli of float64', (o) => bernoulli([50], 0.3, { ...o, dtype: 'float64' })],
    ['bernoulli of int32', (o) => bernoulli([50], 0.3, { ...o, dtype: 'int32' })],
    ['bernoulli of bool', (o) => bernoulli([50], 0.3, { ...o, dtype: 'bool' })],
    ['randint of int32', (o) => randint(-4, 9, [50], o)],
    ['randint of float32', (o) => randint(-4, 9, [50], { ...o, dtype: 'float32' })],
    ['randint of bool', (o) => randint(0, 2, [50], { ...o, dtype: 'bool' })],
    ['randperm of int32', (o) => randperm(50, o)],
    ['randperm of bool', (o) => randperm(2, { ...o, dtype: 'bool' })],
    ['multinomial', (o) => multinomial(tensor([1, 2, 3]), 50, { ...o, replacement: true })],
  ])('of %s are new ones in every call', (name, draw) => {
    const [a, b] = [new Generator(5), new Generator(5)];
    const reasons: string[] = [];
    const compiled = compile(
      () => {
        const x = draw({ generator: b });
        return [x.mul(1), x.detach(), x.cast('bool').where(1, 2)];
      },
      { onFallback: (why) => reasons.push(why) },
    );
    const seen = times(5, () => {
      const x = draw({ generator: a });
      const want = [x.mul(1), x.detach(), x.cast('bool').where(1, 2)];
      const got = compiled();
      expect(got.map((t) => [t.dtype, t.toArray()])).toEqual(
        want.map((t) => [t.dtype, t.toArray()]),
      );
      return String(got[0]!.toArray());
    });
    expect(new Set(seen).size).toBeGreaterThan(1);
    // Weights are looked at, which nothing can do again without them.
    if (name !== 'multinomial') expect(reasons).toEqual([]);
  });
});
