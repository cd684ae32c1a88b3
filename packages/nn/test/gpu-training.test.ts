import { memory, reference } from '@kasane/tensor-core';
import { gpu } from '@kasane/tensor-core/gpu';
import { expect, it } from 'vitest';
import { train, training } from './gpu-training.ts';

for (const mode of ['cpu', 'webasm'] as const) {
  it(`${mode}: 50 steps end at the loss of the plain loops`, async () => {
    const want = await train(reference(), 50);
    const loss = await train(gpu({ mode }), 50);
    expect(want).toBeLessThan(0.7);
    expect(Math.abs(loss - want)).toBeLessThan(1e-4);
  });

  it(`${mode}: 300 steps leave memory() where it began`, () => {
    const { step } = training(gpu({ mode }));
    for (let i = 0; i < 3; i++) step().dispose();
    const before = memory();
    for (let i = 0; i < 300; i++) step().dispose();
    const after = memory();
    expect(after.gpu!.tensors).toBeLessThanOrEqual(before.gpu!.tensors);
    expect(after.gpu!.bytes).toBeLessThanOrEqual(before.gpu!.bytes);
  });
}
