import { grad } from '@kasane/autograd';
import {
  Generator,
  ones,
  randn,
  ShapeError,
  tensor,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import {
  CECCell,
  GatedCECCell,
  GRUCell,
  GRUResetBeforeCell,
  LSTMCell,
  PeepholeLSTMCell,
  RNNCell,
  unroll,
  type RecurrentCell,
} from './index.ts';

const generator = (): Generator => new Generator(1);
const count = (cell: RecurrentCell<unknown>): number =>
  cell.parameters().reduce((n, p) => n + p.size, 0);

/** A cell without weights whose gates open as its biases say. */
function gated<C extends RecurrentCell<unknown>>(cell: C, biases: readonly number[]): C {
  for (const p of cell.parameters()) p.assign(p.newFull(p.shape, 0));
  cell.biasIh!.assign(tensor(biases));
  return cell;
}

const logit = (p: number): number => Math.log(p / (1 - p));
const [open, shut] = [200, -200];

describe('parameters of cells', () => {
  it('start from U(-1/√H, 1/√H), the same for the same seed', () => {
    for (const make of [RNNCell, LSTMCell, PeepholeLSTMCell, GRUCell, GRUResetBeforeCell]) {
      const cell = new make(40, 25, { generator: generator() });
      for (const p of cell.parameters()) {
        expect(p.abs().max().item()).toBeLessThanOrEqual(0.2);
        expect(p.std().item()).toBeCloseTo(0.2 / Math.sqrt(3), 1);
      }
      const twin = new make(40, 25, { generator: generator() });
      expect(twin.weightHh.dataSync()).toEqual(cell.weightHh.dataSync());
    }
  });

  it("are as many as PyTorch's with two biases, and as Keras' with one", () => {
    expect(count(new RNNCell(2, 128))).toBe(16_896);
    expect(count(new RNNCell(2, 128, { bias: 'single' }))).toBe(16_768);
    expect(count(new RNNCell(2, 16, { bias: 'single' }))).toBe(304);
    expect(count(new GRUCell(2, 128, { bias: 'single' }))).toBe(50_304);
    expect(count(new GRUResetBeforeCell(2, 128, { bias: 'single' }))).toBe(50_304);
    expect(count(new GRUCell(2, 128))).toBe(50_688);
    expect(count(new LSTMCell(2, 128, { bias: 'single' }))).toBe(67_072);
    expect(count(new PeepholeLSTMCell(2, 128, { bias: 'single' }))).toBe(67_072 + 3 * 128);
    expect(count(new LSTMCell(2, 128, { bias: false }))).toBe(67_072 - 4 * 128);
  });

  it('show in the description', () => {
    expect(String(new RNNCell(2, 3))).toBe('RNNCell(2, 3)');
    expect(String(new RNNCell(2, 3, { bias: 'single', nonlinearity: 'relu' }))).toBe(
      "RNNCell(2, 3, bias='single', nonlinearity='relu')",
    );
    expect(String(new GRUCell(2, 3, { bias: false }))).toBe('GRUCell(2, 3, bias=false)');
  });
});

describe('a step', () => {
  it('takes one sample without a batch', () => {
    const cell = new LSTMCell(3, 4);
    const x = randn([1, 3], { generator: generator() });
    const one = cell.forward(x.squeeze(0));
    expect(one.h.shape).toEqual([4]);
    const [want, got] = [cell.forward(x), cell.forward(x.squeeze(0), { h: one.h, c: one.c })];
    expect(one.c.dataSync()).toEqual(want.c.dataSync());
    expect(got.h.dataSync()).toEqual(cell.forward(x, want).h.dataSync());
  });

  it('names the cell, its size and the shape it got', () => {
    const cell = new LSTMCell(3, 4);
    const x = zeros([2, 3]);
    expect(() => cell.forward(zeros([2, 5]))).toThrow(
      new ShapeError(
        'LSTMCell: the last dimension of the input must be inputSize 3, got shape [2,5]. Reshape the input, or build the layer with its size.',
      ),
    );
    expect(() => cell.forward(x, { h: zeros([2, 4]), c: zeros([3, 4]) })).toThrow(
      new ShapeError(
        'LSTMCell: c of the state must have shape [2,4] for this input, got [3,4]. Give the state of a call with the same batch size, or leave it out for zeros.',
      ),
    );
    expect(() => new CECCell(3, 4).forward(x, zeros([1, 4]))).toThrow(
      'CECCell: the state must have shape [2,4] for this input, got [1,4].',
    );
    expect(new CECCell(3, 4).forward(zeros([3])).shape).toEqual([4]);
    expect(() => new GRUCell(3, 4).forward(x, zeros([4]))).toThrow(
      'GRUCell: the state must have shape [2,4] for this input, got [4].',
    );
    expect(() => new RNNCell(0, 4)).toThrow(
      'RNNCell: inputSize must be a whole number ≥ 1, got 0.',
    );
    // @ts-expect-error: what a caller without types may write
    expect(() => new RNNCell(3, 4, { nonlinearity: 'sine' })).toThrow(
      "RNNCell: nonlinearity must be 'tanh', 'relu' or 'sigmoid', got 'sine'.",
    );
  });
});

describe('gates', () => {
  it('of an LSTM: c = i·a + f·c, h = o·tanh(c), as a course computes it', () => {
    // i = 0.5, f = 0.25, a = 0.8, o = 0.5
    const cell = gated(new LSTMCell(1, 1), [logit(0.5), logit(0.25), Math.atanh(0.8), logit(0.5)]);
    const { h, c } = cell.forward(zeros([1, 1]), { h: zeros([1, 1]), c: tensor([[2]]) });
    expect(c.item()).toBeCloseTo(0.9, 6);
    expect(h.item()).toBeCloseTo(0.358149, 6);
  });

  it('of an LSTM erase, keep and hide', () => {
    const before = { h: zeros([1, 1]), c: tensor([[2]]) };
    const after = (...biases: number[]): number[] => {
      const { h, c } = gated(new LSTMCell(1, 1), biases).forward(zeros([1, 1]), before);
      return [h.item(), c.item()];
    };
    expect(after(shut, shut, 0, open)).toEqual([0, 0]); // f ≡ 0
    expect(after(shut, open, 0, open)[1]).toBe(2); // f ≡ 1, i ≡ 0
    expect(after(shut, open, 0, shut)[0]).toBe(0); // o ≡ 0
  });

  it('with peepholes follow the cell state where nothing else changes', () => {
    const cell = gated(new PeepholeLSTMCell(1, 1), [0, 0, Math.atanh(0.5), 0]);
    const step = (c: number): number =>
      cell.forward(zeros([1, 1]), { h: zeros([1, 1]), c: tensor([[c]]) }).c.item();
    expect(step(2)).toBeCloseTo(0.5 * 2 + 0.5 * 0.5, 6); // peepholes of 0: an LSTM
    cell.peephole.assign(tensor([[open], [shut], [0]]));
    expect(step(2)).toBeCloseTo(0.5, 6);
    expect(step(-2)).toBeCloseTo(-2, 6);
  });

  it('of a GRU: (1-z)·h + z·h̄ with z = 0.25, h = 2, h̄ = -1 is 1.25, for z = 1 - z', () => {
    for (const make of [GRUCell, GRUResetBeforeCell]) {
      const cell = gated(new make(1, 1), [0, logit(0.75), -open]);
      expect(cell.forward(zeros([1, 1]), tensor([[2]])).item()).toBeCloseTo(1.25, 6);
    }
  });

  it('of a GRU ignore the past, replace it, or keep it', () => {
    for (const make of [GRUCell, GRUResetBeforeCell]) {
      const after = (h: number, ...biases: number[]): number => {
        const cell = gated(new make(1, 1), biases);
        cell.weightHh.assign(tensor([[0], [0], [1]]));
        return cell.forward(zeros([1, 1]), tensor([[h]])).item();
      };
      expect(after(2, shut, shut, 0.3)).toBeCloseTo(Math.tanh(0.3), 6); // r ≡ 0
      expect(after(2, open, shut, 0.3)).toBeCloseTo(Math.tanh(2.3), 6); // r ≡ 1
      expect(after(2, open, open, 0.3)).toBe(2); // z ≡ 1
    }
  });
});

describe('the constant error carousel', () => {
  const x = randn([100, 2, 3], { generator: generator() });

  it('passes gradients on unchanged, however long', () => {
    const cell = new CECCell(3, 4);
    const last = (c: Tensor): Tensor => unroll(cell, x, c).state.sum();
    expect(grad(last)(zeros([2, 4])).dataSync()).toEqual(ones([2, 4]).dataSync());
  });

  it('adds up all that came in', () => {
    const cell = new CECCell(3, 4);
    const { output, state } = unroll(cell, x);
    const want = cell.entry.forward(x).tanh().sum(0);
    expect(state).toBeAllclose(want, { rtol: 1e-4, atol: 1e-4 });
    expect(output.select(0, 99).dataSync()).toEqual(state.tanh().dataSync());
    expect(cell.forward(x.select(0, 0)).dataSync()).toEqual(
      cell.entry.forward(x.select(0, 0)).tanh().dataSync(),
    );
  });

  it('with gates stores and shows what these let through', () => {
    const before = { h: zeros([1, 1]), c: tensor([[2]]) };
    const closed = gated(new GatedCECCell(1, 1), [shut, 1, shut]).forward(zeros([1, 1]), before);
    expect([closed.h.item(), closed.c.item()]).toEqual([0, 2]);
    const opened = gated(new GatedCECCell(1, 1), [open, 1, open]).forward(zeros([1, 1]), before);
    expect(opened.c.item()).toBeCloseTo(2 + Math.tanh(1), 6);
    expect(opened.h.item()).toBeCloseTo(Math.tanh(2 + Math.tanh(1)), 6);
  });

  it('with gates is an LSTM whose forget gate is open', () => {
    const [gates, lstm] = [new GatedCECCell(3, 2), new LSTMCell(3, 2)];
    for (const name of ['weightIh', 'weightHh', 'biasIh', 'biasHh'] as const) {
      const [i, a, o] = gates[name]!.chunk(3);
      const f = name === 'biasIh' ? i!.newFull([2], open) : i!.newFull(i!.shape, 0);
      const parts = [i!, f, a!, o!];
      lstm[name]!.assign(
        tensor(
          parts.flatMap((p) => [...p.dataSync()]),
          lstm[name]!.shape,
        ),
      );
    }
    const [want, got] = [unroll(lstm, x), unroll(gates, x)];
    expect(got.output).toBeAllclose(want.output, { rtol: 1e-4, atol: 1e-4 });
  });
});
