import { backward } from '@kasane/autograd';
import { Linear, mseLoss, Sequential, Sigmoid } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { memory, scope, tensor } from '@kasane/tensor-core';
import { execFile } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { expect, it } from 'vitest';

it('200,000 synchronous steps without scope or dispose stay under 1.3 GiB', async () => {
  const script = fileURLToPath(new URL('./memory-loop.ts', import.meta.url));
  const args = ['--conditions=@kasane/source', script];
  const { stdout } = await promisify(execFile)(process.execPath, args);
  // The script prints exactly this.
  const { last, largest } = JSON.parse(stdout) as { last: number; largest: number };
  expect(largest).toBeLessThan(1.3 * 1024);
  expect(last).toBeLessThan(0.01);
}, 180_000);

it('10,000 steps inside of scopes leave memory() where it began', () => {
  const model = new Sequential(new Linear(2, 10), new Sigmoid(), new Linear(10, 1));
  const optimizer = new Adam(model.parameters());
  const x = tensor([
    [0, 0],
    [0, 1],
    [1, 0],
    [1, 1],
  ]); // (4, 2)
  const y = tensor([[0], [1], [1], [0]]); // (4, 1)
  const step = (): void => {
    const loss = mseLoss(model.forward(x), y);
    optimizer.zeroGrad();
    backward(loss);
    optimizer.step();
  };
  scope(step); // makes the gradients and what Adam remembers
  const before = memory();
  for (let i = 0; i < 10_000; i++) scope(step);
  expect(memory()).toEqual(before);
});
