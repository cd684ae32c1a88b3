/** bool tensors hold 0 and 1, whatever made them. */
import {
  bernoulli,
  DTypeError,
  Generator,
  eye,
  full,
  fullLike,
  linspace,
  ones,
  randint,
  randperm,
  reference,
  tensor,
  Tensor,
  wasm,
  zeros,
  type Backend,
  type CreateOptions,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { gpu } from '@kasane/tensor-core/gpu';
import { describe, expect, it } from 'vitest';

const backends = [reference(), wasm(), gpu({ mode: 'cpu' }), gpu({ mode: 'webasm' })];
// The methods of Tensor that are ops: all but those of its lowest class, which has `item`.
const methods: string[] = [];
for (
  let prototype: object = Tensor.prototype;
  !Object.hasOwn(prototype, 'item');
  prototype = Object.getPrototypeOf(prototype)
) {
  methods.push(...Object.getOwnPropertyNames(prototype).filter((name) => name !== 'constructor'));
}

const pair = (backend: Backend): [Tensor, Tensor] => [
  tensor([true, true, false, false], { backend }),
  tensor([true, false, true, false], { backend }),
];

for (const backend of backends) {
  describe(`bool on ${backend.name}`, () => {
    const [a, b] = pair(backend);

    it('adds as or and multiplies as and', () => {
      expect(a.add(b).dtype).toBe('bool');
      expect(a.add(b).toArray()).toEqual([true, true, true, false]);
      expect(a.add(b).sum().item()).toBe(3);
      expect(a.add(a).equal(a).all().item()).toBe(1);
      expect(a.mul(b).toArray()).toEqual([true, false, false, false]);
      expect(a.maximum(b).toArray()).toEqual([true, true, true, false]);
      expect(a.minimum(b).toArray()).toEqual([true, false, false, false]);
      expect(a.square().toArray()).toEqual([true, true, false, false]);
      expect(a.pow(b).toArray()).toEqual([true, true, false, true]);
      const rows = a.reshape([2, 2]).add(b.slice(0, 0, 2));
      expect(rows.toArray()).toEqual([
        [true, true],
        [true, false],
      ]);
    });

    it('has no difference and no negative', () => {
      const hint = 'bool has none. Use logicalNot, logicalXor or .cast("int32").';
      expect(() => a.sub(b)).toThrow(new DTypeError(`sub: ${hint}`));
      expect(() => a.neg()).toThrow(new DTypeError(`neg: ${hint}`));
    });

    it('becomes int32 beside whole numbers and float32 beside fractions', () => {
      expect(a.add(1).toArray()).toEqual([2, 2, 1, 1]);
      expect(a.sub(1).toArray()).toEqual([0, 0, -1, -1]);
      expect(a.clamp(2, 3).toArray()).toEqual([2, 2, 2, 2]);
      expect([a.clamp(2, 3).dtype, a.mul(0.5).dtype]).toEqual(['int32', 'float32']);
      expect(a.clamp(0.25, 0.5).toArray()).toEqual([0.5, 0.5, 0.25, 0.25]);
    });

    it('is true for all that is not 0 where it is made of numbers', () => {
      const options: CreateOptions = { dtype: 'bool', backend };
      for (const value of [0.5, 256, -1, Number.NaN, Infinity, 1e-300, 2 ** 40]) {
        expect(full([2], value, options).dataSync()).toEqual(Uint8Array.of(1, 1));
        expect(fullLike(a, value).dataSync()).toEqual(Uint8Array.of(1, 1, 1, 1));
        expect(a.newFull([2], value).dataSync()).toEqual(Uint8Array.of(1, 1));
        expect(tensor([value, 0], options).dataSync()).toEqual(Uint8Array.of(1, 0));
        expect(tensor(Float64Array.of(value, 0), options).dataSync()).toEqual(Uint8Array.of(1, 0));
        expect(a.pad([[1, 0]], { value }).dataSync()).toEqual(Uint8Array.of(1, 1, 1, 0, 0));
      }
      for (const value of [0, -0]) expect(full([1], value, options).item()).toBe(0);
      expect(tensor(Uint8Array.of(0, 128, 255), options).dataSync()).toEqual(
        Uint8Array.of(0, 1, 1),
      );
      expect(linspace(0, 2, 3, options).dataSync()).toEqual(Uint8Array.of(0, 1, 1));
    });

    it('comes as 0 and 1 out of every method', ({ skip }) => {
      skip(backend.name === 'gpu(webasm)', 'it has the kernels of gpu(cpu)');
      const matrix = tensor(
        [
          [true, true, false],
          [true, false, true],
        ],
        { backend },
      );
      const index = tensor([1, 0, 1], { dtype: 'int32', backend });
      const columns = tensor([[0, 2]], { dtype: 'int32', backend });
      const arguments_: readonly (readonly unknown[])[] = [
        [],
        [matrix],
        [a],
        [true],
        [matrix, matrix],
        [0],
        [1],
        [2],
        [0.5],
        [2, 3],
        [matrix, 2],
        [[1, 0]],
        [[[1, 1]], { value: 3 }],
        [[3, 2]],
        [[2, 2, 3]],
        [[4, 3], 7],
        ['bool'],
        [0, 1],
        [1, index],
        [1, index, matrix],
        [1, columns],
        [columns, 1],
        [0, index, matrix],
      ];
      const seen = new Set<string>();
      const check = (name: string, made: unknown): void => {
        if (Array.isArray(made)) for (const part of made) check(name, part);
        else if (made instanceof Tensor) {
          if (made.dtype !== 'bool' || made.isDisposed) return;
          seen.add(name);
          const odd = made.dataSync().filter((v) => v !== 0 && v !== 1);
          expect([name, ...odd]).toEqual([name]);
        } else if (typeof made === 'object' && made !== null) check(name, Object.values(made));
      };
      for (const name of methods) {
        for (const x of [matrix, a]) {
          const method: unknown = x[name as keyof Tensor]; // whatever it is, it is only tried
          for (const list of arguments_) {
            if (typeof method !== 'function') continue;
            try {
              const made: unknown = method.apply(x, list);
              if (made instanceof Promise) made.catch(() => {}); // only tried
              check(name, made);
            } catch (error) {
              if (error instanceof Error && error.name === 'AssertionError') throw error;
            }
          }
        }
      }
      const some = ['add', 'mul', 'maximum', 'abs', 'max', 'sort', 'where', 'pad', 'outer', 'roll'];
      expect([...seen]).toEqual(expect.arrayContaining(some));
      expect(seen.size).toBeGreaterThan(50);
    });
  });
}

describe('bool, compiled', () => {
  it('adds, multiplies and fills alike', () => {
    const f = compile((x: Tensor, y: Tensor) => [
      x.add(y),
      x.mul(y),
      x.newFull([1], 256),
      x.add(y).sum(),
    ]);
    for (let i = 0; i < 4; i++) {
      const [sum, product, filled, count] = f(...pair(wasm()));
      expect(sum!.dataSync()).toEqual(Uint8Array.of(1, 1, 1, 0));
      expect(product!.dataSync()).toEqual(Uint8Array.of(1, 0, 0, 0));
      expect(filled!.dataSync()).toEqual(Uint8Array.of(1));
      expect(count!.item()).toBe(3);
    }
  });

  it('draws anew at every call', () => {
    const generator = new Generator(1);
    const f = compile(() => [
      bernoulli([64], 0.5, { dtype: 'bool', generator }),
      randint(0, 2, [64], { dtype: 'bool', generator }),
    ]);
    const before = generator.state;
    const drawn = Array.from({ length: 4 }, () => f().map((x) => String(x.toArray())));
    generator.state = before;
    const again = new Generator(1);
    const want = Array.from({ length: 4 }, () => [
      String(bernoulli([64], 0.5, { dtype: 'bool', generator: again }).toArray()),
      String(randint(0, 2, [64], { dtype: 'bool', generator: again }).toArray()),
    ]);
    expect(drawn).toEqual(want);
  });
});

describe('makers of bool tensors', () => {
  it('give 0 and 1', () => {
    const dtype = 'bool';
    const made = [
      zeros([3], { dtype }),
      ones([3], { dtype }),
      eye(2, 3, { dtype }),
      randint(0, 2, [9], { dtype }),
      randperm(2, { dtype }),
      bernoulli([9], 0.5, { dtype }),
    ];
    for (const x of made) {
      expect(x.dtype).toBe('bool');
      expect(x.dataSync().every((v) => v === 0 || v === 1)).toBe(true);
    }
    expect(ones([3], { dtype }).sum().item()).toBe(3);
  });
});
