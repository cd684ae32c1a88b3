import { gradients } from '@kasane/autograd';
import {
  concat,
  DTypeError,
  Generator,
  ones,
  rand,
  reference,
  ShapeError,
  tensor,
  wasm,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';
import { scaledDotProductAttention as attend } from './attention.ts';

describe('scaledDotProductAttention', () => {
  it('names the shapes it needs, and refuses a mask of whole numbers', () => {
    expect(() => attend(zeros([2, 3]), zeros([4, 3]), zeros([5, 3]))).toThrow(
      new ShapeError(
        'scaledDotProductAttention: needs query (..., T, D), key (..., S, D) and value (..., S, E), got [2,3], [4,3], [5,3].',
      ),
    );
    expect(() => attend(zeros([3]), zeros([4, 3]), zeros([4, 3]))).toThrow(ShapeError);
    expect(() =>
      attend(zeros([2, 4, 3]), zeros([2, 5, 3]), zeros([2, 5, 3]), { mask: zeros([3, 5]) }),
    ).toThrow(
      new ShapeError('scaledDotProductAttention: the mask must broadcast to [2,4,5], got [3,5].'),
    );
    const mask = tensor([1, 0], { dtype: 'int32' });
    const x = ones([2, 1]);
    expect(() => attend(x, x, x, { mask })).toThrow(DTypeError);
  });

  it('gives zeros to a query that sees no key, and gradients of 0', () => {
    for (const backend of [wasm(), reference()]) {
      const x = ones([2, 1], { backend, requiresGrad: true });
      const mask = tensor([[false, false], [true, false]], { backend }); // prettier-ignore
      for (const isCausal of [false, true]) {
        const out = attend(x, x, x, { mask, isCausal });
        expect(out.toArray()).toEqual([[0], [1]]);
        expect(gradients([out.sum()], [x])[0]!.toArray()).toEqual([[1], [0]]);
      }
      const numbers = tensor([[-Infinity, -Infinity]], { backend });
      expect(attend(x, x, x, { mask: numbers }).toArray()).toEqual([[0], [0]]);
    }
  });

  it('does not look at keys and values that a mask hides from all queries, whatever they hold', () => {
    const generator = new Generator(2);
    const [query, rest] = [rand([2, 3, 4], { generator }), rand([2, 2, 4], { generator })];
    const allowed = [true, true, false];
    const masks = [
      tensor(allowed),
      tensor([allowed, [true, false, false], allowed]),
      tensor([[[0, 0, -Infinity]], [[0, -1, -Infinity]]]),
    ];
    for (const backend of [reference(), wasm()]) {
      for (const mask of masks) {
        const run = (padding: number): Tensor[] => {
          const made = (x: Tensor): Tensor => x.to(backend).detach();
          const [q, k, v] = [query, ...[1, 2].map((n) => rest.mul(n))].map(made) as [
            Tensor,
            Tensor,
            Tensor,
          ]; // as many
          const leaves = [q, ...[k, v].map((x) => concat([x, x.newFull([2, 1, 4], padding)], 1))];
          for (const leaf of leaves) leaf.requiresGrad = true;
          const [a, b, c] = leaves as [Tensor, Tensor, Tensor]; // as many
          const out = attend(a, b, c, { mask: mask.to(backend) });
          return [out.detach(), ...gradients([out.square().sum()], leaves).map((g) => g!)];
        };
        const want = run(0);
        for (const padding of [NaN, Infinity, -Infinity]) {
          run(padding).forEach((t, i) => expect(t).toBeAllclose(want[i]!, { rtol: 0, atol: 0 }));
        }
      }
    }
  });

  it('broadcasts leading dimensions', () => {
    const value = rand([3, 4, 2], { generator: new Generator(1) });
    const out = attend(zeros([5, 2]), zeros([4, 2]), value);
    expect(out.shape).toEqual([3, 5, 2]);
    expect(out.select(1, 0)).toBeAllclose(value.mean(1)); // equal scores
  });

  it('sees all keys alike where they have no elements', () => {
    const empty = zeros([2, 0]);
    const out = attend(empty, empty, tensor([[1], [3]]));
    expect(out).toBeAllclose([[2], [2]]);
  });

  it('gives keys behind a query no weight in causal attention, whatever they are', () => {
    for (const backend of [wasm(), reference()]) {
      const query = tensor([[0], [0]], { backend });
      const value = tensor([[1], [3]], { backend });
      for (const wild of [NaN, Infinity]) {
        const out = attend(query, tensor([[0], [wild]], { backend }), value, { isCausal: true });
        expect(out.toArray()).toEqual([[1], [NaN]]);
      }
    }
  });

  it('lets a query that sees no key before it see none behind it', () => {
    for (const backend of [wasm(), reference()]) {
      const [x, value] = [zeros([2, 1], { backend }), ones([2, 1], { backend })];
      value.requiresGrad = true;
      const mask = tensor([[false], [true]], { backend });
      const out = attend(x, x, value, { isCausal: true, mask: mask.broadcastTo([2, 2]) });
      expect(out.toArray()).toEqual([[0], [1]]);
      expect(gradients([out.sum()], [value])[0]!.toArray()).toEqual([[0.5], [0.5]]);
    }
  });

  it('drops weights and scales the others, compiled with the same bits', () => {
    const value = ones([64, 1]);
    const drop = (generator: Generator) => (): Tensor =>
      attend(zeros([1, 1]), zeros([64, 1]), value, { dropoutP: 0.5, generator });
    const draw = (call: () => Tensor): unknown[] => {
      return Array.from({ length: 4 }, () => call().item());
    };
    const plain = draw(drop(new Generator(3)));
    expect(new Set(plain).size).toBeGreaterThan(1);
    expect(draw(compile(drop(new Generator(3))))).toEqual(plain);
    expect(attend(zeros([1, 1]), zeros([64, 1]), value, { dropoutP: 1 }).item()).toBe(0);
  });
});
