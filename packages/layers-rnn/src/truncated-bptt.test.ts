import { backward } from '@kasane/autograd';
import { mseLoss } from '@kasane/nn';
import { Generator, memory, randn, ShapeError, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { GRU, LSTM, truncatedBptt, type LSTMState } from './index.ts';

describe('truncatedBptt', () => {
  const generator = new Generator(1);

  it('hands over the chunks of every sequence, the last one shorter, and the state', () => {
    const gru = new GRU(1, 2, { generator });
    const x = randn([10, 3, 1], { generator });
    const seen: unknown[] = [];
    const last = truncatedBptt([x, x.mul(2)], 4, ([a, b], state: Tensor | undefined, start) => {
      seen.push([a.shape[0], b.shape[0], state?.shape, state?.requiresGrad, start]);
      return gru.forward(a, state).state;
    });
    expect(seen).toEqual([
      [4, 4, undefined, undefined, 0],
      [4, 4, [1, 3, 2], false, 4],
      [2, 2, [1, 3, 2], false, 8],
    ]);
    expect(last).toBeAllclose(gru.forward(x).state, { rtol: 1e-5, atol: 1e-6 });
    expect(last.requiresGrad).toBe(false);
  });

  it('cuts gradients at the beginning of a chunk: those of its pieces, added up', () => {
    const gru = new GRU(1, 2, { generator, dtype: 'float64', batchFirst: true });
    const x = randn([3, 6, 1], { generator, dtype: 'float64' });
    const start = randn([1, 3, 2], { generator, dtype: 'float64' });
    truncatedBptt(
      [x],
      3,
      ([chunk], state?: Tensor) => {
        const { output, state: next } = gru.forward(chunk, state);
        backward(output.square().sum());
        return next;
      },
      { state: start, dim: 1 },
    );
    const got = gru.parameters().map((p) => p.grad!.dataSync());
    gru.zeroGrad();
    const first = gru.forward(x.slice(1, 0, 3), start);
    const second = gru.forward(x.slice(1, 3), first.state.detach());
    backward(first.output.square().sum().add(second.output.square().sum()));
    gru.parameters().forEach((p, i) => {
      expect(
        [...got[i]!].map((v, j) => Math.abs(v - p.grad!.dataSync()[j]!) < 1e-12),
      ).not.toContain(false);
    });
  });

  it('takes the memory of one chunk, however long the sequence', () => {
    const lstm = new LSTM(1, 8, { generator });
    const x = randn([1000, 2, 1], { generator });
    const target = randn([1000, 2, 8], { generator });
    const before = memory().wasm.tensors;
    let highest = 0;
    const train = (steps: number): number => {
      highest = 0;
      const pair = [x.slice(0, 0, steps), target.slice(0, 0, steps)] as const;
      const state = truncatedBptt(pair, 20, ([chunk, wanted], state?: LSTMState) => {
        const found = lstm.forward(chunk, state);
        backward(mseLoss(found.output, wanted));
        highest = Math.max(highest, memory().wasm.bytes);
        lstm.zeroGrad();
        return found.state;
      });
      for (const t of [...pair, state.h, state.c]) t.dispose();
      return highest;
    };
    train(20);
    const [short, long] = [train(40), train(1000)];
    // The longer input itself, and nothing else.
    expect(long - short).toBeLessThanOrEqual((1000 - 40) * 2 * 9 * 4);
    expect(memory().wasm.tensors).toBe(before);
  });

  it('needs sequences of the same number of steps', () => {
    const gru = new GRU(1, 2);
    const learn = ([x]: readonly [Tensor, Tensor]): Tensor => gru.forward(x).state;
    const first = zeros([4, 1, 1]);
    expect(() => truncatedBptt([first, zeros([5, 1, 1])], 2, learn)).toThrow(
      new ShapeError(
        'truncatedBptt: the sequences must have the same number of steps along dim 0, and at least one, got [4,1,1] and [5,1,1].',
      ),
    );
    expect(() => truncatedBptt([first, first], 0, learn)).toThrow(
      'truncatedBptt: the length of a chunk must be a whole number ≥ 1, got 0.',
    );
  });
});
