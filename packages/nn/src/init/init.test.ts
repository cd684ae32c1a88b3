import { Generator, ones, ShapeError, zeros, type Tensor } from '@kasane/tensor-core';
import { goldenCase, loadGoldens } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { init, Linear, skipInit } from '../index.ts';

interface Draw {
  readonly name: 'xavierUniform' | 'xavierNormal' | 'kaimingUniform' | 'kaimingNormal' | 'Linear';
  readonly options: init.XavierOptions & init.KaimingOptions;
  readonly shape: readonly number[];
  readonly low?: number;
  readonly high?: number;
  readonly mean?: number;
  readonly std?: number;
}

const file = new URL('../../test/fixtures/init.json', import.meta.url);
const gains = goldenCase(loadGoldens<Readonly<Record<string, number>>>(file), 'gains');
const draws = goldenCase(loadGoldens<readonly Draw[]>(file), 'draws');

const { kaimingNormal, kaimingUniform, xavierNormal, xavierUniform } = init;
const initialisers = { kaimingNormal, kaimingUniform, xavierNormal, xavierUniform };
const fresh = (shape: readonly number[]): Tensor => zeros(shape, { dtype: 'float64' });

describe('init', () => {
  const byFans = [
    ['xavierNormal', xavierNormal],
    ['xavierUniform', xavierUniform],
    ['fanInNormal', init.fanInNormal],
    ['kaimingNormal by fanIn', (x: Tensor) => kaimingNormal(x, { mode: 'fanIn' })],
    ['kaimingNormal by fanOut', (x: Tensor) => kaimingNormal(x, { mode: 'fanOut' })],
    ['kaimingUniform by fanIn', (x: Tensor) => kaimingUniform(x, { mode: 'fanIn' })],
    ['kaimingUniform by fanOut', (x: Tensor) => kaimingUniform(x, { mode: 'fanOut' })],
  ] as const;

  it.each(byFans)('%s leaves a tensor without elements as it is', (_, fillIn) => {
    for (const shape of [
      [0, 5],
      [5, 0],
      [0, 0],
      [3, 2, 0],
    ]) {
      const x = fresh(shape);
      expect(fillIn(x)).toBe(x);
      expect(x.shape).toEqual(shape);
    }
  });

  it('a gain of 0 gives zeros', () => {
    for (const fillIn of [xavierUniform, xavierNormal, init.fanInNormal]) {
      expect(fillIn(fresh([2, 2]).add(1), { gain: 0 }).toArray()).toEqual([
        [0, 0],
        [0, 0],
      ]);
    }
    expect(init.uniform(fresh([2]), 3, 3).toArray()).toEqual([3, 3]);
  });

  it("calculateGain is PyTorch's for every nonlinearity", () => {
    for (const [name, gain] of Object.entries(gains)) {
      const [nonlinearity, slope] = name.split(' ');
      const got = init.calculateGain(
        nonlinearity as init.Nonlinearity, // the script wrote these names
        ...(slope === undefined ? [] : [Number(slope)]),
      );
      expect(got, `gain of ${name}`).toBeCloseTo(gain, 14);
    }
  });

  for (const draw of draws) {
    const { name, options, shape } = draw;
    const title = `${name} ${JSON.stringify(options)} of [${shape.join(',')}]`;
    it(`${title} draws from PyTorch's distribution`, () => {
      const seeded = { ...options, generator: new Generator(9) };
      const got =
        name === 'Linear'
          ? new Linear(shape[1]!, shape[0]!, { generator: seeded.generator, dtype: 'float64' })
              .weight
          : initialisers[name](fresh(shape), seeded);
      // The same stream through the distribution that PyTorch named must give the same numbers.
      const generator = new Generator(9);
      const want =
        draw.std === undefined
          ? init.uniform(fresh(shape), draw.low!, draw.high!, { generator })
          : init.normal(fresh(shape), draw.mean!, draw.std, { generator });
      expect(got).toBeAllclose(want, { rtol: 1e-12 });
    });
  }

  it('fanInNormal has a standard deviation within 1 % of gain/√fan_in', () => {
    const generator = new Generator(10);
    const std = (t: Tensor): number => t.square().mean().sqrt().item();
    const w = std(init.fanInNormal(zeros([400, 1000]), { generator }));
    expect(Math.abs(w * Math.sqrt(1000) - 1)).toBeLessThan(0.01);
    const he = std(init.fanInNormal(zeros([400, 1000]), { gain: Math.SQRT2, generator }));
    expect(Math.abs(he * Math.sqrt(500) - 1)).toBeLessThan(0.01);
  });

  it('orthogonal makes the shorter of rows and columns orthonormal, times gain', () => {
    const identity = (n: number): number[][] =>
      Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => Number(i === j)));
    const generator = new Generator(11);
    const wide = init.orthogonal(fresh([3, 7]), { generator });
    expect(wide.matmul(wide, { transposeB: true })).toBeAllclose(identity(3), { atol: 1e-14 });
    const tall = init.orthogonal(fresh([7, 3]), { generator, gain: 2 });
    expect(tall.matmul(tall, { transposeA: true }).div(4)).toBeAllclose(identity(3), {
      atol: 1e-14,
    });
    const kernel = init.orthogonal(fresh([4, 2, 3, 3]), { generator }).reshape([4, 18]);
    expect(kernel.matmul(kernel, { transposeB: true })).toBeAllclose(identity(4), { atol: 1e-14 });
  });

  it('truncatedNormal keeps within its bounds', () => {
    const w = init.truncatedNormal(zeros([1000]), 1, 0.5, { generator: new Generator(12) });
    expect([w.min().item() >= 0, w.max().item() <= 2]).toEqual([true, true]);
    const narrow = init.truncatedNormal(zeros([1000]), 0, 1, { low: -0.1, high: 0.2 });
    expect([narrow.min().item() >= -0.1001, narrow.max().item() <= 0.2001]).toEqual([true, true]);
  });

  it('writes into the tensor it returns, keeping dtype and gradient flag', () => {
    const w = ones([2, 2], { dtype: 'float64', requiresGrad: true });
    expect(init.zeros(w)).toBe(w);
    expect([w.toArray(), w.dtype, w.requiresGrad, w.isLeaf]).toEqual([
      [
        [0, 0],
        [0, 0],
      ],
      'float64',
      true,
      true,
    ]);
    expect(init.eye(w).toArray()).toEqual([
      [1, 0],
      [0, 1],
    ]);
    expect(init.ones(w).toArray()).toEqual([
      [1, 1],
      [1, 1],
    ]);
    expect(init.constant(w, 3).toArray()).toEqual([
      [3, 3],
      [3, 3],
    ]);
    expect(init.uniform(zeros([0, 3])).shape).toEqual([0, 3]);
  });

  it('says which shape it needs', () => {
    expect(() => init.xavierUniform(zeros([3]))).toThrow(
      new ShapeError('init: needs a shape (out, in, ...), got [3]. Use init.uniform for biases.'),
    );
    expect(() => init.eye(zeros([3]))).toThrow('init.eye: needs a matrix, got [3].');
    expect(() => init.orthogonal(zeros([3]))).toThrow(ShapeError);
  });
});

describe('skipInit', () => {
  it('leaves weights zeros and the generator where it stands, also after an error', () => {
    const generator = new Generator(1);
    const layer = skipInit(() => new Linear(2, 3, { generator }));
    expect(layer.weight.toArray()).toEqual([
      [0, 0],
      [0, 0],
      [0, 0],
    ]);
    expect(generator.state.counter).toBe(0);
    expect(() => skipInit(() => new Linear(-1, 1))).toThrow(RangeError);
    expect(() => skipInit(async () => new Linear(1, 1))).toThrow(
      'skipInit: the function returned a promise',
    );
    expect(new Linear(2, 3, { generator }).weight.notEqual(0).all().item()).toBe(1);
  });
});
