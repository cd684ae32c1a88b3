import { backward } from '@kasane/autograd';
import { Generator, randn, ShapeError, tensor, zeros } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { GRU, packPaddedSequence, packSequence, padPackedSequence, padSequence } from './index.ts';

const x = randn([4, 3, 2], { generator: new Generator(1) }); // (T, B, I)

it('packs step by step, the longest first, those of one length in their order', () => {
  const padded = tensor([
    [1, 2, 0],
    [3, 4, 5],
    [6, 7, 0],
  ]);
  const packed = packPaddedSequence(padded, [2, 3, 2], { batchFirst: true });
  expect(packed.data.toArray()).toEqual([3, 1, 6, 4, 2, 7, 5]);
  expect(packed.batchSizes).toEqual([3, 3, 1]);
  expect(packed.order).toEqual([1, 0, 2]);
  expect(packed.lengths).toEqual([2, 3, 2]);
});

it('is undone by padding, in either order of dimensions', () => {
  for (const batchFirst of [false, true]) {
    const input = batchFirst ? x.transpose(0, 1) : x;
    const packed = packPaddedSequence(input, [2, 4, 1], { batchFirst });
    expect(packed.data.shape).toEqual([7, 2]);
    const { output, lengths } = padPackedSequence(packed, { batchFirst, totalLength: 5 });
    expect(lengths).toEqual([2, 4, 1]);
    const [T, B] = batchFirst ? [1, 0] : [0, 1];
    expect(output.shape[T]).toBe(5);
    for (const [b, n] of lengths.entries()) {
      const [got, want] = [output.select(B, b), input.select(B, b)]; // (T, I)
      expect(got.slice(0, 0, n).dataSync()).toEqual(want.slice(0, 0, n).dataSync());
      expect(got.slice(0, n).abs().sum().item()).toBe(0);
    }
  }
});

it('carries gradients to the steps that are there', () => {
  const input = tensor(x.dataSync(), x.shape, { requiresGrad: true });
  backward(
    packPaddedSequence(input, [2, 4, 1])
      .map((data) => data.mul(3))
      .data.sum(),
  );
  const want = [0, 1, 2, 3].map((t) => [2, 4, 1].map((n) => (t < n ? [3, 3] : [0, 0])));
  expect(input.grad!.toArray()).toEqual(want);
});

it('pads sequences of several lengths with a value', () => {
  const sequences = [tensor([1]), tensor([2, 3])];
  expect(padSequence(sequences, { paddingValue: -1 }).toArray()).toEqual([
    [1, 2],
    [-1, 3],
  ]);
  expect(padSequence(sequences, { batchFirst: true }).toArray()).toEqual([
    [1, 0],
    [2, 3],
  ]);
  expect(packSequence(sequences).data.toArray()).toEqual([2, 1, 3]);
});

it('goes through a layer as padded sequences with lengths do, in both forms of the batch', () => {
  for (const batchFirst of [false, true]) {
    const gru = new GRU(2, 3, { numLayers: 2, bidirectional: true, batchFirst });
    const [lengths, input] = [[2, 4, 1], batchFirst ? x.transpose(0, 1) : x];
    const state = randn([4, 3, 3], { generator: new Generator(2) });
    const want = gru.forward(input, state, { lengths });
    const got = gru.forwardPacked(packPaddedSequence(input, lengths, { batchFirst }), state);
    expect(got.state.dataSync()).toEqual(want.state.dataSync());
    const { output } = padPackedSequence(got.output, { batchFirst });
    expect(output.dataSync()).toEqual(want.output.dataSync());
  }
});

it('says which lengths do not fit', () => {
  expect(() => packPaddedSequence(x, [2, 5, 1])).toThrow(
    new ShapeError(
      'packPaddedSequence: lengths must be whole numbers from 1 to 4, the number of steps, got 5. Leave empty sequences out of the batch, or pad to the longest.',
    ),
  );
  expect(() => packPaddedSequence(x, [2, 0, 1])).toThrow('got 0');
  expect(() => packPaddedSequence(x, [2, 1])).toThrow(
    'packPaddedSequence: needs one length for each of the 3 sequences of the batch, got 2.',
  );
  expect(() => packPaddedSequence(tensor([1]), [1])).toThrow('got shape [1]');
  expect(() => packSequence([zeros([0, 2])])).toThrow('a sequence needs at least one step');
  expect(() => padPackedSequence(packSequence([x]), { totalLength: 3 })).toThrow(
    'padPackedSequence: totalLength must be at least 4, the steps of the longest sequence, got 3.',
  );
});
