import { GRU, LSTM, GRUCell, Recurrent, RNN } from '@kasane/layers-rnn';
import { Embedding } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import {
  concat,
  Generator,
  noGrad,
  randint,
  ShapeError,
  stack,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { fit, trainStep } from '@kasane/trainer';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  AdditiveAttention,
  Decoder,
  DotAttention,
  Encoder,
  LinearBridge,
  padPairs,
  Seq2Seq,
  sequenceLoss,
  TransformerSeq2Seq,
  type StepModel,
  type TokenPair,
} from './index.ts';

const ids = (rows: readonly (readonly number[])[]): Tensor => tensor(rows, { dtype: 'int32' });
const [V, E, H] = [9, 4, 6];

interface Tested extends StepModel<unknown> {
  forward(pair: { source: Tensor; target: Tensor }): Tensor;
  encode(source: Tensor, options?: { lengths?: readonly number[] }): unknown;
}

/** Models of all kinds. */
function models(seed: number, dropout: number = 0): Record<string, Tested> {
  const g = { generator: new Generator(seed) };
  const table = (): Embedding => new Embedding(V, E, { paddingIdx: 0, ...g });
  const plain = new Seq2Seq(
    new Encoder(table(), new GRU(E, H, g), { dropout, ...g }),
    new Decoder(table(), new GRU(E, H, g), g),
  );
  const attending = new Seq2Seq(
    new Encoder(table(), new RNN(E, H, { numLayers: 2, ...g })),
    new Decoder(table(), new RNN(E, H, { numLayers: 2, batchFirst: true, ...g }), { attention: new DotAttention(H), ...g }),
  ); // prettier-ignore
  const reads = new LSTM(E, H, { bidirectional: true, ...g });
  const writes = new LSTM(E + H, H, { ...g });
  const feeding = new Seq2Seq(
    new Encoder(table(), reads),
    new Decoder(table(), writes, { attention: new AdditiveAttention(H, 2 * H, g), inputFeeding: true, ...g }),
    { bridge: new LinearBridge(reads, writes, g) },
  ); // prettier-ignore
  const cells = new Seq2Seq(
    new Encoder(table(), new Recurrent(new GRUCell(E, H, g))),
    new Decoder(table(), new Recurrent(new GRUCell(E, H, g)), g),
  );
  const transformer = new TransformerSeq2Seq(V, V, {
    dModel: 8, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 2, dimFeedforward: 8, dropout, maxLen: 16, ...g,
  }); // prettier-ignore
  return { plain, attending, feeding, cells, transformer };
}

describe.each(Object.keys(models(1)))('%s model', (kind) => {
  const model = models(1)[kind]!;
  const source = ids([[3, 4, 5, 2], [6, 2, 0, 0]]); // prettier-ignore
  const target = ids([[1, 7, 8], [1, 5, 4]]); // prettier-ignore

  it('step by step gives the logits of all steps at once', () => {
    const logits = model.forward({ source, target });
    expect(logits.shape).toEqual([2, 3, V]);
    let state = model.encode(source);
    const steps = target.unbind(1).map((tokens) => {
      const step = model.step(tokens, state);
      ({ state } = step);
      expect(step.hidden!.shape[0]).toBe(2);
      if (step.attention !== undefined) {
        expect(step.attention.shape).toEqual([2, 4]);
        expect(step.attention.sum(1)).toBeAllclose([1, 1]);
        expect(step.attention.select(0, 1).slice(0, 2).abs().sum().item()).toBe(0); // padding
      }
      return step.logits;
    });
    expect(stack(steps, 1)).toBeAllclose(logits, { rtol: 1e-4, atol: 1e-5 });
  });

  it('is not changed by more padding, nor by the others of a batch', () => {
    const logits = model.forward({ source, target });
    const longer = concat([source, ids([[0, 0], [0, 0]])], 1); // prettier-ignore
    expect(model.forward({ source: longer, target })).toBeAllclose(logits, { atol: 1e-5 });
    const alone = model.forward({ source: ids([[6, 2]]), target: ids([[1, 5, 4]]) });
    expect(alone.squeeze(0)).toBeAllclose(logits.select(0, 1), { atol: 1e-5 });
  });

  it('selects rows of a state in any order, as often as asked', () => {
    const begun = model.step(ids([[1, 1]]).select(0, 0), model.encode(source)).state;
    const state = model.select(begun, tensor([1, 0, 1], { dtype: 'int32' }));
    const { logits } = model.step(tensor([5, 7, 5], { dtype: 'int32' }), state);
    const want = model.step(tensor([7, 5], { dtype: 'int32' }), begun).logits;
    expect(logits.select(0, 0)).toBeAllclose(want.select(0, 1), { atol: 1e-5 });
    expect(logits.select(0, 1)).toBeAllclose(want.select(0, 0), { atol: 1e-5 });
    expect(logits.select(0, 2)).toBeAllclose(want.select(0, 1), { atol: 1e-5 });
  });

  it('takes lengths in place of padding tokens', () => {
    const filled = ids([[3, 4, 5, 2], [6, 2, 7, 7]]); // prettier-ignore
    const tokens = tensor([1, 1], { dtype: 'int32' });
    const { logits } = model.step(tokens, model.encode(filled, { lengths: [4, 2] }));
    expect(logits).toBeAllclose(model.step(tokens, model.encode(source)).logits);
  });

  it('learns, compiled as op by op', () => {
    const losses = (compile: boolean): number[] => {
      const learner = models(3, 0.2)[kind]! as unknown as Seq2Seq<Tensor>; // all have its forward
      const optimizer = new Adam(learner.parameters(), { lr: 0.02 });
      const step = trainStep(
        (s: Tensor, t: Tensor, y: Tensor) => sequenceLoss(learner.forward({ source: s, target: t }), y),
        optimizer,
        { compile, onFallback: (reason) => { throw new Error(reason); } },
      ); // prettier-ignore
      const labels = ids([[7, 8, 2], [5, 2, 0]]); // prettier-ignore
      return Array.from({ length: 30 }, () => step(source, target, labels).item());
    };
    const found = losses(true);
    expect(found.at(-1)!).toBeLessThan(found[0]! / 2);
    expect(losses(false)).toEqual(found);
  });
});

describe('Seq2Seq', () => {
  const g = { generator: new Generator(1) };
  const table = (size: number = E): Embedding => new Embedding(V, size, { paddingIdx: 0, ...g });

  it("starts the decoder from the encoder's last state, to the bit", () => {
    const encoder = new Encoder(table(), new GRU(E, H, g));
    const model = new Seq2Seq(encoder, new Decoder(table(), new GRU(E, H, g)));
    const source = ids([[3, 4, 2]]);
    expect(model.encode(source).recurrent.dataSync()).toEqual(encoder.forward(source).state.dataSync());
    const [a, b] = [ids([[3, 4, 2]]), ids([[4, 3, 2]])].map((s) => model.forward({ source: s, target: ids([[1]]) }));
    expect(a!.dataSync()).not.toEqual(b!.dataSync());
  }); // prettier-ignore

  it('joins the directions of a layer that reads both ways', () => {
    const encoder = new Encoder(table(), new GRU(E, H, { bidirectional: true, numLayers: 2, ...g }));
    const model = new Seq2Seq(encoder, new Decoder(table(), new GRU(E, 2 * H, { numLayers: 2, ...g })));
    const source = ids([[3, 4, 2]]);
    const { state } = encoder.forward(source);
    const joined = model.encode(source).recurrent;
    expect(joined.shape).toEqual([2, 1, 2 * H]);
    expect(joined.select(0, 1).squeeze(0)).toBeAllclose(concat([state.select(0, 2), state.select(0, 3)], 1).squeeze(0));
  }); // prettier-ignore

  it('reads what it is told, its own, or some of both', () => {
    for (const kind of ['plain', 'feeding']) {
      const model = models(2)[kind]! as unknown as Seq2Seq<Tensor>; // both are
      const source = ids([[3, 4, 2], [5, 2, 0]]); // prettier-ignore
      const target = ids([[1, 7, 8, 3], [1, 5, 4, 6]]); // prettier-ignore
      const run = (options: object): Tensor => model.forward({ source, target }, options);
      // Own tokens one by one.
      let state = model.encode(source);
      let tokens = target.select(1, 0);
      const own = Array.from({ length: 4 }, () => {
        const step = model.step(tokens, state);
        ({ state } = step);
        tokens = step.logits.argmax(-1);
        return step.logits;
      });
      const free = run({ teacherForcing: 0 });
      expect(free).toBeAllclose(stack(own, 1), { rtol: 1e-4, atol: 1e-5 });
      // Told what it would have chosen, it is the same.
      const chosen = concat([target.slice(1, 0, 1), free.argmax(-1).slice(1, 0, 3)], 1);
      expect(model.forward({ source, target: chosen })).toBeAllclose(free, {
        rtol: 1e-4,
        atol: 1e-5,
      });
      const told = run({});
      const draws = Array.from({ length: 20 }, (_, i) =>
        run({ teacherForcing: 0.5, teacherForcingPer: 'batch', generator: new Generator(i) }),
      ); // prettier-ignore
      const close = (a: Tensor, b: Tensor): boolean => a.sub(b).abs().max().item() < 1e-4;
      expect(draws.every((d) => close(d, told) || close(d, free))).toBe(true);
      expect(draws.some((d) => close(d, told)) && draws.some((d) => close(d, free))).toBe(true);
      const mixed = run({ teacherForcing: 0.5, generator: new Generator(3) });
      expect(mixed.dataSync()).toEqual(
        run({ teacherForcing: 0.5, generator: new Generator(3) }).dataSync(),
      );
      expect(() => run({ teacherForcing: 2 })).toThrow(
        'Decoder: teacherForcing must be from 0 to 1, got 2.',
      );
    }
  });

  it('may forget its own tokens in a compiled step, too', () => {
    const model = models(4)['feeding']! as unknown as Seq2Seq<Tensor>; // it is
    const generator = new Generator(5);
    const step = trainStep(
      (source: Tensor, target: Tensor) =>
        sequenceLoss(model.forward({ source, target }, { teacherForcing: 0.5, generator }), target),
      new Adam(model.parameters(), { lr: 0.01 }),
      { onFallback: (reason) => { throw new Error(reason); } },
    ); // prettier-ignore
    const draw = (): Tensor => randint(1, V, [2, 3], { generator });
    const [source, target] = [draw(), draw()];
    const losses = Array.from({ length: 12 }, () => step(source, target).item());
    expect(losses.every(Number.isFinite)).toBe(true);
    expect(new Set(losses).size).toBe(12);
  });

  it('trains in fit, on what padPairs makes of pairs', async () => {
    const model = new Seq2Seq(new Encoder(table(), new GRU(E, 16, g)), new Decoder(table(), new GRU(E, 16, g), g));
    const pairs: TokenPair[] = [[[3, 4], [1, 4, 3, 2]], [[5], [1, 5, 2]]]; // prettier-ignore
    const history = await fit(model, {
      data: [padPairs(pairs)],
      loss: (logits, labels) => sequenceLoss(logits, labels),
      optimizer: new Adam(model.parameters(), { lr: 0.05 }),
      epochs: 40,
    });
    expect(history.at(-1)!.loss).toBeLessThan(0.1);
  }); // prettier-ignore

  it('names what does not fit together', () => {
    const encoder = new Encoder(table(), new GRU(E, H));
    const decode = (size: number, options: object = {}, layer = new GRU(E, size)): Decoder<Tensor> =>
      new Decoder(table(), layer, options);
    expect(() => new Seq2Seq(encoder, decode(5))).toThrow(
      "Seq2Seq: the decoder starts from the encoder's state, 1 layers of 6, and has 1 of 5. Pass a bridge, such as LinearBridge.",
    );
    expect(() => decode(H, { inputFeeding: true })).toThrow(
      "Decoder: the recurrent layer must read 10 numbers, the embedding's 4 and the 6 that are fed back, got 4.",
    );
    expect(() => decode(H, { attention: new DotAttention(5) })).toThrow(RangeError);
    expect(() => decode(H, { tied: true })).toThrow('Decoder: tied needs an embedding');
    expect(() => decode(H, {}, new GRU(E, H, { bidirectional: true }))).toThrow('reads both ways');
    expect(() => decode(H, { attention: new DotAttention(H) }).start(ids([[1]]))).toThrow(TypeError);
    expect(() => encoder.forward(ids([[1]]).select(0, 0))).toThrow(
      new ShapeError('Encoder: source must have shape (N, S), got [1]. Unsqueeze the batch.'),
    );
    expect(() => new LinearBridge(new GRU(E, H, { numLayers: 2 }), new GRU(E, H))).toThrow(RangeError);
    expect(() => new TransformerSeq2Seq(5, 6, { dModel: 4, nhead: 1, tied: 'all' })).toThrow(RangeError);
  }); // prettier-ignore

  it('has the published number of parameters', () => {
    const size = 256;
    const model = new Seq2Seq(
      new Encoder(new Embedding(3725, size, { paddingIdx: 0 }), new GRU(size, size)),
      new Decoder(new Embedding(4405, size, { paddingIdx: 0 }), new GRU(size, size)),
    );
    expect(model.numParameters()).toBe(4_002_869);
  });
});

describe('TransformerSeq2Seq', () => {
  it('shares tables as asked', () => {
    const count = (tied: 'none' | 'output' | 'all'): number =>
      new TransformerSeq2Seq(9, 9, { dModel: 4, nhead: 1, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 4, tied }).numParameters();
    expect(count('none') - count('output')).toBe(36);
    expect(count('output') - count('all')).toBe(36);
  }); // prettier-ignore

  it('by kept keys and values is what it is at once, for any lengths (float64)', () => {
    const length = fc.integer({ min: 1, max: 6 });
    fc.assert(
      fc.property(length, length, fc.nat(), (S, T, seed) => {
        const generator = new Generator(seed);
        const model = new TransformerSeq2Seq(V, V, {
          dModel: 4, nhead: 2, numEncoderLayers: 1, numDecoderLayers: 2, dimFeedforward: 4, normFirst: true, maxLen: 8, dtype: 'float64', generator,
        }).eval(); // prettier-ignore
        const source = randint(0, V, [2, S], { generator });
        const target = randint(1, V, [2, T], { generator });
        noGrad(() => {
          const all = model.forward({ source, target });
          let state = model.encode(source);
          target.unbind(1).forEach((tokens, t) => {
            const step = model.step(tokens, state);
            ({ state } = step);
            expect(step.logits).toBeAllclose(all.select(1, t), { rtol: 1e-9, atol: 1e-11 });
          });
        });
      }),
      { numRuns: 15 },
    );
  });
});
