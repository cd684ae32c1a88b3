import { backward } from '@kasane/autograd';
import {
  concat,
  DTypeError,
  Generator,
  noGrad,
  randn,
  reference,
  ShapeError,
  tensor,
  wasm,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { summary } from '../index.ts';
import {
  MultiheadAttention,
  PositionalEncoding,
  Transformer,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoder,
  TransformerEncoderLayer,
} from '../transformer.ts';

const seeded = (seed: number): { generator: Generator } => ({ generator: new Generator(seed) });
const first = { batchFirst: true } as const;

describe('MultiheadAttention', () => {
  it('starts as PyTorch does: Glorot for the projections, no shift', () => {
    const attention = new MultiheadAttention(16, 4, seeded(1));
    const bound = Math.sqrt(6 / (16 + 48));
    expect(attention.inProjWeight!.abs().max().item()).toBeLessThanOrEqual(bound);
    expect(attention.inProjWeight!.max().item()).toBeGreaterThan(0.95 * bound);
    expect(attention.inProjBias!.abs().sum().item()).toBe(0);
    expect(attention.outProj.bias!.abs().sum().item()).toBe(0);
    expect(attention.outProj.weight.abs().max().item()).toBeLessThanOrEqual(0.25);
  });

  it('gives a query all of whose keys are blocked no more than the last bias, and finite gradients', () => {
    for (const backend of [wasm(), reference()]) {
      const attention = new MultiheadAttention(4, 2, { ...first, backend, ...seeded(2) });
      const x = randn([2, 3, 4], { backend, ...seeded(3) });
      x.requiresGrad = true;
      const keyPaddingMask = tensor(
        [[true, true, true], [false, true, false]], // prettier-ignore
        { backend },
      );
      const { output, weights } = attention.forward(x, x, x, { keyPaddingMask });
      expect(output.select(0, 0).abs().sum().item()).toBe(0);
      expect(weights!.select(0, 0).abs().sum().item()).toBe(0);
      expect(weights!.select(0, 1).sum(-1)).toBeAllclose([1, 1, 1]);
      backward(output.square().sum());
      expect(x.grad!.isFinite().all().item()).toBe(1);
      expect(x.grad!.select(0, 0).abs().sum().item()).toBe(0);
      expect(attention.inProjWeight!.grad!.isFinite().all().item()).toBe(1);
    }
  });

  it('does not look at padding, whatever that holds', () => {
    const attention = new MultiheadAttention(4, 2, { ...first, ...seeded(2) });
    const x = randn([1, 2, 4], seeded(3));
    const padded = concat([x, x.newFull([1, 1, 4], NaN)], 1);
    const keyPaddingMask = tensor([[false, false, true]]);
    const want = attention.forward(x).output;
    expect(attention.forward(x, padded, padded, { keyPaddingMask }).output).toBeAllclose(want);
  });

  it('is the same with the batch first or second, one by one or together, compiled or not', () => {
    const attention = new MultiheadAttention(6, 3, { ...first, ...seeded(4) });
    const second = new MultiheadAttention(6, 3);
    second.loadStateDict(attention.stateDict());
    const [query, key] = [randn([2, 4, 6], seeded(5)), randn([2, 5, 6], seeded(6))];
    const { output, weights } = attention.forward(query, key, key, { averageAttnWeights: false });
    expect(weights!.shape).toEqual([2, 3, 4, 5]);
    const turned = second.forward(query.transpose(0, 1), key.transpose(0, 1));
    expect(turned.output.transpose(0, 1)).toBeAllclose(output);
    expect(turned.weights!).toBeAllclose(weights!.mean(1));
    const alone = attention.forward(query.select(0, 1), key.select(0, 1));
    expect(alone.output).toBeAllclose(output.select(0, 1));
    expect(alone.weights!.shape).toEqual([4, 5]);
    const compiled = compile((q: Tensor, k: Tensor) => attention.forward(q, k).output.detach());
    for (let i = 0; i < 4; i++) expect(compiled(query, key).dataSync()).toEqual(output.dataSync());
    expect(attention.forward(query, key, key, { needWeights: false }).weights).toBeNull();
  });

  it('asks known keys again: attendTo of keysAndValues is forward', () => {
    for (const options of [{}, { kdim: 5 }, { addZeroAttn: true }]) {
      const attention = new MultiheadAttention(4, 2, { ...first, ...seeded(7), ...options });
      const query = randn([2, 3, 4], seeded(8));
      const key = randn([2, 2, attention.kdim], seeded(9));
      const value = attention.vdim === attention.kdim ? key : randn([2, 2, 4], seeded(10));
      const known = attention.keysAndValues(key, value);
      expect(attention.attendTo(query, known).output).toBeAllclose(
        attention.forward(query, key, value).output,
      );
    }
  });

  it('drops weights while training only, from its generator', () => {
    const x = randn([1, 8, 4], seeded(1));
    const make = (seed: number): MultiheadAttention =>
      new MultiheadAttention(4, 1, { ...first, dropout: 0.5, ...seeded(seed) });
    const [a, b] = [make(2), make(2)];
    const { weights } = a.forward(x);
    expect(weights!.equal(0).any().item()).toBe(1);
    expect(weights!.dataSync()).toEqual(b.forward(x).weights!.dataSync());
    expect(a.eval().forward(x).weights!.sum(-1)).toBeAllclose(x.newFull([1, 8], 1));
  });

  it('names what does not fit', () => {
    const attention = new MultiheadAttention(4, 2, { ...first, kdim: 3 });
    const x = zeros([2, 5, 4]);
    expect(() => attention.forward(x, x)).toThrow(
      new ShapeError(
        'MultiheadAttention: needs query (N, T, 4), key (N, S, 3) and value (N, S, 4), or all without N, got [2,5,4], [2,5,4], [2,5,4].',
      ),
    );
    const plain = new MultiheadAttention(4, 2, first);
    expect(() => plain.forward(x, zeros([1, 5, 4]))).toThrow(ShapeError);
    expect(() => plain.forward(zeros([4]))).toThrow(ShapeError);
    expect(() => plain.forward(x, x, x, { attnMask: zeros([3, 5]) })).toThrow(
      'MultiheadAttention: attnMask must have shape [5,5] or [4,5,5], got [3,5].',
    );
    const numbers = zeros([2, 5], { dtype: 'int32' });
    expect(() => plain.forward(x, x, x, { keyPaddingMask: numbers })).toThrow(DTypeError);
    expect(() => new MultiheadAttention(5, 2)).toThrow(
      'MultiheadAttention: numHeads must divide embedDim, got 2 heads for 5 numbers.',
    );
    expect(() => new MultiheadAttention(4, 2, { dropout: 2 })).toThrow(RangeError);
    // @ts-expect-error no such option
    expect(() => plain.forward(x, x, x, { mask: x })).toThrow('there is no option "mask"');
  });

  it('counts its multiply-adds and shows its sizes', () => {
    const layer = new MultiheadAttention(8, 2, { ...first, dropout: 0.1 });
    const x = zeros([2, 3, 8]);
    expect(summary(layer, [x, x, x]).multiplyAdds).toBe(4 * 6 * 64 + 2 * 2 * 9 * 8);
    expect(String(layer)).toContain('8, 2, dropout=0.1, batchFirst=true');
  });
});

describe('TransformerEncoder and TransformerDecoder', () => {
  it('start each layer from values of its own', () => {
    const encoder = new TransformerEncoder(() => new TransformerEncoderLayer(4, 2), 2);
    const [a, b] = [...encoder.layers];
    expect(a!.linear1.weight.dataSync()).not.toEqual(b!.linear1.weight.dataSync());
    expect(Object.keys(encoder.stateDict())[0]).toBe('layers.0.self_attn.in_proj_weight');
  });

  it('have a last layer in the decoder, whose weights a step gives', () => {
    const make = (): TransformerDecoderLayer => new TransformerDecoderLayer(4, 2);
    expect(() => new TransformerDecoder(make, 0)).toThrow(
      'TransformerDecoder: numLayers must be a whole number ≥ 1, got 0.',
    );
  });

  it('token by token are the same as all tokens at once, in pieces of any size', () => {
    const size = fc.integer({ min: 1, max: 4 });
    fc.assert(
      fc.property(fc.array(size, { minLength: 1, maxLength: 4 }), fc.boolean(), fc.nat(), (pieces, batchFirst, seed) => {
        const options = { ...seeded(seed), dropout: 0, dimFeedforward: 6, batchFirst, dtype: 'float64' } as const;
        const decoder = new TransformerDecoder(() => new TransformerDecoderLayer(4, 2, options), 2);
        const T = pieces.reduce((a, b) => a + b, 0);
        const { generator } = options;
        const draw = (length: number): Tensor =>
          randn(batchFirst ? [2, length, 4] : [length, 2, 4], { dtype: 'float64', generator });
        const [tgt, memory] = [draw(T), draw(3)];
        const memoryKeyPaddingMask = tensor([[false, false, true], [false, false, false]]);
        const all = decoder.forward(tgt, memory, { tgtIsCausal: true, memoryKeyPaddingMask });
        let cache = decoder.start(memory);
        const dim = batchFirst ? 1 : 0;
        const found = tgt.split(pieces, dim).map((piece) => {
          const step = decoder.step(piece, cache, { memoryKeyPaddingMask });
          ({ cache } = step);
          expect(step.weights.shape).toEqual([2, piece.shape[dim]!, 3]);
          return step.output;
        });
        expect(concat(found, dim)).toBeAllclose(all, { atol: 1e-12 });
      }),
      { numRuns: 12 },
    ); // prettier-ignore
  });

  it('do not see what follows where they are causal', () => {
    const layer = new TransformerEncoderLayer(4, 2, { dropout: 0, ...seeded(1) });
    const x = randn([5, 1, 4], seeded(2));
    const [short, long] = [x.slice(0, 0, 3), x].map((y) => layer.forward(y, { isCausal: true }));
    expect(long!.slice(0, 0, 3)).toBeAllclose(short!);
    const mask = Transformer.generateSquareSubsequentMask(5);
    expect(layer.forward(x, { mask })).toBeAllclose(long!);
  });

  it('take any function between the linear maps', () => {
    const build = (activation: 'relu' | ((x: Tensor) => Tensor)): TransformerEncoderLayer =>
      new TransformerEncoderLayer(4, 2, { dropout: 0, activation, ...seeded(3) });
    const x = randn([2, 1, 4], seeded(4));
    const y = build('relu').forward(x);
    expect(
      build((z) => z.relu())
        .forward(x)
        .dataSync(),
    ).toEqual(y.dataSync());
    expect(
      build((z) => z.tanh())
        .forward(x)
        .dataSync(),
    ).not.toEqual(y.dataSync());
  });
});

describe('Transformer', () => {
  it("has PyTorch's defaults and names", () => {
    const model = new Transformer(8, 2, { numEncoderLayers: 1, numDecoderLayers: 1 });
    expect(model.encoder.layers.at(0)!.linear1.outFeatures).toBe(2048);
    expect(model.encoder.layers.at(0)!.dropout1.p).toBe(0.1);
    const names = Object.keys(model.stateDict());
    expect(names).toContain('decoder.layers.0.multihead_attn.out_proj.bias');
    expect(names).toContain('encoder.norm.weight');
  });

  it('learns in a compiled step with dropout, as it does op by op', () => {
    const losses = (compiled: boolean): number[] => {
      const sizes = { numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 8, ...first };
      const model = new Transformer(4, 2, { ...sizes, ...seeded(5) });
      const [src, tgt] = [randn([2, 3, 4], seeded(6)), randn([2, 2, 4], seeded(7))];
      const step = (): Tensor => {
        const loss = model.forward(src, tgt, { tgtIsCausal: true }).square().mean();
        backward(loss);
        noGrad(() => {
          for (const p of model.parameters()) p.assign(p.sub(p.grad!.mul(0.1)));
        });
        model.zeroGrad();
        return loss.detach();
      };
      const run = compiled ? compile(step) : step;
      return Array.from({ length: 6 }, () => run().item());
    };
    const found = losses(false);
    expect(losses(true)).toEqual(found);
    expect(found.at(-1)!).toBeLessThan(found[0]!);
  });
});

describe('PositionalEncoding', () => {
  it('is sin and cos of the position, of odd sizes too, from any offset', () => {
    for (const dModel of [1, 4, 5]) {
      const encoding = new PositionalEncoding(dModel, { dropout: 0, maxLen: 9 });
      const want = Array.from({ length: 4 }, (_, t) =>
        Array.from({ length: dModel }, (__, i) => {
          const angle = (t + 2) / 10000 ** ((i - (i % 2)) / dModel);
          return i % 2 === 0 ? Math.sin(angle) : Math.cos(angle);
        }),
      );
      expect(encoding.forward(zeros([4, dModel]), { offset: 2 })).toBeAllclose(want);
      const sequences = encoding.forward(zeros([4, 3, dModel]), { offset: 2 });
      expect(sequences.select(1, 2)).toBeAllclose(want);
    }
    const batched = new PositionalEncoding(2, { dropout: 0, ...first });
    expect(batched.forward(zeros([3, 4, 2])).select(0, 1)).toBeAllclose(batched.pe.slice(0, 0, 4));
    expect(Object.keys(batched.stateDict())).toEqual([]);
  });

  it('refuses more positions than it has, and other sizes', () => {
    const encoding = new PositionalEncoding(2, { maxLen: 3 });
    expect(() => encoding.forward(zeros([2, 1, 2]), { offset: 2 })).toThrow(
      new ShapeError(
        'PositionalEncoding: needs (T, N, 2) or (T, 2) with at most 3 positions, got [2,1,2] from position 2 on. Build it with this dModel and a larger maxLen.',
      ),
    );
    expect(() => encoding.forward(zeros([2, 1, 3]))).toThrow(ShapeError);
  });
});
