import {
  arange,
  backendReport,
  replay,
  Generator,
  guardedOptions,
  keep,
  dynamicAttrs,
  memory,
  noGrad,
  guard,
  rand,
  randint,
  randperm,
  reference,
  run,
  scope,
  setMemoryBudget,
  tensor,
  withBackend,
  zeros,
  type OpDef,
  type Tensor,
} from '@kasane/tensor-core';
import { compile, CompileError } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';

/** Calls `f` and its compiled form side by side and compares every bit. */
function sideBySide(
  make: () => (...args: Tensor[]) => Tensor,
  calls: readonly (readonly Tensor[])[],
): string {
  const eager = make();
  const compiled = compile(make());
  for (const args of calls) {
    const want = eager(...args);
    const got = compiled(...args);
    expect(got.shape).toEqual(want.shape);
    expect(got.dataSync()).toEqual(want.dataSync());
  }
  return compiled.inspect();
}

const values = (n: number, seed: number): Tensor => rand([n], { generator: new Generator(seed) });

describe('compile', () => {
  it('gives the same bits as the function itself', () => {
    const calls = Array.from({ length: 6 }, (_, i) => [values(12, i)]);
    const text = sideBySide(
      () => (x) => {
        const rows = x.reshape([3, 4]);
        const product = rows.matmul(rows.t()).tanh().add(1);
        return product
          .softmax(1)
          .sub(product.mean([0]))
          .exp()
          .sum([1]);
      },
      calls,
    );
    expect(text).toContain('2 calls traced, 4 calls replayed');
  });

  it('updates captured tensors, where they are if nobody needs the old numbers', () => {
    const make = (): ((x: Tensor) => Tensor) => {
      const a = tensor([1, 2, 3]);
      const b = tensor([4, 5, 6]);
      return (x) => {
        a.assign(a.mul(0.5).add(x));
        b.assign(a.sub(b));
        return a.mul(b);
      };
    };
    const calls = Array.from({ length: 5 }, (_, i) => [values(3, i)]);
    expect(sideBySide(make, calls)).toContain('2 of 2 tensors updated in place');
  });

  it('exchanges two tensors', () => {
    const make = (): (() => Tensor) => {
      const a = tensor([1, 2]);
      const b = tensor([3, 4]);
      return () => {
        const old = a.detach();
        a.assign(b);
        b.assign(old);
        return a.add(b.mul(10));
      };
    };
    expect(sideBySide(make, [[], [], [], [], []])).toContain('3 calls replayed');
  });

  it('assigns one tensor twice, and what it held to another', () => {
    const make = (): ((x: Tensor) => Tensor) => {
      const a = tensor([1, 2]);
      const b = tensor([0, 0]);
      return (x) => {
        b.assign(a);
        a.assign(a.add(x));
        const between = a.mul(3);
        a.assign(a.mul(x));
        return between.add(a).add(b);
      };
    };
    const calls = Array.from({ length: 5 }, (_, i) => [values(2, i)]);
    expect(sideBySide(make, calls)).toContain('3 calls replayed');
  });

  it('leaves alone who shares memory with a tensor that is assigned', () => {
    const a = tensor([1, 2]);
    const step = compile(() => {
      a.assign(a.add(1));
      return a.sum();
    });
    step();
    step();
    const before = a.detach();
    const view = a.reshape([2, 1]);
    expect(step().item()).toBe(9);
    expect(before.toArray()).toEqual([3, 4]);
    expect(view.toArray()).toEqual([[3], [4]]);
    expect(a.toArray()).toEqual([4, 5]);
  });

  it('counts the writes, so that graphs of old values notice', () => {
    const a = tensor([1]);
    const step = compile(() => a.assign(a.add(1)));
    for (let i = 0; i < 4; i++) step();
    expect(a.version).toBe(4);
  });

  it('gives results that later calls leave alone', () => {
    const double = compile((x: Tensor) => ({ twice: x.mul(2), list: [x.neg(), x] }));
    const results = [1, 2, 3, 4, 5].map((v) => double(tensor([v])));
    expect(results.map(({ twice }) => twice.item())).toEqual([2, 4, 6, 8, 10]);
    expect(results.map(({ list }) => list[0]!.item())).toEqual([-1, -2, -3, -4, -5]);
    expect(results.map(({ list }) => list[1]!.item())).toEqual([1, 2, 3, 4, 5]);
  });

  it('traces anew for other shapes and numbers, and keeps 16 variants', () => {
    let calls = 0;
    const f = compile((x: Tensor, factor: number) => {
      calls++;
      return x.mul(factor).sum();
    });
    for (let round = 0; round < 4; round++) {
      for (let n = 1; n <= 3; n++) expect(f(arange(n), 2).item()).toBe(n * (n - 1));
    }
    expect(calls).toBe(6);
    expect(f(arange(3), 3).item()).toBe(9);
    expect(calls).toBe(7);
    for (let n = 4; n < 40; n++) f(arange(n), 2);
    expect(f.inspect().split('\n\n')).toHaveLength(16);
  });

  it('goes on in the stream of a generator', () => {
    const make = (): ((x: Tensor) => Tensor) => {
      const generator = new Generator(5);
      return (x) => {
        const noise = rand([4], { generator }).add(randint(0, 9, [4], { generator }));
        return x.add(noise).add(randperm(4, { generator }));
      };
    };
    const calls = Array.from({ length: 6 }, () => [zeros([4])]);
    expect(sideBySide(make, calls)).toContain('4 calls replayed');
  });

  it('checks indices in every call', () => {
    const table = tensor([10, 20, 30]);
    const pick = compile((index: Tensor) => table.indexSelect(0, index));
    const index = (...at: number[]): Tensor => tensor(Int32Array.from(at));
    for (let i = 0; i < 3; i++) expect(pick(index(2, 0)).toArray()).toEqual([30, 10]);
    expect(() => pick(index(1, 3))).toThrow('index 3 is out of range for dim 0 of size 3');
    expect(pick(index(1, 1)).toArray()).toEqual([20, 20]);
    expect(pick.inspect()).toContain('checks indices');
  });

  it('checks indices that are computed inside, before what follows them is done', () => {
    const counter = tensor([0]);
    const f = compile((x: Tensor, shift: Tensor) => {
      const row = x.indexSelect(0, x.argmax(0).reshape([1]).add(shift));
      counter.assign(counter.add(1));
      return row;
    });
    const none = tensor(Int32Array.of(0));
    for (let i = 0; i < 3; i++) expect(f(tensor([1, 3, 2]), none).item()).toBe(3);
    expect(() => f(tensor([1, 2, 3]), tensor(Int32Array.of(1)))).toThrow('index 3');
    expect(counter.item()).toBe(3);
  });

  it('runs plain loops for dtypes without kernels', () => {
    const wide = (x: Tensor): Tensor => x.cast('float64').exp().sum();
    sideBySide(
      () => wide,
      Array.from({ length: 4 }, (_, i) => [values(5, i)]),
    );
    expect(backendReport().length).toBeGreaterThan(0);
  });

  it('computes what never changes once', () => {
    const f = compile((x: Tensor) => x.add(zeros([2]).add(3).exp()));
    for (let i = 0; i < 3; i++) f(tensor([i, i]));
    expect(f.inspect()).toContain('1 op of 1 traced');
  });

  it('leaves out what nobody needs', () => {
    const f = compile((x: Tensor) => {
      x.exp().sum();
      return x.neg();
    });
    for (let i = 0; i < 3; i++) f(tensor([i, i]));
    expect(f.inspect()).toContain('1 op of 3 traced');
  });

  it('keeps its memory over 100,000 calls', () => {
    const w = tensor([1, 2, 3, 4]);
    const step = compile((x: Tensor) => {
      w.assign(w.mul(0.999).add(x.mul(w).tanh().mul(0.1)));
      return w.square().sum();
    });
    const x = tensor([1, -1, 1, -1]);
    const arena = (): string => /arena [\d,]+ bytes/.exec(step.inspect())![0];
    for (let i = 0; i < 3; i++) scope(() => step(x));
    const [size, before] = [arena(), memory()['wasm']!];
    for (let i = 0; i < 100_000; i++) scope(() => step(x).item());
    expect(arena()).toBe(size);
    expect(memory()['wasm']).toEqual(before);
  });

  it('is part of a function that is compiled around it', () => {
    const inner = compile((x: Tensor) => x.mul(2));
    const outer = compile((x: Tensor) => inner(x).add(1));
    for (let i = 0; i < 4; i++) expect(outer(tensor([i])).item()).toBe(2 * i + 1);
    expect(outer.inspect()).toContain('2 ops of 2 traced');
  });

  it('runs as it is when memory is full', () => {
    const f = compile((x: Tensor) => x.mul(2).sum());
    for (let i = 0; i < 3; i++) f(zeros([3000]).add(1));
    setMemoryBudget(0);
    try {
      const x = tensor(new Float32Array(3000).fill(2));
      expect(f(x).item()).toBe(12000);
    } finally {
      setMemoryBudget(2 ** 30);
    }
  });
});

describe('what happens outside of tensors', () => {
  it('is done again by effect', () => {
    let count = 0;
    const f = compile((x: Tensor) => {
      replay(() => count++);
      return x.neg();
    });
    for (let i = 0; i < 5; i++) f(tensor([i]));
    expect(count).toBe(5);
  });

  it('is followed by live', () => {
    const scale: OpDef<{ factor: number }> = {
      name: 'scale',
      infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
      reference([x], { factor }, out) {
        for (let i = 0; i < out.size; i++) out.data[i] = factor * x!.data[i]!;
      },
      vjp: null,
      wasm(k, [x], { factor }, out) {
        k.axpby(x!.pointer, x!.pointer, out.pointer, out.size, factor, 0);
        return true;
      },
    };
    const options = { rate: 1 };
    const f = compile((x: Tensor) =>
      run(
        scale,
        [x],
        dynamicAttrs(options, (o) => ({ factor: o.rate })),
      ),
    );
    const seen = [1, 2, 3, 4].map((rate) => {
      options.rate = rate;
      return f(tensor([10])).item();
    });
    expect(seen).toEqual([10, 20, 30, 40]);
  });

  it('is asked again by observe and guarded', () => {
    const layer = { training: true };
    const options = { power: 1 };
    const f = compile((x: Tensor) => {
      const y = guard(() => layer.training) ? x.mul(2) : x;
      return guardedOptions(options).power === 1 ? y : y.square();
    });
    const three = (): number[] => [1, 2, 3].map((v) => f(tensor([v])).item());
    expect(three()).toEqual([2, 4, 6]);
    layer.training = false;
    expect(three()).toEqual([1, 2, 3]);
    options.power = 2;
    expect(three()).toEqual([1, 4, 9]);
    layer.training = true;
    options.power = 1;
    expect(three()).toEqual([2, 4, 6]);
    expect(f.inspect().split('\n\n')).toHaveLength(3);
  });
});

describe('what cannot be compiled', () => {
  const x = tensor([1, 2]);
  const twice = (f: () => unknown): unknown => [f(), f()];

  it.each<readonly [string, () => unknown, string]>([
    ['reads a result', () => x.exp().sum().item(), 'item() reads the result of sum'],
    ['reads a captured tensor', () => x.toArray(), 'toArray() reads a captured'],
    ['awaits', async () => x.neg().data(), 'the function returned a promise'],
    ['draws a number', () => x.mul(new Generator(1).random()), 'draws numbers with random()'],
    ['returns a Map', () => new Map([[1, x.neg()]]), 'it returns a Map'],
    [
      'runs elsewhere',
      () => withBackend(reference(), () => tensor([1]).neg()),
      'only wasm and gpu have compiled functions',
    ],
    [
      'could be differentiated',
      () => tensor([1], { requiresGrad: true }).exp(),
      'the result of exp could be differentiated further',
    ],
  ])('a function that %s', (_, f, message) => {
    expect(() => compile(f)()).toThrow(CompileError);
    expect(() => compile(f)()).toThrow(message);
    // With somebody to tell, it runs as it is.
    const reasons: string[] = [];
    const lenient = compile(f, { onFallback: (reason) => reasons.push(reason) });
    if (message.includes('promise')) return;
    twice(lenient);
    expect(reasons).toHaveLength(1);
    expect(reasons[0]).toContain(message);
    expect(lenient.inspect()).toContain('runs as it is');
  });

  it('a function that keeps a tensor', () => {
    const f = compile(() => void keep(x.exp()));
    expect(() => twice(f)).toThrow('a tensor made by exp is kept beyond every call');
  });

  it('a function that does something else each time', () => {
    let n = 0;
    const f = compile(() => x.mul(n++));
    f();
    expect(f).toThrow(
      'compile: it depends on a number that changes between calls (mul by 1, was 0). Put it into a tensor, or read it through guard(), and it compiles.',
    );
    const g = compile(() => (n++ % 2 === 0 ? x.exp() : x.neg()));
    expect(() => [g(), g(), g(), g()]).toThrow('was exp of [2] in one call and neg of [2]');
  });

  it('a function that captures another tensor each time', () => {
    let captured = x;
    const f = compile(() => captured.neg());
    expect(() => {
      for (let i = 0; i < 4; i++) {
        captured = tensor([i, i]);
        f();
      }
    }).toThrow('was another one in the next call');
  });

  it('a function of arrays', () => {
    const f = compile((values: Float32Array) => tensor(values).neg());
    expect(() => f(new Float32Array(2))).toThrow('argument 1 is a Float32Array');
  });

  it('a function whose arguments are never the same', () => {
    const f = compile((n: number) => x.mul(n));
    expect(() => {
      for (let i = 0; i < 70; i++) f(i);
    }).toThrow('64 calls in a row');
  });

  it('and lets errors of the function through', () => {
    const f = compile((y: Tensor) => y.add(tensor([1, 2, 3])));
    expect(() => f(x)).toThrow('add: shapes');
    expect(f(tensor([1])).toArray()).toEqual([2, 3, 4]);
  });

  it('and hides nothing from a graph under noGrad', () => {
    const w = tensor([2], { requiresGrad: true });
    const f = compile((y: Tensor) => noGrad(() => y.mul(w)));
    for (let i = 0; i < 3; i++) expect(f(tensor([i])).requiresGrad).toBe(false);
  });
});
