import { einsum, eye, ShapeError, tensor, zeros, type Tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values, type Sample } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

/** The equation with operands of these shapes, and what it says as nested loops. */
function sample(equation: string, ...shapes: (readonly number[])[]): Sample {
  return {
    name: equation,
    inputs: shapes.map((shape, i) => values(shape, -1.5, 1.5, i)),
    call: (...operands) => einsum(equation, ...operands),
    expected: naive(equation, shapes),
  };
}

/** Σ over all letters, one assignment of the letters at a time; letters only, an explicit result. */
function naive(equation: string, shapes: readonly (readonly number[])[]): number[] {
  const [inputs, result] = equation.replaceAll(' ', '').split('->') as [string, string]; // always explicit here
  const terms = inputs.split(',');
  const letters = [...new Set(terms.join(''))];
  const sizes = new Map<string, number>();
  terms.forEach((term, i) =>
    [...term].forEach((c, d) => sizes.set(c, Math.max(sizes.get(c) ?? 0, shapes[i]![d]!))),
  );
  const data = shapes.map((shape, i) => values(shape, -1.5, 1.5, i).values);
  const size = [...result].reduce((n, c) => n * sizes.get(c)!, 1);
  const out: number[] = Array.from({ length: size }, () => 0);
  const at = new Map<string, number>();
  const offset = (term: string, shape: readonly number[]): number =>
    [...term].reduce((o, c, d) => o * shape[d]! + (shape[d] === 1 ? 0 : at.get(c)!), 0);
  const walk = (depth: number): void => {
    if (depth < letters.length) {
      for (let v = 0; v < sizes.get(letters[depth]!)!; v++) {
        at.set(letters[depth]!, v);
        walk(depth + 1);
      }
      return;
    }
    const resultShape = [...result].map((c) => sizes.get(c)!);
    out[offset(result, resultShape)]! += terms.reduce(
      (product, term, i) => product * data[i]![offset(term, shapes[i]!)]!,
      1,
    );
  };
  walk(0);
  return out;
}

testOp('einsum', {
  samples: [
    sample('ij->ij', [2, 3]),
    sample('ij->ji', [2, 3]),
    sample('ij->', [2, 3]),
    sample('ij->j', [2, 3]),
    sample('ii->', [3, 3]),
    sample('ii->i', [3, 3]),
    sample('iji->j', [3, 2, 3]),
    sample('iij->ji', [3, 3, 2]),
    sample('iii->i', [3, 3, 3]),
    sample('iijj->ij', [2, 2, 3, 3]),
    sample('i,i->', [4], [4]),
    sample('i,j->ij', [3], [2]),
    sample('i,j->ji', [3], [2]),
    sample('i,i->i', [4], [4]),
    sample('ij,jk->ik', [2, 3], [3, 4]),
    sample('ij,jk->ki', [2, 3], [3, 4]),
    sample('ij,kj->ik', [2, 3], [4, 3]),
    sample('ji,jk->ik', [3, 2], [3, 4]),
    sample('ji,kj->ik', [3, 2], [4, 3]),
    sample('ij,j->i', [2, 3], [3]),
    sample('j,ij->i', [3], [2, 3]),
    sample('ij,ij->', [2, 3], [2, 3]),
    sample('ij,ji->', [2, 3], [3, 2]),
    sample('ij,k->', [2, 3], [2]),
    sample('bij,bjk->bik', [2, 2, 3], [2, 3, 2]),
    sample('ibj,jbk->kbi', [2, 2, 3], [3, 2, 2]),
    sample('bhqd,bhkd->bhqk', [2, 1, 3, 2], [2, 1, 2, 2]),
    sample('ijk,klj->il', [2, 3, 2], [2, 2, 3]),
    sample('ii,ij->j', [3, 3], [3, 2]),
    sample('bn,anm,bm->ba', [2, 2], [3, 2, 3], [2, 3]),
    sample('ij,jk,kl->il', [2, 3], [3, 2], [2, 2]),
    sample('i,j,k->kij', [2], [3], [2]),
    sample('ij,ij,ij->i', [2, 3], [2, 3], [2, 3]),
    sample('aB,Bc->ac', [2, 3], [3, 2]),
    sample('ij,jk->ik', [2, 1], [3, 4]),
    sample('ij,ij->ij', [2, 1], [1, 3]),
    sample(',ij->ij', [], [2, 3]),
    sample('->', []),
    sample(' i j , j k -> i k ', [2, 3], [3, 2]),
    {
      name: 'an implicit result has the letters that occur once, in order',
      inputs: [given([1, 2, 3, 4], [2, 2]), given([5, 6, 7, 8], [2, 2])],
      call: (a, b) => einsum('kj,ji', a, b),
      expected: [
        [19, 43],
        [22, 50],
      ], // (i, k): the product, transposed
    },
    {
      name: 'an implicit trace',
      inputs: [given([1, 2, 3, 4], [2, 2])],
      call: (a) => einsum('ii', a),
      expected: 5,
    },
    {
      name: 'an implicit transpose',
      inputs: [given([1, 2, 3, 4], [2, 2])],
      call: (a) => einsum('ba', a),
      expected: [
        [1, 3],
        [2, 4],
      ],
    },
    {
      name: 'an ellipsis stands for the batch',
      inputs: [values([2, 3, 2, 3]), values([2, 3, 3, 2])],
      call: (a, b) => einsum('...ij,...jk->...ik', a, b).sub(a.matmul(b)),
      expected: Array.from({ length: 24 }, () => 0),
    },
    {
      name: 'ellipses of different depth broadcast',
      inputs: [values([2, 1, 3], -1, 1, 1), values([4, 3], -1, 1, 2)],
      call: (a, b) => einsum('...i,...i->...', a, b).sub(a.mul(b).sum(-1)),
      expected: Array.from({ length: 8 }, () => 0),
    },
    {
      name: 'an ellipsis in an implicit result comes first',
      inputs: [values([2, 3, 4])],
      call: (a) => einsum('b...a', a),
    },
    {
      name: 'an ellipsis that the result lacks is summed',
      inputs: [given([1, 2, 3, 4, 5, 6], [2, 3])],
      call: (a) => einsum('...i->i', a),
      expected: [5, 7, 9],
    },
    {
      name: 'an ellipsis for no dimension',
      inputs: [given([1, 2]), given([3, 4])],
      call: (a, b) => einsum('...i,i...->...', a, b),
      expected: 11,
    },
    {
      name: 'one operand twice',
      inputs: [given([1, 2, 3, 4], [2, 2])],
      call: (a) => einsum('ij,ij->i', a, a),
      expected: [5, 25],
    },
    {
      name: 'an empty dim sums to zero',
      inputs: [given([], [2, 0]), given([], [0, 2])],
      call: (a, b) => einsum('ij,jk->ik', a, b),
      expected: [0, 0, 0, 0],
    },
    {
      name: 'the diagonal of nothing',
      inputs: [given([], [0, 0])],
      call: (a) => einsum('ii->i', a),
      expected: [],
    },
    {
      name: 'whole numbers',
      inputs: [integers([1, 2, 3, 4], [2, 2]), integers([1, 1])],
      call: (a, b) => einsum('ij,j->i', a, b),
      expected: [3, 7],
      gradient: false,
    },
    {
      name: 'truth values are counted',
      inputs: [bools([true, true, false, true], [2, 2]), bools([true, true])],
      call: (a, b) => einsum('ij,j->i', a, b),
      expected: [2, 1],
      gradient: false,
    },
    {
      name: 'NaN and Infinity',
      inputs: [given([NaN, 1, Infinity, 1], [2, 2]), given([1, 1])],
      call: (a, b) => einsum('ij,j->i', a, b),
      expected: [NaN, Infinity],
      gradient: false,
    },
  ],
  errors: [
    {
      name: 'something that is not an equation',
      call: () => einsum('i1->i', zeros([2, 2])),
      error: ShapeError,
      message: 'einsum: "i1->i" is not an equation as "...ij,jk->ik".',
    },
    {
      name: 'two arrows',
      call: () => einsum('i->i->i', zeros([2])),
      error: ShapeError,
      message: 'einsum: "i->i->i" is not an equation as "...ij,jk->ik".',
    },
    {
      name: 'too few tensors',
      call: () => einsum('ij,jk->ik', zeros([2, 2])),
      error: ShapeError,
      message: 'einsum: needs one tensor per term of "ij,jk->ik", got 1 for 2.',
    },
    {
      name: 'no tensors',
      call: () => einsum('->'),
      error: ShapeError,
      message: 'einsum: needs one tensor per term of "->", got 0 for 1.',
    },
    {
      name: 'a term with too few letters',
      call: () => einsum('i->i', zeros([2, 3])),
      error: ShapeError,
      message:
        'einsum: term "i" of "i->i" does not fit [2,3]. Write a letter per dimension, or "...".',
    },
    {
      name: 'a term with too many letters',
      call: () => einsum('ijk...->i', zeros([2, 3])),
      error: ShapeError,
      message:
        'einsum: term "ijk..." of "ijk...->i" does not fit [2,3]. Write a letter per dimension, or "...".',
    },
    {
      name: 'sizes that differ under one letter',
      call: () => einsum('ij,jk->ik', zeros([2, 3]), zeros([4, 5])),
      error: ShapeError,
      message: 'einsum: "j" is 3 and 4 in "ij,jk->ik" for [2,3], [4,5]. Sizes must be equal or 1.',
    },
    {
      name: 'ellipses that do not broadcast',
      call: () => einsum('...i,...i->...', zeros([2, 3]), zeros([4, 3])),
      error: ShapeError,
      message:
        'einsum: a dimension under "..." is 2 and 4 in "...i,...i->..." for [2,3], [4,3]. Sizes must be equal or 1.',
    },
    {
      name: 'a letter twice in the result',
      call: () => einsum('i->ii', zeros([2])),
      error: ShapeError,
      message: 'einsum: "i" appears twice in the result of "i->ii". Name it once.',
    },
    {
      name: 'a letter of the result from nowhere',
      call: () => einsum('i->ij', zeros([2])),
      error: ShapeError,
      message: 'einsum: "j" of the result appears in no term of "i->ij". Take it out.',
    },
  ],
});

describe('einsum', () => {
  it('says of two letters in any order what matmul says', () => {
    const orders = fc.constantFrom('ij', 'ji');
    fc.assert(
      fc.property(orders, fc.constantFrom('jk', 'kj'), fc.constantFrom('ik', 'ki'), (x, y, z) => {
        const [a, b] = [matrix(2, 3), matrix(3, 4)];
        const product = a.matmul(b);
        const got = einsum(`${x},${y}->${z}`, x === 'ij' ? a : a.t(), y === 'jk' ? b : b.t());
        expect(got).toBeAllclose(z === 'ik' ? product : product.t());
      }),
    );
  });

  it('leaves a tensor alone when contracted with the identity', () => {
    const x = matrix(4, 3);
    expect(einsum('ij,jk->ik', x, eye(3)).toArray()).toEqual(x.toArray());
  });

  it.each([
    ['ij,jk->ik', [2, 3], [3, 4], [2, 4]],
    ['ij,jk->', [2, 3], [3, 4], []],
    ['ij,jk', [2, 3], [3, 4], [2, 4]],
    ['ab,cd->dbca', [2, 3], [4, 5], [5, 3, 4, 2]],
    ['...ij,...jk->...ik', [7, 1, 2, 3], [5, 3, 4], [7, 5, 2, 4]],
    ['...ij,jk', [7, 2, 3], [3, 4], [7, 2, 4]],
    ['i...,i->...', [3, 2, 1], [3], [2, 1]],
  ])('%s of %j and %j has the shape %j', (equation, a, b, shape) => {
    expect(einsum(equation, zeros(a), zeros(b)).shape).toEqual(shape);
  });

  it('takes the dtype of the higher operand', () => {
    const x = matrix(2, 2);
    expect(einsum('ij,jk->ik', x.cast('int32'), x.cast('float64')).dtype).toBe('float64');
    expect(einsum('i->i', tensor([true])).dtype).toBe('int32');
  });
});

function matrix(rows: number, columns: number): Tensor {
  const { values: list } = values([rows, columns]);
  return tensor(list, [rows, columns]);
}
