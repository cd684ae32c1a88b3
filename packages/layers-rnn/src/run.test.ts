import { gradients } from '@kasane/autograd';
import { concat, Generator, randn, tensor, type DType, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import type { Lengths } from './lengths.ts';
import {
  GRUCell,
  GRUResetBeforeCell,
  LSTMCell,
  PeepholeLSTMCell,
  RecurrentCell,
  RNNCell,
  type CellOptions,
  type LSTMState,
  type RunOptions,
} from './index.ts';

type AnyCell = RecurrentCell<Tensor> | RecurrentCell<LSTMState>;

const cells: Record<string, (options: CellOptions) => AnyCell> = {
  'RNNCell tanh': (o) => new RNNCell(2, 3, o),
  'RNNCell relu': (o) => new RNNCell(2, 3, { nonlinearity: 'relu', ...o }),
  'RNNCell sigmoid': (o) => new RNNCell(2, 3, { nonlinearity: 'sigmoid', ...o }),
  LSTMCell: (o) => new LSTMCell(2, 3, o),
  PeepholeLSTMCell: (o) => new PeepholeLSTMCell(2, 3, o),
  GRUCell: (o) => new GRUCell(2, 3, o),
  GRUResetBeforeCell: (o) => new GRUResetBeforeCell(2, 3, o),
};

/** Values and gradients of a pass by `run`, from random numbers of one seed. */
function pass(cell: AnyCell, run: AnyCell['run'], options: RunOptions, dtype: DType): Tensor[] {
  const draw = { generator: new Generator(5), dtype };
  const made = [
    [6, 4, 2],
    [4, 3],
    [4, 3],
  ].map((shape) => randn(shape, draw));
  for (const t of made) t.requiresGrad = true;
  const [x, h, c] = made as [Tensor, Tensor, Tensor]; // three shapes, three tensors
  // Either kind of cell runs with its own state.
  const call = run as (x: Tensor, s: unknown, o: RunOptions) => ReturnType<AnyCell['run']>;
  const hasTwo = cell instanceof LSTMCell || cell instanceof PeepholeLSTMCell;
  const { output, state } = call.call(cell, cell.project(x), hasTwo ? { h, c } : h, options);
  const finals = 'h' in state ? [state.h, state.c] : [state];
  const all = concat([output, ...finals].map((t) => t.reshape([t.size])));
  const inputs = [x, h, ...(hasTwo ? [c] : []), ...cell.parameters()];
  const found = gradients([all], inputs, { gradOutputs: [randn(all.shape, draw)] });
  return [all, ...found.map((g) => g!)];
}

const mask = tensor([
  [0, 2, 2],
  [2, 0, 2],
  [0, 0, 0],
  [2, 2, 2],
]);
const lengths: Lengths = { values: tensor([6, 2, 4, 1], { dtype: 'int32' }), shortest: 1 };
const variants: [string, RunOptions][] = [
  ['plain', {}],
  ['in reverse', { reverse: true }],
  ['with lengths', { lengths }],
  ['with lengths, in reverse, with dropout', { lengths, reverse: true, mask }],
];

for (const [name, make] of Object.entries(cells)) {
  describe(`${name}: a whole sequence at once is the loop over steps`, () => {
    for (const [what, options] of variants) {
      it(`${what}, in values and gradients`, () => {
        for (const bias of [true, 'single', false] as const) {
          for (const dtype of ['float64', 'float32'] as const) {
            const cell = make({ bias, dtype, generator: new Generator(1) });
            // A cell that says nothing better runs step by step.
            const want = pass(cell, RecurrentCell.prototype.run as AnyCell['run'], options, dtype);
            const got = pass(cell, cell.run as AnyCell['run'], options, dtype);
            expect(got.length).toBe(want.length);
            const bounds =
              dtype === 'float64' ? { rtol: 1e-10, atol: 1e-12 } : { rtol: 1e-4, atol: 1e-5 };
            got.forEach((t, i) => expect(t).toBeAllclose(want[i]!, bounds));
          }
        }
      });
    }
  });
}

it('takes a wider dtype than that of the parameters, as steps do', () => {
  for (const make of Object.values(cells)) {
    const cell = make({ generator: new Generator(1) });
    const want = pass(cell, RecurrentCell.prototype.run as AnyCell['run'], {}, 'float64');
    const got = pass(cell, cell.run as AnyCell['run'], {}, 'float64');
    expect(got[0]!.dtype).toBe('float64');
    got.forEach((t, i) => expect(t).toBeAllclose(want[i]!, { rtol: 1e-5, atol: 1e-6 }));
  }
});
