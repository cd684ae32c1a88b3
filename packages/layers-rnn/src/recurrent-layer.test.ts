import { backward } from '@kasane/autograd';
import { Linear, summary } from '@kasane/nn';
import {
  Generator,
  manualSeed,
  ones,
  randn,
  reference,
  ShapeError,
  tensor,
  withBackend,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import {
  Bidirectional,
  detachState,
  GRU,
  GRUResetBefore,
  LSTM,
  LSTMCell,
  PeepholeLSTM,
  Recurrent,
  RNN,
  type LSTMState,
} from './index.ts';

const generator = new Generator(1);
const x = randn([6, 3, 2], { generator }); // (T, B, I)
const everyLayer = { RNN, LSTM, PeepholeLSTM, GRU, GRUResetBefore };

describe('names and counts', () => {
  it("are PyTorch's, layer by layer, forward before backward", () => {
    const names = Object.keys(new RNN(2, 3, { numLayers: 2, bidirectional: true }).stateDict());
    const parts = ['weight_ih', 'weight_hh', 'bias_ih', 'bias_hh'];
    const places = ['l0', 'l0_reverse', 'l1', 'l1_reverse'];
    expect(names).toEqual(places.flatMap((place) => parts.map((part) => `${part}_${place}`)));
    const peephole = Object.keys(new PeepholeLSTM(2, 3).stateDict());
    expect(peephole).toEqual([...parts, 'peephole'].map((part) => `${part}_l0`));
  });

  it('leave room for what a subclass adds', () => {
    class Tagger extends GRU {
      readonly head = new Linear(3, 1);
    }
    expect(Object.keys(new Tagger(2, 3).stateDict()).slice(-2)).toEqual([
      'head.weight',
      'head.bias',
    ]);
  });

  it("are Keras' with a single bias", () => {
    const count = (layer: RNN | LSTM | GRU | GRUResetBefore): number =>
      layer.parameters().reduce((n, p) => n + p.size, 0);
    const bias = 'single';
    expect(count(new RNN(2, 16, { bias }))).toBe(304);
    expect(count(new RNN(2, 128, { bias }))).toBe(16_768);
    expect(count(new GRU(2, 128, { bias }))).toBe(50_304);
    expect(count(new GRUResetBefore(2, 128, { bias }))).toBe(50_304);
    expect(count(new LSTM(2, 128, { bias }))).toBe(67_072);
    expect(Object.keys(new RNN(2, 3, { bias }).stateDict())).toEqual([
      'weight_ih_l0',
      'weight_hh_l0',
      'bias_ih_l0',
    ]);
  });

  it('show in the description and the summary', () => {
    const layer = new LSTM(2, 3, { numLayers: 2, bidirectional: true, dropout: 0.1 });
    expect(String(layer)).toBe('LSTM(2, 3, numLayers=2, bidirectional=true, dropout=0.1)');
    expect(
      String(new RNN(2, 3, { nonlinearity: 'relu', recurrentDropout: 1, batchFirst: true })),
    ).toBe("RNN(2, 3, nonlinearity='relu', batchFirst=true, recurrentDropout=1)");
    const loop = new Recurrent(new LSTMCell(2, 3));
    expect(summary(loop, [6, 5, 2]).multiplyAdds).toBe(30 * 12 * 5);
    const both = new Bidirectional(new LSTMCell(2, 3), new LSTMCell(2, 3));
    expect(summary(both, [6, 5, 2]).multiplyAdds).toBe(2 * 30 * 12 * 5);
    expect(summary(layer, [6, 5, 2]).multiplyAdds).toBe(30 * 12 * (2 * 2 + 2 * 3 + 2 * 6 + 2 * 3));
  });

  it('give the cells, whose parameters are those of the layer', () => {
    const layer = new GRU(2, 3, { numLayers: 2, bidirectional: true });
    const named = new Map(layer.namedParameters());
    expect(layer.cell(1, { reverse: true }).biasHh).toBe(named.get('bias_hh_l1_reverse'));
    expect(layer.cell(0).weightIh).toBe(named.get('weight_ih_l0'));
    expect(() => layer.cell(2)).toThrow(
      'GRU: has no cell of layer 2, but 2 layers in two directions, counted from 0.',
    );
    expect(() => new GRU(2, 3).cell(0, { reverse: true })).toThrow('in one direction');
  });
});

for (const [name, Layer] of Object.entries(everyLayer)) {
  describe(name, () => {
    const layer = new Layer(2, 3, { numLayers: 2, bidirectional: true, generator });
    const flat = (state: Tensor | LSTMState): Tensor[] =>
      'h' in state ? [state.h, state.c] : [state];

    it('takes the batch first', () => {
      const twin = new Layer(2, 3, { numLayers: 2, bidirectional: true, batchFirst: true });
      twin.loadStateDict(layer.stateDict());
      const [want, got] = [layer.forward(x), twin.forward(x.transpose(0, 1))];
      expect(got.output.transpose(0, 1).dataSync()).toEqual(want.output.dataSync());
    });

    it('takes one sequence without a batch', () => {
      const { output, state } = layer.forward(x.select(1, 0));
      const want = layer.forward(x.slice(1, 0, 1));
      expect(output.shape).toEqual([6, 6]);
      expect(output.dataSync()).toEqual(want.output.squeeze(1).dataSync());
      for (const s of flat(state)) expect(s.shape).toEqual([4, 3]);
    });

    it('gives nothing for an empty batch', () => {
      const { output } = layer.forward(zeros([6, 0, 2]));
      expect(output.shape).toEqual([6, 0, 6]);
      backward(output.sum());
      for (const p of layer.parameters()) expect(p.grad!.abs().sum().item()).toBe(0);
      layer.zeroGrad();
    });

    it('streams: pieces from state to state give what the whole does, without history', () => {
      const one = new Layer(2, 3, { numLayers: 2, generator });
      const whole = one.forward(x);
      let state: (Tensor & LSTMState) | undefined;
      for (let t = 0; t < 6; t += 2) {
        const piece = one.forward(x.slice(0, t, t + 2), state);
        expect(piece.output).toBeAllclose(whole.output.slice(0, t, t + 2), {
          rtol: 1e-5,
          atol: 1e-6,
        });
        // A layer takes the state that it gave, whichever of the two it is.
        state = detachState(piece.state) as Tensor & LSTMState;
        for (const part of flat(state)) expect(part.requiresGrad).toBe(false);
      }
    });

    it('says what does not fit', () => {
      // Every layer refuses a state of another shape, whatever its form.
      const call = layer.forward.bind(layer) as (x: Tensor, s?: unknown, o?: object) => unknown;
      const bad = zeros([4, 2, 3]);
      const isPair = Layer === LSTM || Layer === PeepholeLSTM;
      expect(() => call(x, isPair ? { h: bad, c: bad } : bad)).toThrow(
        new ShapeError(
          `${name}: ${isPair ? 'h of the state' : 'the state'} must have shape [4,3,3] for this input, got [4,2,3]. Give the state of a call with the same batch size, or leave it out for zeros.`,
        ),
      );
      expect(() => call(zeros([6, 3, 5]))).toThrow(
        `${name}: the last dimension of the input must be inputSize 2, got shape [6,3,5].`,
      );
      expect(() => call(zeros([1, 6, 3, 2]))).toThrow(
        `${name}: the input must have shape (T, B, 2) or (T, 2), got [1,6,3,2]. Reshape it.`,
      );
      expect(() => call(zeros([0, 3, 2]))).toThrow(`${name}: a sequence needs at least one step`);
      expect(() => call(x, undefined, { lengths: [6, 7, 1] })).toThrow(
        `${name}: lengths must be whole numbers from 1 to 6, the number of steps, got 7.`,
      );
      expect(() => call(x, undefined, { lengths: [6, 0, 1] })).toThrow('got 0');
      expect(() => call(x, undefined, { lengths: ones([3]) })).toThrow(
        `${name}: lengths must be int32 or plain numbers, got float32. Cast them.`,
      );
      expect(() => call(x, undefined, { lengths: [6] })).toThrow(
        `${name}: needs one length for each of the 3 sequences of the batch, got 1.`,
      );
      expect(() => new Layer(2, 3, { numLayers: 0 })).toThrow(
        `${name}: numLayers must be a whole number ≥ 1, got 0.`,
      );
      expect(() => new Layer(2, 3, { recurrentDropout: 2 })).toThrow(
        `${name}: recurrentDropout must be a probability from 0 to 1, got 2.`,
      );
    });
  });
}

describe('dropout', () => {
  const still = (options: object): RNN => {
    const rnn = new RNN(2, 3, { nonlinearity: 'relu', bias: false, ...options });
    for (const p of rnn.parameters()) p.assign(p.newFull(p.shape, 1));
    return rnn;
  };

  it('acts between layers, for every step anew, and not behind the last', () => {
    const layer = still({ numLayers: 2, dropout: 0.5, generator: new Generator(3) });
    // Steps of a layer without memory: what differs between them is the mask.
    for (const i of [0, 1]) layer.cell(i).weightHh.assign(zeros([3, 3]));
    const { output } = layer.forward(ones([50, 1, 2]));
    const values = new Set(output.dataSync());
    expect(values).toEqual(new Set([0, 4, 8, 12])); // 2 · 2 for every unit that is left
    expect(
      layer
        .eval()
        .forward(ones([50, 1, 2]))
        .output.dataSync(),
    ).toEqual(new Float32Array(150).fill(6));
    const single = still({ dropout: 0.5 });
    expect(single.forward(ones([1, 1, 2])).output.toArray()).toEqual([[[2, 2, 2]]]);
  });

  it('of the input is one mask per sample for the whole sequence', () => {
    const layer = still({ inputDropout: 0.5, generator: new Generator(3) });
    layer.cell(0).weightHh.assign(zeros([3, 3]));
    const { output } = layer.forward(ones([20, 40, 2])); // (T, B, H)
    const [first] = output.unbind(0);
    expect(new Set(first!.dataSync())).toEqual(new Set([0, 2, 4]));
    for (const step of output.unbind(0)) expect(step.dataSync()).toEqual(first!.dataSync());
  });

  it('of the recurrence is one mask per sample for the whole sequence', () => {
    const layer = still({ recurrentDropout: 0.5, generator: new Generator(3) });
    const cell = layer.cell(0);
    cell.weightIh.assign(zeros([3, 2]));
    cell.weightHh.assign(
      tensor([
        [0.5, 0, 0],
        [0, 0.5, 0],
        [0, 0, 0.5],
      ]),
    );
    const { output } = layer.forward(zeros([20, 40, 2]), ones([1, 40, 3]));
    // 0.5 / (1 - 0.5) keeps what the mask keeps; the rest is gone at the first step.
    const [first] = output.unbind(0);
    expect(new Set(first!.dataSync())).toEqual(new Set([0, 1]));
    for (const step of output.unbind(0)) expect(step.dataSync()).toEqual(first!.dataSync());
    const calm = layer.eval().forward(zeros([20, 40, 2]), ones([1, 40, 3]));
    expect(new Set(calm.output.select(0, 0).dataSync())).toEqual(new Set([0.5]));
  });

  it('of the recurrence spares what a state carries past its weights', () => {
    for (const Layer of [GRU, GRUResetBefore]) {
      const gru = new Layer(1, 2, { recurrentDropout: 0.9, bias: 'single' });
      for (const p of gru.parameters()) p.assign(p.newFull(p.shape, 0));
      gru.cell(0).biasIh!.assign(tensor([0, 0, 200, 200, 0, 0])); // z ≡ 1
      const { output } = gru.forward(zeros([5, 8, 1]), ones([1, 8, 2]));
      expect(new Set(output.dataSync())).toEqual(new Set([1]));
    }
    const lstm = new LSTM(1, 2, { recurrentDropout: 0.9, bias: 'single' });
    for (const p of lstm.parameters()) p.assign(p.newFull(p.shape, 0));
    lstm.cell(0).biasIh!.assign(tensor([-200, -200, 200, 200, 0, 0, 200, 200])); // f, o ≡ 1
    const { state } = lstm.forward(zeros([5, 8, 1]), { h: ones([1, 8, 2]), c: ones([1, 8, 2]) });
    expect(new Set(state.c.dataSync())).toEqual(new Set([1]));
  });

  it('masks whole numbers, too', () => {
    const layer = still({ inputDropout: 0.5, recurrentDropout: 0.5 });
    const ids = ones([3, 2, 2], { dtype: 'int32' });
    expect(layer.forward(ids).output.dtype).toBe('float32');
  });

  it('draws from the stream that manualSeed starts, or from its own', () => {
    const layer = new GRU(2, 3, { inputDropout: 0.5, recurrentDropout: 0.5, generator });
    const free = new GRU(2, 3, { inputDropout: 0.5, recurrentDropout: 0.5 });
    free.loadStateDict(layer.stateDict());
    const draw = (): unknown => {
      manualSeed(5);
      return free.forward(x).output.dataSync();
    };
    expect(draw()).toEqual(draw());
    const [a, b] = [3, 3].map((seed) => {
      const own = new GRU(2, 3, { inputDropout: 0.5, generator: new Generator(seed) });
      return own.forward(x).output.dataSync();
    });
    expect(a).toEqual(b);
  });
});

it('lives where its options say', () => {
  const layer = new LSTM(2, 3, { backend: reference(), dtype: 'float64' });
  for (const p of layer.parameters()) {
    expect([p.backend.name, p.dtype]).toEqual(['reference', 'float64']);
  }
  const input = withBackend(reference(), () => zeros([2, 1, 2], { dtype: 'float64' }));
  expect(layer.forward(input).state.c.dtype).toBe('float64');
});
