import { gradients } from '@kasane/autograd';
import { Linear, Module } from '@kasane/nn';
import {
  Generator,
  randn,
  reference,
  tensor,
  wasm,
  withBackend,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  Bidirectional,
  GRU,
  GRUResetBefore,
  LSTM,
  packPaddedSequence,
  PeepholeLSTM,
  Recurrent,
  RNN,
  type CellStep,
  type SequenceModule,
} from './index.ts';

const [T, B, I] = [5, 3, 2];
const whole = { numLayers: 2, bidirectional: true } as const;

/** Takes the logarithm of what it reads: zeros are not for it. */
class LogCell extends Module {
  readonly input = new Linear(I, 2, { generator: new Generator(4) });
  zeroState(batch: number, like: Tensor): Tensor {
    return like.newFull([batch, 2], 0);
  }
  step(x: Tensor, h: Tensor): CellStep<Tensor> {
    const state = this.forward(x, h);
    return { output: state, state };
  }
  forward(x: Tensor, h: Tensor): Tensor {
    return h.mul(0.9).add(this.input.forward(x.log()));
  }
}

const layers: readonly [string, (generator: Generator) => SequenceModule<unknown>][] = [
  ['RNN', (generator) => new RNN(I, 3, { ...whole, generator })],
  ['RNN of relu', (generator) => new RNN(I, 3, { nonlinearity: 'relu', generator })],
  ['LSTM', (generator) => new LSTM(I, 3, { ...whole, generator })],
  ['PeepholeLSTM', (generator) => new PeepholeLSTM(I, 3, { ...whole, generator })],
  ['GRU', (generator) => new GRU(I, 3, { ...whole, generator })],
  ['GRUResetBefore', (generator) => new GRUResetBefore(I, 3, { ...whole, generator })],
  ['a GRU with the batch first', (generator) => new GRU(I, 3, { batchFirst: true, generator })],
  [
    'Bidirectional',
    (generator) => {
      const cell = (): GRU => new GRU(I, 3, { generator });
      return new Bidirectional(cell().cell(0), cell().cell(0));
    },
  ],
  ['Recurrent, in reverse', () => new Recurrent(new LogCell(), { reverse: true })],
];

/** The input (T, B, I) with `padding` behind each sequence's length. */
function padded(lengths: readonly number[], padding: readonly number[]): Tensor {
  const values = Array.from(
    randn([T, B, I], { generator: new Generator(9) })
      .abs()
      .dataSync(),
  );
  const at = (i: number): number => Math.floor(i / (B * I)) - lengths[Math.floor(i / I) % B]!;
  return tensor(
    values.map((v, i) => (at(i) >= 0 ? padding[i % padding.length]! : v + 0.1)),
    [T, B, I],
  );
}

function results(
  layer: SequenceModule<unknown>,
  input: Tensor,
  lengths: readonly number[] | Tensor,
): Tensor[] {
  const x = input.detach();
  x.requiresGrad = true;
  const { output } = layer.forward(layer.batchFirst ? x.transpose(0, 1) : x, undefined, {
    lengths,
  });
  const leaves = [x, ...layer.parameters()];
  const found = gradients([output.square().sum()], leaves);
  return [output.detach(), ...found.map((g) => g!)];
}

describe('padding never changes a result, whatever it holds', () => {
  for (const backend of [reference(), wasm()]) {
    for (const [name, make] of layers) {
      it(`${name} on ${backend.name}: output and all gradients, eager, and with unread lengths`, () => {
        withBackend(backend, () => {
          const layer = make(new Generator(3));
          const numbers = fc.constantFrom(NaN, Infinity, -Infinity, 0, -1, 3e38);
          const lengths = fc.array(fc.integer({ min: 1, max: T }), { minLength: B, maxLength: B });
          const property = fc.property(
            lengths,
            fc.array(numbers, { minLength: 1, maxLength: 7 }),
            (lengths, padding) => {
              for (const given of [lengths, tensor(lengths, { dtype: 'int32' })]) {
                const want = results(layer, padded(lengths, [1]), given);
                const got = results(layer, padded(lengths, padding), given);
                got.forEach((t, i) => expect(t).toBeAllclose(want[i]!, { rtol: 0, atol: 0 }));
              }
            },
          );
          fc.assert(property, { numRuns: 12, seed: 2 });
        });
      });
    }
  }

  it('in a compiled call', () => {
    const layer = new LSTM(I, 3, { generator: new Generator(3) });
    const step = compile((x: Tensor, lengths: Tensor) => results(layer, x, lengths));
    for (let i = 0; i < 4; i++) {
      const lengths = [2, 5, 3];
      const want = results(layer, padded(lengths, [0]), lengths);
      const got = step(padded(lengths, [NaN]), tensor(lengths, { dtype: 'int32' }));
      got.forEach((t, k) => expect(t).toBeAllclose(want[k]!, { rtol: 0, atol: 0 }));
    }
  });

  it('of a sequence whose unread length is 0', () => {
    const layer = new Recurrent(new GRU(I, 3, { generator: new Generator(3) }).cell(0));
    const lengths = tensor([0, 5, 3], { dtype: 'int32' });
    const [output, ...found] = results(layer, padded([0, 5, 3], [NaN]), lengths);
    expect(output!.select(1, 0).abs().sum().item()).toBe(0);
    for (const g of found) expect(g.abs().sum().item()).toBeLessThan(Infinity);
  });

  it('of packed sequences', () => {
    const layer = new GRU(I, 3, { ...whole, generator: new Generator(3) });
    const lengths = [2, 5, 3];
    const of = (padding: number): Tensor[] => {
      const x = padded(lengths, [padding]);
      x.requiresGrad = true;
      const { output } = layer.forwardPacked(packPaddedSequence(x, lengths));
      const found = gradients([output.data.square().sum()], [x, ...layer.parameters()]);
      return [output.data.detach(), ...found.map((g) => g!)];
    };
    const want = of(0);
    of(NaN).forEach((t, i) => expect(t).toBeAllclose(want[i]!, { rtol: 0, atol: 0 }));
  });
});
