import {
  Generator,
  memory,
  randn,
  reference,
  scope,
  tensor,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { describe, expect, it, vi } from 'vitest';
import { init, newParameter, Parameter, skipInit } from './index.ts';

/** What lives on the wasm backend more than before `make`. */
function held(make: () => unknown): unknown {
  const before = memory().wasm;
  make();
  const after = memory().wasm;
  return { tensors: after.tensors - before.tensors, bytes: after.bytes - before.bytes };
}

describe('newParameter', () => {
  it('draws what the function of init draws into a tensor of its own', () => {
    const [a, b] = [new Generator(3), new Generator(3)];
    const weight = newParameter([4, 2], init.xavierUniform, { generator: a, dtype: 'float64' });
    const wanted = init.xavierUniform(zeros([4, 2], { dtype: 'float64' }), { generator: b });
    expect(weight).toBeInstanceOf(Parameter);
    expect([weight.dtype, weight.toArray()]).toEqual(['float64', wanted.toArray()]);
    const bias = newParameter([3], (t, o) => init.normal(t, 1, 2, o), { generator: a });
    expect(bias.toArray()).toEqual(init.normal(zeros([3]), 1, 2, { generator: b }).toArray());
  });

  it('takes a number for all elements, or the tensor that the function returns', () => {
    expect(newParameter([2], 1.5).toArray()).toEqual([1.5, 1.5]);
    expect(newParameter([2], () => tensor([3, 4])).toArray()).toEqual([3, 4]);
    expect(newParameter([2], (t) => init.ones(t).mul(-1)).toArray()).toEqual([-1, -1]);
    expect(newParameter([0, 3], init.xavierNormal).shape).toEqual([0, 3]);
    expect(newParameter([], Number.NaN).item()).toBeNaN();
  });

  it('is a leaf on its backend, which learns unless it is told not to', () => {
    const backend = reference();
    const drawing = { backend, requiresGrad: false };
    const fixed = newParameter([2], (t) => init.normal(t), drawing);
    expect([fixed.backend, fixed.requiresGrad, fixed.isLeaf]).toEqual([backend, false, true]);
    const learnt = newParameter([2], () => randn([2], { requiresGrad: true }).mul(2));
    expect([learnt.requiresGrad, learnt.isLeaf]).toEqual([true, true]);
  });

  it('holds its own memory and no more, inside of a scope and outside', () => {
    // Small memories are written over, large ones change hands.
    for (const size of [10, 10_000]) {
      const one = { tensors: 1, bytes: 4 * size };
      const draws = [0, 1, init.ones, init.zeros, () => randn([size]), () => randn([size]).mul(2)];
      for (const draw of draws) {
        expect(held(() => newParameter([size], draw))).toEqual(one);
        expect(held(() => scope(() => void newParameter([size], draw)))).toEqual(one);
      }
    }
  });

  it('frees everything when the drawing throws', () => {
    const failing = (): unknown =>
      newParameter([100], (t) => {
        init.normal(t);
        throw new Error('no luck');
      });
    expect(held(() => expect(failing).toThrow('no luck'))).toEqual({ tensors: 0, bytes: 0 });
    const wrong = (): unknown => newParameter([100], () => randn([3]));
    expect(held(() => expect(wrong).toThrow('needs float32 [100], got float32 [3].'))).toEqual({
      tensors: 0,
      bytes: 0,
    });
  });

  it('must float, which is said before anything is drawn', () => {
    const draw = vi.fn<(values: Tensor) => Tensor>(init.ones);
    expect(() => newParameter([1], draw, { dtype: 'int32' })).toThrow(
      'Parameter: must be float32 or float64, got int32. Cast it, or use a Buffer.',
    );
    expect(draw).not.toHaveBeenCalled();
  });

  it('draws nothing while skipInit runs, but has its number', () => {
    const draw = vi.fn<() => Tensor>(() => randn([2]));
    const made = skipInit(() => [newParameter([2], draw), newParameter([2], 1)]);
    expect(made.map((parameter) => parameter.toArray())).toEqual([
      [0, 0],
      [1, 1],
    ]);
    expect(draw).not.toHaveBeenCalled();
  });
});

describe('init', () => {
  it('leaves no second copy beside a tensor that it fills', () => {
    const { calculateGain, constant, fans, ...fills } = init;
    for (const [name, fill] of Object.entries({
      ...fills,
      constant: (t: Parameter) => constant(t, 3),
    })) {
      for (const size of [4, 80]) {
        const weight = newParameter([size, size], 0);
        expect([name, held(() => fill(weight))]).toEqual([name, { tensors: 0, bytes: 0 }]);
      }
    }
    expect([calculateGain('linear'), fans(zeros([2, 3])).fanIn]).toEqual([1, 3]);
  });
});
