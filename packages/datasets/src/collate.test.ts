import { DataError, ShapeError, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { collate, padCollate, type Batch } from './index.ts';

describe('collate', () => {
  it('joins what samples may hold, each in its dtype', () => {
    const sample = (k: number) => ({
      n: k,
      yes: k > 1,
      text: `t${k}`,
      bytes: Uint8Array.of(k, 200),
      wide: Float64Array.of(k),
      short: Int16Array.of(-k, 300),
      clamped: Uint8ClampedArray.of(k, 255),
      nested: [tensor([k], { dtype: 'int32' }), { image: pixel(k) }] as const,
    });
    const batch = collate([sample(1), sample(2)]);
    expect([batch.n.dtype, batch.n.toArray()]).toEqual(['float32', [1, 2]]);
    expect([batch.yes.dtype, batch.yes.toArray()]).toEqual(['bool', [false, true]]);
    expect(batch.text).toEqual(['t1', 't2']);
    expect([batch.bytes.dtype, batch.bytes.toArray()]).toEqual([
      'int32',
      [
        [1, 200],
        [2, 200],
      ],
    ]);
    expect(batch.wide.dtype).toBe('float64');
    expect([batch.short.dtype, batch.clamped.dtype]).toEqual(['int32', 'int32']);
    expect(batch.short.toArray()).toEqual([
      [-1, 300],
      [-2, 300],
    ]);
    expect(batch.clamped.select(1, 1).toArray()).toEqual([255, 255]);
    expect([batch.nested[0].dtype, batch.nested[0].shape]).toEqual(['int32', [2, 1]]);
    expect(batch.nested[1].image.shape).toEqual([2, 1, 1, 1]);
    expect([...batch.nested[1].image.dataSync()]).toEqual([...Float32Array.of(1 / 255, 2 / 255)]);
  });

  it('takes the fields of objects in any order, at any depth', () => {
    const batch = collate([
      { a: 1, b: { c: 2, d: 3 } },
      { b: { d: 30, c: 20 }, a: 10 },
    ]);
    expect(Object.keys(batch)).toEqual(['a', 'b']);
    expect(batch.a.toArray()).toEqual([1, 10]);
    expect([batch.b.c.toArray(), batch.b.d.toArray()]).toEqual([
      [2, 20],
      [3, 30],
    ]);
    expect(() => collate<unknown>([{ a: 1 }, { a: 1, b: 2 }])).toThrow('[a] and [a,b]');
    expect(() => collate<unknown>([{ a: 1, b: 2 }, { 'a,b': 1 }])).toThrow(DataError);
  });

  it('is typed as it joins', () => {
    expectTypeOf<Batch<[Tensor, number, string]>>().toEqualTypeOf<[Tensor, Tensor, string[]]>();
    expectTypeOf<Batch<{ readonly a: boolean }>>().toEqualTypeOf<{ a: Tensor }>();
  });

  it('says what does not fit together', () => {
    expect(() => collate([])).toThrow(DataError);
    expect(() => collate<unknown>([1, 'a'])).toThrow(
      'collate: samples must be of one kind, got number and text. Give DataLoader a collate of your own.',
    );
    expect(() => collate<unknown>([{ a: 1 }, { b: 1 }])).toThrow('[a] and [b]');
    expect(() => collate([[1], [1, 2]])).toThrow('[0] and [0,1]');
    expect(() => collate([tensor([1]), tensor([1, 2])])).toThrow(
      new ShapeError(
        'collate: samples must have one shape, got [1] and [2]. Pad sequences with padCollate.',
      ),
    );
    expect(() => collate([pixel(1), { ...pixel(1), width: 2 }])).toThrow(
      'Use resize, crop or pad.',
    );
    expect(() => collate([{ ...pixel(1), height: 2 }])).toThrow('needs 2 bytes, got 1');
  });
});

describe('padCollate', () => {
  it('fills up sequences of vectors', () => {
    const { data, lengths } = padCollate(
      [
        tensor([[1, 2]]),
        tensor([
          [3, 4],
          [5, 6],
        ]),
      ],
      -1,
    );
    expect(data.toArray()).toEqual([
      [
        [1, 2],
        [-1, -1],
      ],
      [
        [3, 4],
        [5, 6],
      ],
    ]);
    expect(lengths).toEqual([1, 2]);
  });

  it('wants sequences that differ in their lengths alone', () => {
    expect(() => padCollate([])).toThrow(DataError);
    expect(() => padCollate([tensor(1)])).toThrow('padCollate: a sequence must have steps');
    expect(() => padCollate([tensor([[1]]), tensor([[1, 2]])])).toThrow(ShapeError);
  });
});

const pixel = (value: number) => ({
  data: Uint8Array.of(value),
  channels: 1,
  height: 1,
  width: 1,
});
