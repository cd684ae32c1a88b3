import { memory, reference, tensor, wasm, type Tensor } from '@kasane/tensor-core';
import { later } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { backward, backwardAsync, gradients, grad } from './index.ts';

const leaf = (values: number[]): Tensor => tensor(values, { requiresGrad: true });
const there = later();

describe('backwardAsync', () => {
  it('gives leaves gradients that come from a device that answers later', async () => {
    const [w, b] = [leaf([1, 2]), leaf([3, 4])];
    await backwardAsync(w.to(there).mul(b.to(there)).sum());
    expect(w.grad!.backend).toBe(w.backend);
    expect([w.grad!.toArray(), b.grad!.toArray()]).toEqual([
      [3, 4],
      [1, 2],
    ]);
  });

  it('goes there and back, and there again', async () => {
    const w = leaf([1, 2]);
    const squares = await w.to(there).square().toAsync(wasm()); // w²
    const loss = squares.mul(w).to(there).mul(2).sum(); // 2w³
    await backwardAsync(loss);
    expect(w.grad!.toArray()).toEqual([6, 24]);
  });

  it('visits an op once that gradients reach on several ways, some of them long', async () => {
    const w = leaf([1, 2]);
    const shared = w.mul(3);
    const direct = shared.to(there);
    const far = await shared.add(1).to(there).toAsync(wasm());
    // Not the youngest way is the longest: the crossing of `direct` is older than what leads to `far`.
    await backwardAsync(direct.mul(far.square().to(there)).sum()); // 3w (3w + 1)²
    expect(w.grad!.toArray()).toBeAllclose([16 * 3 + 3 * 3 * 2 * 4, 49 * 3 + 6 * 3 * 2 * 7]);
  });

  it('reads side by side what needs not wait for one another', async () => {
    const leaves = Array.from({ length: 5 }, (_, i) => leaf([i]));
    const loss = leaves.map((x) => x.to(there).exp()).reduce((a, b) => a.mul(b));
    const started: number[] = [];
    const { read } = there;
    there.read = (storage) => {
      started.push(there.reads);
      return read.call(there, storage);
    };
    const before = there.reads;
    const done = backwardAsync(loss);
    expect(there.reads - before).toBe(5); // all of them before the first has answered
    await done;
    Reflect.deleteProperty(there, 'read');
    expect(leaves.every((x) => Math.abs(x.grad!.item() / Math.exp(10) - 1) < 1e-6)).toBe(true);
  });

  it('adds up in leaves, takes inputs, a gradient and retainGraph as backward does', async () => {
    const [w, b] = [leaf([1, 2]), leaf([3, 4])];
    const y = w.to(there).mul(b.to(there));
    const gradient = tensor([10, 1], { backend: there });
    await backwardAsync(y, { gradient, retainGraph: true, inputs: [w] });
    await backwardAsync(y, { gradient });
    expect(w.grad!.toArray()).toEqual([60, 8]);
    expect(b.grad!.toArray()).toEqual([10, 2]);
    await expect(backwardAsync(y, { gradient })).rejects.toThrow('the record of mul was dropped');
  });

  it('records what it does for gradients of gradients', async () => {
    const w = leaf([2]);
    await backwardAsync(w.to(there).pow(3).sum(), { createGraph: true });
    const first = w.grad!;
    w.grad = null;
    expect(first.item()).toBe(12); // 3w²
    await backwardAsync(first);
    expect(w.grad!.item()).toBe(12); // 6w
  });

  it('is backward where nothing has to be waited for', async () => {
    const w = leaf([1, 2]);
    await backwardAsync(w.to(reference()).square().sum());
    expect(w.grad!.toArray()).toEqual([2, 4]);
  });

  it('leaves nothing behind but the gradients', async () => {
    const w = leaf([1, 2]);
    const step = async (): Promise<void> => {
      await backwardAsync(w.to(there).square().sum());
      w.grad = null;
    };
    await step();
    const before = memory().wasm.tensors;
    for (let i = 0; i < 20; i++) await step();
    expect(memory().wasm.tensors).toBe(before);
  });

  it('rejects for what backward throws for', async () => {
    await expect(backwardAsync(tensor([1]))).rejects.toThrow('requires no gradients');
    await expect(backwardAsync(leaf([1, 2]).mul(2))).rejects.toThrow('must be one number');
  });
});

describe('backward and those made of it say what to await', () => {
  const message =
    'backward: a gradient must go from later, which answers later, to wasm. Use await backwardAsync(…), or have all leaves on later.';
  it.each([
    ['backward', (): unknown => backward(leaf([1]).to(there).sum())],
    ['grad', (): unknown => grad((x: Tensor) => x.to(there).sum())(tensor([1]))],
    [
      'gradients',
      (): unknown => {
        const x = leaf([1]);
        return gradients([x.to(there).sum()], [x]);
      },
    ],
  ])('%s', (_, call) => {
    expect(call).toThrow(message);
    // And the next walk is as if there had been none.
    const w = leaf([3]);
    backward(w.square().sum());
    expect(w.grad!.item()).toBe(6);
  });
});
