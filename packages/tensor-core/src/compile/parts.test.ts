/** Slices that are a part of what they are taken from, in compiled functions. */
import { compile } from '@kasane/tensor-core/compile';
import { concat, Generator, keep, randn, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';

const generator = new Generator(1);
const x = keep(randn([4, 6], { generator }));
const w = keep(randn([6, 6], { generator }));

/** Functions of a tensor (4, 6), which each make one to take slices of. */
const functions: Record<string, (x: Tensor) => Tensor | readonly Tensor[]> = {
  'a part that outlives the rest': (x) => {
    const whole = x.exp();
    const part = whole.slice(0, 1, 4);
    return whole.neg().sum().add(part.mul(2).sin()).matmul(w);
  },
  'a part of a part': (x) => x.exp().slice(0, 1).slice(0, 1, 3).select(0, 1).sin(),
  'a sum over what it is a part of': (x) => {
    const whole = x.exp();
    return whole.add(whole.slice(0, 0, 1)).cos();
  },
  'all of it': (x) => {
    const whole = x.exp();
    const part = whole.slice(0, 0, 4);
    return part.add(whole).mul(part).cos();
  },
  'neighbours that are added': (x) => {
    const whole = x.exp();
    return whole
      .slice(0, 1)
      .add(whole.slice(0, 0, 3))
      .sin();
  },
  'a product of parts': (x) => {
    const whole = x.exp();
    return whole.slice(0, 0, 2).matmul(whole.slice(0, 2), { transposeB: true }).sin();
  },
  'a part that is returned, and one of what is': (x) => {
    const whole = x.exp();
    return [whole, whole.slice(0, 2), whole.slice(0, 3).neg()];
  },
  'what is changed in place afterwards': (x) => {
    const whole = x.exp();
    const part = whole.slice(0, 2);
    whole.assign(whole.mul(3));
    return part.neg().add(whole.slice(0, 0, 2));
  },
  'columns, steps and other types': (x) => {
    const whole = x.exp();
    const small = whole.lessEqual(1).slice(0, 1);
    const other = whole.cast('float64').slice(0, 3).cast('float32');
    return concat(
      [whole.slice(1, 2, 5), whole.slice(0, 0, 4, 2).slice(1, 0, 3), other.slice(1, 3)],
      0,
    )
      .sin()
      .add(small.sum());
  },
  'a small part that is wanted long after': (x) => {
    const whole = x.exp();
    const part = whole.select(0, 3);
    let y = whole.matmul(w);
    for (let i = 0; i < 12; i++) y = y.matmul(w).tanh();
    return y.add(part);
  },
};

describe('slices in compiled functions', () => {
  it.each(Object.entries(functions))('are right: %s', (_, f) => {
    const list = (made: Tensor | readonly Tensor[]): readonly Tensor[] => [made].flat() as Tensor[];
    const want = list(f(x));
    const compiled = compile(f);
    for (let i = 0; i < 4; i++) {
      list(compiled(x)).forEach((got, j) => {
        expect([...got.dataSync()], `call ${i}`).toEqual([...want[j]!.dataSync()]);
      });
    }
  });

  it('of neighbours are where they are, and small ones do not hold what is large', () => {
    const places = (name: string): string[] => {
      const f = compile(functions[name]!);
      for (let i = 0; i < 4; i++) f(x);
      return f
        .inspect()
        .split('\n')
        .filter((line) => line.startsWith('  slice'))
        .map((line) => line.match(/@\d+/g)!.join(' '));
    };
    expect(places('a part of a part')).toEqual(['@0 @24', '@24 @48', '@48 @72']);
    expect(places('a small part that is wanted long after')).toEqual(['@0 @96']);
  });
});
