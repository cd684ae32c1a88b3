import { readFileSync } from 'node:fs';
import {
  DataError,
  memory,
  tensor,
  wasm,
  withBackend,
  type NestedArray,
  type Tensor,
} from '@kasane/tensor-core';
import { later } from '@kasane/testing';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { clipGradNorm, clipGradNormAsync, clipGradValue } from './index.ts';

interface ClippingFixture {
  readonly grads: readonly NestedArray[];
  readonly cases: readonly {
    readonly maxNorm: number;
    readonly normType: number | 'Infinity';
    readonly total: number;
    readonly grads: readonly NestedArray[];
  }[];
}

// The generator beside the file writes exactly this structure.
const fixture = JSON.parse(
  readFileSync(new URL('../test/fixtures/clipping.json', import.meta.url), 'utf8'),
) as ClippingFixture;

function withGrads(grads: readonly NestedArray[], dtype: 'float32' | 'float64'): Tensor[] {
  return grads.map((values) => {
    const grad = tensor(values, { dtype });
    const parameter = grad.mul(0);
    parameter.requiresGrad = true;
    parameter.putGrad(grad); // as backward does: nobody else holds it
    return parameter;
  });
}

describe('clipGradNorm', () => {
  for (const { maxNorm, normType, total, grads } of fixture.cases) {
    for (const [dtype, rtol] of [
      ['float64', 1e-12],
      ['float32', 1e-5],
    ] as const) {
      it(`norm ${normType} at ${maxNorm}: equals PyTorch in ${dtype}`, () => {
        const params = withGrads(fixture.grads, dtype);
        const norm = clipGradNorm(params, maxNorm, { normType: Number(normType) });
        expect(norm.item()).toBeAllclose(total, { rtol });
        params.forEach((p, i) => expect(p.grad!.toArray()).toBeAllclose(grads[i]!, { rtol }));
      });
    }
  }

  it('[3, 4] at 1 becomes [0.6, 0.8], at 10 it stays', () => {
    const [w] = withGrads([[3, 4]], 'float32') as [Tensor]; // one gradient in, one parameter out
    expect(clipGradNorm(w, 10).item()).toBe(5);
    expect(w.grad!.toArray()).toEqual([3, 4]);
    expect(clipGradNorm(w, 1).item()).toBe(5);
    expect(w.grad!.toArray()).toBeAllclose([0.6, 0.8], { rtol: 1e-6 });
  });

  it('leaves a norm of at most maxNorm, whatever the gradients', () => {
    const lists = fc.array(fc.double({ min: -1e3, max: 1e3, noNaN: true }), { minLength: 1 });
    fc.assert(
      fc.property(
        fc.array(lists, { minLength: 1, maxLength: 4 }),
        fc.double({ min: 0.01, max: 100, noNaN: true }),
        (grads, maxNorm) => {
          const params = withGrads(grads, 'float64');
          clipGradNorm(params, maxNorm);
          const squares = params.flatMap((p) => Array.from(p.grad!.dataSync(), (v) => v * v));
          expect(Math.sqrt(squares.reduce((a, b) => a + b, 0))).toBeLessThanOrEqual(maxNorm);
        },
      ),
      { numRuns: 50 },
    );
  });

  it('passes parameters without gradient over; of none the norm is 0', () => {
    expect(clipGradNorm([tensor([1], { requiresGrad: true })], 1).item()).toBe(0);
    expect(clipGradNorm([], 1).item()).toBe(0);
  });

  it('scales gradients of two dtypes by one factor and keeps their dtypes', () => {
    const params = [...withGrads([[3]], 'float32'), ...withGrads([[4]], 'float64')];
    clipGradNorm(params, 1);
    expect(params.map((p) => p.grad!.dtype)).toEqual(['float32', 'float64']);
    expect(params.map((p) => p.grad!.item())).toBeAllclose([0.6, 0.8], { rtol: 1e-6 });
  });

  it('hands NaN on, or throws if asked to', () => {
    const [w] = withGrads([[3, NaN]], 'float32') as [Tensor]; // one gradient in, one parameter out
    expect(() => clipGradNorm(w, 1, { errorIfNonfinite: true })).toThrow(
      new DataError('clipGradNorm: the norm must be finite, got NaN. Use detectAnomaly.'),
    );
    expect(w.peekGrad()!.toArray()).toEqual([3, NaN]);
    clipGradNorm(w, 1);
    expect(w.grad!.toArray()).toEqual([NaN, NaN]);
  });

  it('leaves only the norm behind', () => {
    withBackend(wasm(), () => {
      const params = withGrads(fixture.grads, 'float32');
      const before = memory().wasm.tensors;
      const norm = clipGradNorm(params, 1);
      expect(memory().wasm.tensors).toBe(before + 1);
      norm.dispose();
      clipGradValue(params, 0.1);
      expect(memory().wasm.tensors).toBe(before);
    });
  });
});

describe('clipGradNormAsync', () => {
  const far = (values: number[]): Tensor => {
    const w = tensor(
      values.map(() => 0),
      { requiresGrad: true, backend: later() },
    );
    w.putGrad(tensor(values, { backend: later() }));
    return w;
  };

  it('scales on a device that answers later, and gives the norm there', async () => {
    const w = far([3, 4]);
    const norm = await clipGradNormAsync(w, 1, { errorIfNonfinite: true });
    expect(Array.from(await norm.data())).toEqual([5]);
    expect(Array.from(await w.grad!.data())).toBeAllclose([0.6, 0.8], { rtol: 1e-6 });
  });

  it('throws before anything is scaled', async () => {
    const w = far([3, NaN]);
    await expect(clipGradNormAsync(w, 1, { errorIfNonfinite: true })).rejects.toThrow(
      new DataError('clipGradNorm: the norm must be finite, got NaN. Use detectAnomaly.'),
    );
    expect(Array.from(await w.grad!.data())).toEqual([3, NaN]);
  });

  it('is clipGradNorm elsewhere, which says what to await', async () => {
    const [w] = withGrads([[3, 4]], 'float32') as [Tensor]; // one gradient in, one parameter out
    expect((await clipGradNormAsync(w, 1)).item()).toBe(5);
    expect(w.grad!.toArray()).toBeAllclose([0.6, 0.8], { rtol: 1e-6 });
    expect(() => clipGradNorm(far([1]), 1, { errorIfNonfinite: true })).toThrow(
      'clipGradNorm: errorIfNonfinite needs the norm, which is on later. Use await clipGradNormAsync(…).',
    );
  });
});

describe('clipGradValue', () => {
  it('limits every element and leaves the rest', () => {
    const params = withGrads([[[3, -0.5]], [-7]], 'float64');
    clipGradValue(params, 1);
    expect(params.map((p) => p.grad!.toArray())).toEqual([[[1, -0.5]], [-1]]);
  });

  it('takes one tensor as well', () => {
    const [w] = withGrads([[3]], 'float64') as [Tensor]; // one gradient in, one parameter out
    clipGradValue(w, 2);
    expect(w.grad!.item()).toBe(2);
  });
});
