import { gradients } from '@kasane/autograd';
import { Linear, Module } from '@kasane/nn';
import {
  concat,
  Generator,
  randn,
  ShapeError,
  tensor,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import {
  Bidirectional,
  GRU,
  GRUCell,
  GRUResetBefore,
  LSTM,
  PeepholeLSTM,
  packPaddedSequence,
  Recurrent,
  RNN,
  unroll,
  type CellStep,
  type RecurrentCell,
  type RecurrentLayer,
  type SequenceModule,
} from './index.ts';

const generator = new Generator(1);
const x = randn([5, 3, 2], { generator, dtype: 'float64' }); // (T, B, I)

/** What a user may write: a state of two parts, one of them a list. */
class Counting extends Module {
  readonly inner = new Linear(2, 3, { dtype: 'float64', generator: new Generator(2) });
  zeroState(batch: number, like: Tensor): Counted {
    return { sums: [like.newFull([batch, 3], 0)], steps: like.newFull([batch, 1], 0) };
  }
  step(input: Tensor, state: Counted): CellStep<Counted> {
    const next = this.forward(input, state);
    return { output: next.sums[0]!.mul(next.steps), state: next };
  }
  forward(input: Tensor, { sums, steps }: Counted): Counted {
    return { sums: [sums[0]!.add(this.inner.forward(input))], steps: steps.add(1) };
  }
}

interface Counted {
  readonly sums: readonly Tensor[];
  readonly steps: Tensor;
}

describe('unroll', () => {
  it('runs a cell of your own, to the end of each sequence', () => {
    const cell = new Counting();
    const { output, state } = unroll(cell, x, undefined, { lengths: [5, 1, 3] });
    expect(state.steps.toArray()).toEqual([[5], [1], [3]]);
    for (const [b, n] of [5, 1, 3].entries()) {
      const alone = unroll(cell, x.slice(1, b, b + 1).slice(0, 0, n));
      expect(state.sums[0]!.select(0, b)).toBeAllclose(alone.state.sums[0]!.select(0, 0));
      expect(output.slice(1, b, b + 1).slice(0, 0, n)).toBeAllclose(alone.output);
      expect(
        output
          .slice(1, b, b + 1)
          .slice(0, n)
          .abs()
          .sum()
          .item(),
      ).toBe(0);
    }
  });

  it('begins with the last step of each sequence, in reverse', () => {
    const cell = new Counting();
    const { output, state } = unroll(cell, x, undefined, { lengths: [5, 1, 3], reverse: true });
    for (const [b, n] of [5, 1, 3].entries()) {
      const alone = unroll(
        cell,
        x
          .slice(1, b, b + 1)
          .slice(0, 0, n)
          .flip(0),
      );
      expect(state.sums[0]!.select(0, b)).toBeAllclose(alone.state.sums[0]!.select(0, 0));
      expect(output.slice(1, b, b + 1).slice(0, 0, n)).toBeAllclose(alone.output.flip(0));
    }
  });

  it('takes lengths as a tensor: the same, and unread', () => {
    const cell = new GRUCell(2, 3, { dtype: 'float64', generator });
    const lengths = tensor([5, 1, 3], { dtype: 'int32' });
    for (const reverse of [false, true]) {
      const want = unroll(cell, x, undefined, { lengths: [5, 1, 3], reverse });
      const got = unroll(cell, x, undefined, { lengths, reverse });
      expect(got.output.dataSync()).toEqual(want.output.dataSync());
      expect(got.state.dataSync()).toEqual(want.state.dataSync());
    }
  });

  it('gives inputs their gradients, through sequences of many steps as well', () => {
    const cell = new Counting();
    const long = randn([37, 1, 2], { dtype: 'float64', generator });
    long.requiresGrad = true;
    const [got] = gradients([unroll(cell, long).state.sums[0]!.sum()], [long]);
    const once = cell.inner.weight.sum(0); // every step counts once
    expect(got!).toBeAllclose(once.reshape([1, 1, 2]).broadcastTo([37, 1, 2]));
  });

  it('says what does not fit', () => {
    const cell = new GRUCell(2, 3);
    expect(() => unroll(cell, zeros([2]))).toThrow(
      new ShapeError(
        'unroll: the input must have steps and a batch as its first dimensions, got shape [2]. Unsqueeze the batch.',
      ),
    );
    expect(() => unroll(cell, zeros([0, 3, 2]))).toThrow(
      new ShapeError(
        'unroll: a sequence needs at least one step, got input [0,3,2]. Leave empty sequences out of the batch.',
      ),
    );
    const fickle = {
      zeroState: (): unknown => ({ a: zeros([3, 1]) }),
      step: (t: Tensor): CellStep<unknown> => ({ output: t, state: { b: t } }),
    };
    expect(() =>
      unroll(fickle, x, undefined, { lengths: tensor([1, 2, 1], { dtype: 'int32' }) }),
    ).toThrow(
      new TypeError(
        'state: must be a tensor or a plain object of tensors, of one form at every step, but its part b is not. Give the state that the cell or layer itself returned, or leave it out for zeros.',
      ),
    );
  });
});

describe('Recurrent and Bidirectional', () => {
  const layers: [string, RecurrentLayer<unknown>][] = [
    ['RNN', new RNN(2, 3, { bidirectional: true, dtype: 'float64', generator })],
    ['LSTM', new LSTM(2, 3, { bidirectional: true, dtype: 'float64', generator })],
    ['PeepholeLSTM', new PeepholeLSTM(2, 3, { bidirectional: true, dtype: 'float64', generator })],
    ['GRU', new GRU(2, 3, { bidirectional: true, dtype: 'float64', generator })],
    [
      'GRUResetBefore',
      new GRUResetBefore(2, 3, { bidirectional: true, dtype: 'float64', generator }),
    ],
  ];

  for (const [name, layer] of layers) {
    it(`${name}: the layer and the loop over its cells give the same values and gradients`, () => {
      const [ahead, back] = [layer.cell(0), layer.cell(0, { reverse: true })];
      const parameters = layer.parameters();
      expect(new Set([...ahead.parameters(), ...back.parameters()])).toEqual(new Set(parameters));
      const loop = new Bidirectional(ahead, back);
      const seed = randn([5, 3, 6], { generator, dtype: 'float64' });
      for (const lengths of [undefined, [5, 1, 3]]) {
        const run = (module: SequenceModule<unknown>): (Tensor | null)[] => {
          const input = tensor(x.dataSync(), x.shape, { requiresGrad: true });
          const options = lengths === undefined ? {} : { lengths };
          const { output, state } = module.forward(input, undefined, options);
          const finals = tensorsOf(state).map((t) => t.reshape([t.size]));
          const all = [output, concat(finals)];
          const weights = [seed, all[1]!.newFull([all[1]!.size], 0.7)];
          const found = gradients(all, [input, ...parameters], { gradOutputs: weights });
          return [output, ...found];
        };
        const [want, got] = [run(loop), run(layer)];
        expect(got.length).toBe(want.length);
        got.forEach((t, i) => expect(t!).toBeAllclose(want[i]!, { rtol: 1e-10, atol: 1e-12 }));
      }
    });
  }

  it('read forwards, backwards, with the batch first, and packed', () => {
    const cell: RecurrentCell<Tensor> = new GRUCell(2, 3, { dtype: 'float64', generator });
    const want = unroll(cell, x, undefined, { lengths: [5, 1, 3], reverse: true });
    const layer = new Recurrent(cell, { batchFirst: true, reverse: true });
    const got = layer.forward(x.transpose(0, 1), undefined, { lengths: [5, 1, 3] });
    expect(got.output.transpose(0, 1).dataSync()).toEqual(want.output.dataSync());
    const packed = layer.forwardPacked(packPaddedSequence(x, [5, 1, 3]));
    expect(packed.state.dataSync()).toEqual(want.state.dataSync());
    expect(Object.keys(layer.stateDict())[0]).toBe('cell.weight_ih');
  });

  it('know what comes after a step', () => {
    const both = new Bidirectional(new GRUCell(2, 3), new GRUCell(2, 3));
    const input = randn([5, 1, 2], { generator });
    const changed = concat([input.slice(0, 0, 4), input.slice(0, 4).add(1)]);
    const first = (module: SequenceModule<unknown>, t: Tensor): unknown =>
      module.forward(t).output.select(0, 0).toArray();
    expect(first(both, changed)).not.toEqual(first(both, input));
    const one = new Recurrent(new GRUCell(2, 3));
    expect(first(one, changed)).toEqual(first(one, input));
  });

  it('continue from a state', () => {
    const both = new Bidirectional(new GRUCell(2, 3), new GRUCell(2, 3));
    const input = randn([5, 1, 2], { generator });
    const { forward: h, backward } = both.forward(input).state;
    const again = both.forward(input, { forward: h, backward });
    const ahead = unroll(both.forwardCell, input, h);
    expect(again.output.slice(2, 0, 3).dataSync()).toEqual(ahead.output.dataSync());
  });
});

/** The tensors of a state, in the order of their names. */
function tensorsOf(state: unknown): Tensor[] {
  if (typeof state !== 'object' || state === null) return [];
  if ('provenance' in state) return [state as Tensor]; // only tensors have one
  return Object.values(state).flatMap(tensorsOf);
}
