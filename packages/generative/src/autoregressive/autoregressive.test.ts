import { Adam } from '@kasane/optim';
import { jacobian } from '@kasane/autograd';
import {
  Generator,
  randint,
  randn,
  tensor,
  zeros,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import type { Autoregressive } from './autoregressive.ts';
import { MADE } from './made.ts';
import { PixelCNN } from './pixel-cnn.ts';

const generator = (): Generator => new Generator(5);

/** Every binary tensor of a shape, one after another. */
function everything(shape: Shape): Tensor {
  const size = shape.reduce((a, b) => a * b, 1);
  const bits = Array.from({ length: 2 ** size * size }, (_, i) => (Math.floor(i / size) >> i % size) & 1);
  return tensor(bits, [2 ** size, ...shape], { dtype: 'float64' });
} // prettier-ignore

/** A model whose weights are all large enough to matter. */
function shaken<M extends Autoregressive>(model: M): M {
  const from = generator();
  for (const p of model.parameters()) {
    p.assign(randn(p.shape, { generator: from, dtype: p.dtype }).mul(0.7));
  }
  return model;
}

const small = { channels: 3, blocks: 2, firstKernelSize: 3, dtype: 'float64', generator: generator() } as const; // prettier-ignore
const models = [
  ['MADE', () => new MADE(9, { hiddenSizes: [20, 15], dtype: 'float64', generator: generator() }), [9]],
  ['MADE of one layer', () => new MADE(6, { hiddenSizes: [], dtype: 'float64' }), [6]],
  ['MADE of one element', () => new MADE(1, { hiddenSizes: [3], dtype: 'float64' }), [1]],
  ['PixelCNN', () => new PixelCNN(small), [1, 3, 3]],
  ['PixelCNN of a row', () => new PixelCNN(small), [1, 1, 5]],
] as const; // prettier-ignore

describe.each(models)('%s', (_, make, shape) => {
  it('gives all that there is a probability of 1 together', () => {
    const model = shaken(make());
    const total = model.logProb(everything(shape)).exp();
    expect(total.sum().item()).toBeCloseTo(1, 12);
    expect(total.max().item() / total.min().item()).toBeGreaterThan(1.5);
  });

  it('lets an element depend on those before it alone', () => {
    const model = shaken(make());
    const size = shape.reduce((a: number, b) => a * b, 1);
    const x = randint(0, 2, [size], { generator: generator(), dtype: 'int32' }).cast('float64');
    const J = jacobian((p: Tensor) => model.forward(p.reshape([1, ...shape])).flatten(), x);
    const slopes = J.toArray() as number[][]; // (size, size)
    slopes.forEach((row, i) => expect(row.slice(i).every((slope) => slope === 0)).toBe(true));
    // And on some of those.
    if (size > 1) expect(slopes.at(-1)!.some((slope) => slope !== 0)).toBe(true);
  });
});

it('draws each vector as often as it says', async () => {
  const model = shaken(new MADE(3, { hiddenSizes: [12], generator: generator() }));
  const n = 4000;
  const drawn = (await model.sample(n, { generator: generator() })).toArray() as number[][];
  const expected = model
    .logProb(everything([3]).cast('float32'))
    .exp()
    .dataSync();
  const counts = new Array<number>(8).fill(0);
  for (const [a, b, c] of drawn) counts[a! + 2 * b! + 4 * c!]!++;
  const chi = counts.reduce((sum, count, i) => {
    const mean = n * Number(expected[i]);
    return sum + (count - mean) ** 2 / mean;
  }, 0);
  expect(chi).toBeLessThan(24.3); // 7 degrees of freedom, p = .001
});

it('MADE learns four patterns, of which none has more than -log 4', async () => {
  const x = tensor([
    [1, 1, 0, 0, 0, 0, 0, 0],
    [0, 0, 1, 1, 0, 0, 0, 0],
    [0, 0, 0, 0, 1, 1, 0, 0],
    [0, 0, 0, 0, 0, 0, 1, 1],
  ]);
  const model = new MADE(8, { hiddenSizes: [32], generator: generator() });
  const step = trainStep((at: Tensor) => model.logProb(at).mean().neg(), new Adam(model.parameters(), { lr: 0.02 }));
  for (let i = 0; i < 400; i++) step(x).dispose();
  const nats = model.logProb(x).mean().item();
  expect(nats).toBeGreaterThan(-Math.log(4) - 0.02);
  expect(nats).toBeLessThanOrEqual(-Math.log(4));
  const made = await model.sample(200, { generator: generator() });
  expect(made.sum(1).eq(2).cast('float32').mean().item()).toBeGreaterThan(0.95);
}); // prettier-ignore

it('PixelCNN learns bars, across or down', async () => {
  const [down, across] = [zeros([4, 4]), zeros([4, 4])].map((base, i) => {
    const line = tensor([1, 0, 1, 0]);
    return base.add(i === 0 ? line : line.unsqueeze(1)).reshape([1, 1, 4, 4]);
  });
  const x = tensor([...down!.dataSync(), ...across!.dataSync()].map(Number), [2, 1, 4, 4], { dtype: 'float32' });
  const model = new PixelCNN({ channels: 6, blocks: 2, firstKernelSize: 3, generator: generator() });
  const step = trainStep((at: Tensor) => model.logProb(at).mean().neg(), new Adam(model.parameters(), { lr: 0.01 }));
  for (let i = 0; i < 250; i++) step(x).dispose();
  expect(model.logProb(x).mean().item()).toBeGreaterThan(-Math.log(2) - 0.05);
}); // prettier-ignore

it('stops when it is told to, and tells each element', async () => {
  const told: number[] = [];
  await new MADE(3).sample(2, { onProgress: ({ step, values }) => told.push(step, values.size) });
  expect(told).toEqual([1, 6, 2, 6, 3, 6]);
  const stopped = new MADE(3).sample(2, { signal: AbortSignal.abort('enough') });
  await expect(stopped).rejects.toBe('enough');
});

it('names what does not fit', async () => {
  expect(() => new MADE(0)).toThrow(/features must be a whole number ≥ 1, got 0/);
  expect(() => new MADE(3).logProb(zeros([2, 4]))).toThrow(/must be \(N, 3\), got/);
  expect(() => new PixelCNN({ firstKernelSize: 4 })).toThrow(/firstKernelSize must be odd, got 4/);
  expect(() => new PixelCNN().logProb(zeros([2, 3, 4, 4]))).toThrow(/\(N, 1, H, W\), got/);
  await expect(new MADE(3).sample(0)).rejects.toThrow(/n must be a whole number/);
  await expect(new PixelCNN().sample(1, [0, 2])).rejects.toThrow(/the height must be/);
});
