import { backward } from '@kasane/autograd';
import {
  arange,
  bernoulli,
  DTypeError,
  eye,
  full,
  fullLike,
  linspace,
  normal,
  ones,
  onesLike,
  rand,
  randint,
  randn,
  reference,
  ShapeError,
  tensor,
  truncatedNormal,
  uniform,
  wasm,
  withBackend,
  zeros,
  zerosLike,
  type DType,
  type NumericArray,
  type Tensor,
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
  it('gives every kind of typed array its dtype, and keeps its numbers', () => {
    const made: readonly (readonly [NumericArray, DType])[] = [
      [Float32Array.of(0, 128, 255), 'float32'],
      [Float64Array.of(0, 128, 255), 'float64'],
      [Int8Array.of(0, -128, 127), 'int32'],
      [Int16Array.of(0, -32768, 255), 'int32'],
      [Int32Array.of(0, 128, -2147483648), 'int32'],
      [Uint8Array.of(0, 128, 255), 'int32'],
      [Uint8ClampedArray.of(0, 128, 255), 'int32'],
      [Uint16Array.of(0, 128, 65535), 'int32'],
      [Uint32Array.of(0, 128, 2147483520), 'int32'],
      [Buffer.from([0, 128, 255]), 'int32'],
    ];
    for (const backend of [wasm(), reference()]) {
      for (const [values, dtype] of made) {
        const x = tensor(values, { backend });
        expect(x.dtype).toBe(dtype);
        expect(x.toArray()).toEqual(Array.from(values));
        expect(tensor(values, [3, 1], { backend }).shape).toEqual([3, 1]);
        for (const other of ['float32', 'float64'] as const) {
          const y = tensor(values, { dtype: other, backend });
          expect([y.dtype, y.toArray()]).toEqual([other, Array.from(values)]);
        }
        const bool = tensor(values, { dtype: 'bool', backend });
        expect(bool.toArray()).toEqual([false, true, true]);
      }
    }
  });
  it('makes an image of the bytes of a canvas', () => {
    const data = Uint8ClampedArray.of(255, 0, 51, 255, 0, 102, 0, 255);
    const image = tensor(data, [1, 2, 4]).permute([2, 0, 1]).div(255);
    expect([image.dtype, image.shape]).toEqual(['float32', [4, 1, 2]]);
    expect(image).toBeAllclose([[[1, 0]], [[0, 0.4]], [[0.2, 0]], [[1, 1]]]);
  });
  it('takes back what any tensor gives, with its shape and dtype', async () => {
    const bool = tensor([[true, false, true]]);
    expect(tensor(await bool.data(), bool.shape, { dtype: 'bool' }).toArray()).toEqual([
      [true, false, true],
    ]);
    for (const dtype of ['float32', 'float64', 'int32', 'bool'] as const) {
      const x = tensor([[1, 0]], { dtype });
      const y = tensor(await x.data(), x.shape, { dtype: x.dtype });
      expect([y.dtype, y.toArray()]).toEqual([dtype, x.toArray()]);
      expect(tensor(x.dataSync(), x.shape, { dtype }).equal(x).all().item()).toBe(1);
    }
  });
  it('is bool of booleans only', () => {
    expect(tensor([[true], [false]]).dtype).toBe('bool');
    const mixed = tensor([true, 2, false]);
    expect([mixed.dtype, mixed.toArray()]).toEqual(['float32', [1, 2, 0]]);
  });
  it('refuses arrays without numbers', () => {
    // The types forbid them, which is what the check is for.
    const never = (values: unknown): Int32Array => values as Int32Array;
    const rule = 'tensor: values must be numbers or booleans, got ';
    const way = '. Convert them with Number.';
    for (const options of [{}, { dtype: 'int32' }, { dtype: 'bool' }] as const) {
      const big = never(new BigInt64Array([1n, 2n]));
      expect(() => tensor(big, options)).toThrow(new DTypeError(`${rule}BigInt64Array${way}`));
      expect(() => tensor(big, [2, 1], options)).toThrow(DTypeError);
      const unsigned = never(new BigUint64Array(1));
      expect(() => tensor(unsigned, options)).toThrow(`${rule}BigUint64Array${way}`);
      const view = never(new DataView(new ArrayBuffer(8)));
      expect(() => tensor(view, options)).toThrow(`${rule}DataView${way}`);
    }
    const bigints = [1n] as unknown as number[];
    expect(() => tensor(bigints)).toThrow(`${rule}1n${way}`);
  });
  it('refuses what is no array of numbers', () => {
    const refuse = (values: unknown, got: string): void => {
      // The types forbid them, which is what the check is for.
      expect(() => tensor(values as number[])).toThrow(
        new DTypeError(
          `tensor: values must be numbers or booleans, got ${got}. Convert them with Number.`,
        ),
      );
    };
    refuse(undefined, 'undefined');
    refuse([1, null], 'null');
    refuse('a', "'a'");
    refuse(['1'], "'1'");
    refuse({ 0: 1 }, 'an object');
    refuse(tensor([1]), 'Tensor');
    refuse(Promise.resolve([1]), 'a promise (await it)');
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
      new DTypeError('add: the operand must be a tensor or a number, got an array. Use tensor(…).'),
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
      'item: needs one element, got [2]. Reduce it, or use toArray().',
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

describe('a shape that its owner changes later', () => {
  const makers: Readonly<Record<string, (shape: number[]) => Tensor>> = {
    'tensor of a list': (shape) => tensor([1, 2], shape),
    'tensor of a typed array': (shape) => tensor(Float32Array.of(1, 2), shape),
    zeros: (shape) => zeros(shape),
    ones: (shape) => ones(shape, { dtype: 'bool' }),
    full: (shape) => full(shape, 2, { backend: reference() }),
    fullLike: (shape) => fullLike(tensor([1, 2], shape), 3),
    rand: (shape) => rand(shape),
    randn: (shape) => randn(shape),
    uniform: (shape) => uniform(shape),
    normal: (shape) => normal(shape),
    truncatedNormal: (shape) => truncatedNormal(shape),
    randint: (shape) => randint(0, 9, shape),
    bernoulli: (shape) => bernoulli(shape, 0.5),
    newFull: (shape) => tensor(1).newFull(shape, 2),
    reshape: (shape) => tensor([[1, 2]]).reshape(shape),
    broadcastTo: (shape) => tensor(1).broadcastTo(shape),
    sumTo: (shape) => tensor([[1, 2]]).sumTo(shape),
    'sumTo the same': (shape) => tensor([1, 2]).sumTo(shape),
    tile: (shape) => tensor(1).tile(shape),
    repeat: (shape) => tensor(1).repeat(shape),
  };
  for (const [name, make] of Object.entries(makers)) {
    it(`is not that of what ${name} made`, () => {
      const shape = [2];
      const x = make(shape);
      shape.push(3);
      shape[0] = 7;
      expect(x.shape).toEqual([2]);
      expect(x.add(1).shape).toEqual([2]);
    });
  }
  it('nor are other lists that ops were given', () => {
    const x = tensor([[1, 2, 3]], { requiresGrad: true });
    const dims = [1, 0];
    const pads: [number, number][] = [[1, 2]];
    const y = x.permute(dims).square();
    const z = x.pad(pads);
    dims.reverse();
    pads[0]![0] = 0;
    backward(y.sum().add(z.mul(tensor([0, 1, 2, 3, 0, 0])).sum()));
    expect(x.grad!.toArray()).toEqual([[3, 6, 9]]);
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
