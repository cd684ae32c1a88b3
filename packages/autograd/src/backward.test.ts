import {
  DTypeError,
  memory,
  noGrad,
  run,
  ScopeError,
  scope,
  ShapeError,
  tensor,
  type OpDef,
  type Tensor,
} from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { backward, gradients } from './index.ts';

const leaf = (values: number | number[]): Tensor => tensor(values, { requiresGrad: true });

/** x ↦ 2x, which counts how often its gradient rule is asked. */
function countingDouble(): { double(x: Tensor): Tensor; visits(): number } {
  let visits = 0;
  const op: OpDef = {
    name: 'double',
    infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
    reference([x], _, out) {
      for (let i = 0; i < out.size; i++) out.data[i] = 2 * x!.data[i]!;
    },
    vjp({ grad }) {
      visits++;
      return [grad.mul(2)];
    },
  };
  return { double: (x) => run(op, [x], undefined), visits: () => visits };
}

describe('backward', () => {
  it('visits a shared subexpression once, with the whole of its gradient', () => {
    const { double, visits } = countingDouble();
    const x = leaf(3);
    const shared = double(x);
    backward(shared.mul(shared).add(shared.exp().mul(0)).add(shared));
    expect(visits()).toBe(1);
    expect(x.grad!.item()).toBe(2 * 2 * 6 + 2); // d(s² + s)/dx with s = 2x
  });

  it('visits every op once where paths double at each of 40 levels', () => {
    const counters = Array.from({ length: 40 }, countingDouble);
    const x = leaf(1);
    let y: Tensor = x;
    for (const { double } of counters) {
      const d = double(y);
      y = d.add(d).mul(0.25);
    }
    backward(y);
    expect(counters.map((c) => c.visits())).toEqual(counters.map(() => 1));
    expect(x.grad!.item()).toBe(1);
  });

  it('waits at a join for the longer path', () => {
    const x = leaf(2);
    const short = x.mul(3);
    let long = x.square();
    for (let i = 0; i < 5; i++) long = long.add(1);
    backward(short.mul(long));
    expect(x.grad!.item()).toBe(3 * (4 + 5) + 6 * 4);
  });

  it('adds to the gradient that is there', () => {
    const x = leaf([1, 2]);
    backward(x.square().sum());
    backward(x.mul(10).sum());
    expect(x.grad!.toArray()).toEqual([12, 14]);
    x.grad = null;
    backward(x.sum());
    expect(x.grad!.toArray()).toEqual([1, 1]);
  });

  it('gives two leaves that receive one gradient a tensor each', () => {
    const [a, b] = [leaf([1, 2]), leaf([3, 4])];
    backward(a.add(b).sum());
    expect(a.grad!.toArray()).toEqual([1, 1]);
    a.grad!.dispose();
    expect(b.grad!.toArray()).toEqual([1, 1]);
  });

  it('leaves the gradient it was given to its owner', () => {
    const x = leaf([1, 2]);
    const gradient = tensor([10, 20]);
    backward(x.mul(1), { gradient });
    const y = leaf([1, 2]);
    backward(y.reshape([2]), { gradient });
    y.grad!.dispose();
    expect(gradient.toArray()).toEqual([10, 20]);
    expect(x.grad!.toArray()).toEqual([10, 20]);
  });

  it('weights several outputs by { gradient }', () => {
    const x = leaf([1, 2, 3]);
    backward(x.square(), { gradient: tensor([1, 0, -1]) });
    expect(x.grad!.toArray()).toEqual([2, 0, -6]);
  });

  it('of a leaf is one', () => {
    const x = leaf(5);
    backward(x);
    expect(x.grad!.item()).toBe(1);
  });

  it('sums the gradient of what was broadcast', () => {
    const [row, column] = [leaf([1, 2, 3]), tensor([[1], [10]], { requiresGrad: true })];
    backward(row.mul(column).sum());
    expect(row.grad!.toArray()).toEqual([11, 11, 11]);
    expect(column.grad!.toArray()).toEqual([[6], [6]]);
  });

  it('gives a float32 leaf a float32 gradient through a float64 computation', () => {
    const x = leaf([1, 2]);
    backward(x.cast('float64').square().sum());
    expect(x.grad!.dtype).toBe('float32');
    expect(x.grad!.toArray()).toEqual([2, 4]);
  });

  it('stops at detach and inside noGrad', () => {
    const x = leaf(3);
    backward(x.mul(x.detach()));
    expect(x.grad!.item()).toBe(3);
    expect(noGrad(() => x.square()).requiresGrad).toBe(false);
  });

  it('may run twice with retainGraph', () => {
    const x = leaf(3);
    const y = x.square();
    backward(y, { retainGraph: true });
    backward(y);
    expect(x.grad!.item()).toBe(12);
  });

  it('with createGraph makes gradients that have gradients', () => {
    const x = leaf(2);
    backward(x.pow(3), { createGraph: true });
    const slope = x.grad!;
    expect(slope.item()).toBe(12);
    x.grad = null;
    backward(slope, { createGraph: true });
    expect(x.grad!.item()).toBe(12);
    const curvature = x.grad!;
    x.grad = null;
    backward(curvature);
    expect(x.grad!.item()).toBe(6);
  });

  it('with createGraph records inside noGrad too', () => {
    const x = leaf(2);
    const y = x.pow(3);
    noGrad(() => backward(y, { createGraph: true }));
    expect(x.grad!.requiresGrad).toBe(true);
  });

  it('with inputs accumulates only there, also into results of ops', () => {
    const [x, w] = [leaf(3), leaf(5)];
    const h = x.mul(w);
    const before = h.square();
    backward(before, { inputs: [w, h] });
    expect(x.grad).toBeNull();
    expect(w.grad!.item()).toBe(2 * 15 * 3);
    expect(h.grad!.item()).toBe(30);
  });

  it('does not walk past the oldest of its inputs', () => {
    const { double, visits } = countingDouble();
    const h = double(leaf(1));
    backward(h.square(), { inputs: [h] });
    expect(h.grad!.item()).toBe(4);
    expect(visits()).toBe(0);
  });

  it('inside a scope leaves gradients that outlive it', () => {
    const x = leaf([1, 2]);
    scope(() => {
      scope(() => backward(x.square().sum()));
      backward(x.sum());
    });
    expect(x.grad!.toArray()).toEqual([3, 5]);
  });

  it('keeps a gradient that user code has read when it is replaced', () => {
    const x = leaf([1, 2]);
    backward(x.square().sum());
    const first = x.grad!;
    backward(x.sum());
    x.grad = null;
    expect(first.toArray()).toEqual([2, 4]);
  });

  it('leaves nothing behind but the gradients', () => {
    const [x, w] = [leaf([1, 2]), leaf([3, 4])];
    const before = memory().wasm.tensors;
    for (let i = 0; i < 3; i++) {
      x.grad = null;
      w.grad = null;
      scope(() => backward(x.mul(w).exp().add(x).sum()));
      expect(memory().wasm.tensors).toBe(before + 2);
    }
  });

  it('walks a chain of 20,000 ops without overflowing the stack', () => {
    const x = leaf(1);
    scope(() => {
      let y: Tensor = x;
      for (let i = 0; i < 20_000; i++) y = i % 2 === 0 ? y.mul(2) : y.mul(0.5);
      backward(y);
    });
    expect(x.grad!.item()).toBe(1);
  });

  it('keeps a chain of 20,000 ops that a scope returns', () => {
    const x = leaf(1);
    const y = scope(() => {
      let z: Tensor = x;
      for (let i = 0; i < 20_000; i++) z = z.add(1);
      return z;
    });
    backward(y);
    expect(x.grad!.item()).toBe(1);
  });
});

describe('backward refuses', () => {
  const cases: readonly [string, () => unknown, Error][] = [
    [
      'an output that depends on nothing',
      () => backward(tensor([1]).mul(2)),
      new DTypeError(
        'backward: the output requires no gradients. Create inputs with { requiresGrad: true }, outside of noGrad.',
      ),
    ],
    [
      'several outputs without a gradient',
      () => backward(leaf([1, 2]).mul(2)),
      new ShapeError(
        'backward: the output must be one number, got shape [2]. Reduce it, or pass { gradient }.',
      ),
    ],
    [
      'a gradient of another shape',
      () => backward(leaf([1, 2]).mul(2), { gradient: tensor([1, 2, 3]) }),
      new ShapeError('backward: the gradient must have shape [2], got [3].'),
    ],
    [
      'a second pass over a dropped record',
      () => {
        const y = leaf(2).square();
        backward(y);
        backward(y);
      },
      new ScopeError(
        'backward: the record of square was dropped by an earlier backward. Pass it { retainGraph: true }.',
      ),
    ],
    [
      'a value that was written since',
      () => {
        const x = leaf(2);
        const y = x.square();
        x.assign(tensor(3));
        backward(y);
      },
      new ScopeError(
        'backward: an input of square was written after its use. Run backward before step or assign.',
      ),
    ],
  ];
  for (const [name, call, error] of cases) {
    it(`${name}: ${error.name} says what and how`, () => {
      expect(call).toThrow(error);
    });
  }

  it('leaves the record usable after a refusal half-way', () => {
    const [x, w] = [leaf(2), leaf(3)];
    const y = w.exp().mul(x.square());
    const old = x.detach();
    x.assign(tensor(2));
    expect(() => backward(y, { retainGraph: true })).toThrow('was written');
    expect(old.item()).toBe(2);
    const again = w.exp().mul(x.square());
    backward(again);
    expect(x.grad!.item()).toBeCloseTo(4 * Math.exp(3), 4);
  });
});

describe('gradients', () => {
  it('gives null for what the outputs do not depend on, and touches no grad', () => {
    const [x, y] = [leaf(2), leaf(3)];
    const [dx, dy] = gradients([x.square()], [x, y]);
    expect(dx!.item()).toBe(4);
    expect(dy).toBeNull();
    expect(x.grad).toBeNull();
  });

  it('adds over several outputs, each with a weight of its own', () => {
    const x = leaf([1, 2]);
    const outputs = [x.square(), x.mul(10), x.sum()];
    const [dx] = gradients(outputs, [x], {
      gradOutputs: [tensor([1, 0]), tensor([0, 1]), undefined],
    });
    expect(dx!.toArray()).toEqual([3, 11]);
  });

  it('of a tensor with respect to itself is its weight', () => {
    const x = leaf(2);
    const y = x.square();
    expect(gradients([y], [y], { retainGraph: true })[0]!.item()).toBe(1);
    expect(gradients([x], [x])[0]!.item()).toBe(1);
    expect(gradients([y], [x])[0]!.item()).toBe(4);
  });

  it('leaves only what it returns', () => {
    const x = leaf([1, 2]);
    const y = x.exp().mul(x).sum();
    const before = memory().wasm.tensors;
    const [dx] = gradients([y], [x], { retainGraph: true });
    expect(memory().wasm.tensors).toBe(before + 1);
    dx!.dispose();
  });

  it('makes a gradient penalty trainable with createGraph', () => {
    const [w, x] = [leaf(3), leaf(2)];
    const [dx] = gradients([w.mul(x.square())], [x], { createGraph: true });
    backward(dx!.square()); // (2wx)² = 4w²x²
    expect(w.grad!.item()).toBe(8 * 3 * 4);
    expect(x.grad!.item()).toBe(8 * 9 * 2);
  });
});

describe('for random vectors', () => {
  const vector = fc.array(fc.double({ min: -2, max: 2, noNaN: true }), {
    minLength: 4,
    maxLength: 4,
  });
  const float64 = (values: number[]): Tensor =>
    tensor(values, { dtype: 'float64', requiresGrad: true });
  const f = (x: Tensor): Tensor => x.sin().mul(x).add(x.tanh());
  const pulled = (x: Tensor, v: Tensor): Float64Array =>
    Float64Array.from(gradients([f(x)], [x], { gradOutputs: [v] })[0]!.dataSync());

  it('the pulled-back gradient is linear in the gradient of the output', () => {
    fc.assert(
      fc.property(
        vector,
        vector,
        vector,
        fc.double({ min: -3, max: 3, noNaN: true }),
        (at, u, v, a) => {
          const x = float64(at);
          const together = pulled(x, float64(u).mul(a).add(float64(v)).detach());
          const [one, two] = [pulled(x, float64(u).detach()), pulled(x, float64(v).detach())];
          expect(together).toBeAllclose(
            one.map((g, i) => a * g + two[i]!),
            { atol: 1e-12 },
          );
        },
      ),
      { numRuns: 50 },
    );
  });

  it('the gradient of g∘f is the gradient of g at f, pulled back through f', () => {
    fc.assert(
      fc.property(vector, (at) => {
        const x = float64(at);
        const whole = gradients([f(x).exp().sum()], [x])[0]!;
        const middle = float64(Array.from(f(x).dataSync()));
        const outer = gradients([middle.exp().sum()], [middle])[0]!;
        expect(pulled(x, outer)).toBeAllclose(whole.dataSync(), { atol: 1e-12 });
      }),
      { numRuns: 50 },
    );
  });

  it('the gradient of a sum of functions is the sum of their gradients', () => {
    fc.assert(
      fc.property(vector, (at) => {
        const x = float64(at);
        const both = gradients([x.sin().sum().add(x.square().sum())], [x])[0]!;
        expect(both).toBeAllclose(
          at.map((v) => Math.cos(v) + 2 * v),
          { atol: 1e-12 },
        );
      }),
      { numRuns: 50 },
    );
  });
});
