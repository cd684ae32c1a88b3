import { backward } from '@kasane/autograd';
import {
  arange,
  DTypeError,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  onesLike,
  reference,
  ShapeError,
  tensor,
  wasm,
  withBackend,
  zeros,
  zerosLike,
} from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

describe('tensor', () => {
  it('takes numbers, nested arrays and typed arrays', () => {
    expect(tensor(3).shape).toEqual([]);
    expect(tensor([]).shape).toEqual([0]);
    expect(tensor([[], []]).shape).toEqual([2, 0]);
    expect(tensor([[[1], [2]]]).shape).toEqual([1, 2, 1]);
    expect(tensor(new Int32Array([1, 2])).dtype).toBe('int32');
    expect(tensor(new Float64Array([1, 2])).dtype).toBe('float64');
    expect(tensor([true, false]).toArray()).toEqual([true, false]);
    expect(tensor([1, 2, 3, 4], [2, 2]).toArray()).toEqual([
      [1, 2],
      [3, 4],
    ]);
  });
  it('gives back what it was given', () => {
    const matrix = fc.tuple(fc.nat(5), fc.nat(5)).chain(([r, c]) =>
      fc.array(fc.array(fc.float({ noNaN: true }), { minLength: c, maxLength: c }), {
        minLength: r,
        maxLength: r,
      }),
    );
    fc.assert(
      fc.property(matrix, (rows) => {
        expect(tensor(rows).toArray()).toEqual(rows);
      }),
    );
  });
  it('copies typed arrays', () => {
    const source = new Float32Array([1, 2]);
    const x = tensor(source);
    source[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
    x.dataSync()[0] = 9;
    expect(x.toArray()).toEqual([1, 2]);
  });
  it('refuses ragged rows', () => {
    expect(() => tensor([[1, 2], [3]])).toThrow(
      new ShapeError(
        'tensor: nested arrays must have equal lengths; at depth 1 expected 2, got 1 values for shape [2,2]. Pad the rows.',
      ),
    );
    expect(() => tensor([1, [2]])).toThrow(ShapeError);
  });
  it('refuses values that do not fill the shape', () => {
    expect(() => tensor(new Float32Array(3), [2, 2])).toThrow(
      'tensor: shape [2,2] needs 4 values, got 3.',
    );
    expect(() => zeros([2, -1])).toThrow(ShapeError);
    expect(() => zeros([1.5])).toThrow(ShapeError);
  });
  it('refuses dtypes and operands that are none, as JavaScript may pass them', () => {
    const message = 'dtype must be float32, float64, int32 or bool, got float16.';
    // The types forbid it, which is what the check is for.
    const float16 = 'float16' as 'float32';
    expect(() => tensor([1], { dtype: float16 })).toThrow(new DTypeError(message));
    expect(() => zeros([1], { dtype: float16 })).toThrow(new DTypeError(message));
    expect(() => tensor([1]).cast(float16)).toThrow(new DTypeError(message));
    const list = [1, 2] as unknown as number;
    expect(() => tensor([1, 2]).add(list)).toThrow(
      new DTypeError('operands must be tensors or numbers, got 1,2. Use tensor(…).'),
    );
  });
  it('refuses gradients for integers', () => {
    expect(() => tensor([1], { dtype: 'int32', requiresGrad: true })).toThrow(
      new DTypeError('tensor: requiresGrad needs float32 or float64, got int32.'),
    );
  });
  it('reads as nested arrays, as one number, and asynchronously', async () => {
    expect(tensor([[1.5]]).item()).toBe(1.5);
    expect(() => tensor([1, 2]).item()).toThrow(
      'item: needs one element, got [2]. Reduce it first, or use toArray().',
    );
    expect(await tensor([1, 2]).data()).toEqual(new Float32Array([1, 2]));
  });
});

describe('patterns', () => {
  it('fill', () => {
    expect(zeros([2]).toArray()).toEqual([0, 0]);
    expect(ones([2], { dtype: 'int32' }).dtype).toBe('int32');
    expect(full([], 7).item()).toBe(7);
    const like = tensor([[1, 2]], { dtype: 'float64' });
    expect(zerosLike(like).dtype).toBe('float64');
    expect(onesLike(like).toArray()).toEqual([[1, 1]]);
    expect(fullLike(like, 3, { dtype: 'float32' }).dtype).toBe('float32');
  });
  it('count', () => {
    expect(arange(3).toArray()).toEqual([0, 1, 2]);
    expect(arange(1, 2, 0.25).toArray()).toEqual([1, 1.25, 1.5, 1.75]);
    expect(arange(2, 2).shape).toEqual([0]);
    expect(() => arange(0, 3, -1)).toThrow('arange: step -1 does not lead from 0 to 3.');
    expect(() => arange(0, 3, 0)).toThrow(ShapeError);
    expect(linspace(0, 1, 1).toArray()).toEqual([0]);
    expect(linspace(0, 0.3, 4, { dtype: 'float64' }).dataSync().at(-1)).toBe(0.3);
  });
  it('are the identity, also where it is not square', () => {
    expect(eye(2, 3).toArray()).toEqual([
      [1, 0, 0],
      [0, 1, 0],
    ]);
    expect(eye(0).shape).toEqual([0, 0]);
  });
});

describe('backends', () => {
  it('hold new tensors, one default at a time', () => {
    expect(withBackend(reference(), () => tensor([1]).backend.name)).toBe('reference');
    expect(tensor([1]).backend).toBe(wasm());
    expect(tensor([1], { backend: reference() }).to(wasm()).backend).toBe(wasm());
  });
  it('pass gradients on when a tensor moves', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    backward(x.to(reference()).square().to(wasm()).sum());
    expect(x.grad!.toArray()).toEqual([2, 4]);
  });
  it('do not mix', () => {
    expect(() => tensor([1], { backend: reference() }).add(tensor([1]))).toThrow(
      'add: inputs must live on one backend, got reference and wasm. Move one with .to(backend).',
    );
  });
});
