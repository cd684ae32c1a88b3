import { binaryCrossEntropy } from '@kasane/nn';
import type { Sequential } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { scope, stack, tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import { shuffled } from '../../images/batches.ts';

/** The four pairs of bits. */
export const INPUTS = [[0, 0], [0, 1], [1, 0], [1, 1]] as const; // prettier-ignore
/** What a gate makes of each of them. */
export const GATES = { OR: [0, 1, 1, 1], AND: [0, 0, 0, 1], XOR: [0, 1, 1, 0] } as const;
export type Gate = keyof typeof GATES;

/** How a gate is learned. */
export interface Settings {
  readonly batch: number;
  readonly epochs: number;
  readonly lr: number;
}

/** Rows of a gate's table: the bits (B, 2), and what the gate makes of them (B, 1). */
export const rowsOf = (gate: Gate, rows: readonly number[]): readonly [x: Tensor, t: Tensor] => [
  tensor(rows.map((row) => [...INPUTS[row]!])),
  tensor(rows.map((row) => [GATES[gate][row]!])),
];

/** Trains a model on a gate, and gives the losses of each pass's batches (batches), each before its step. */
export function* training(
  model: Sequential,
  gate: Gate,
  { batch, epochs, lr }: Settings,
  generator: Generator,
): Iterable<Tensor> {
  const step = trainStep(
    (x: Tensor, t: Tensor) => binaryCrossEntropy(model.forward(x), t),
    new SGD(model.parameters(), { lr }),
  );
  for (let epoch = 0; epoch < epochs; epoch++) {
    const order = shuffled(INPUTS.length, generator);
    yield scope(() => {
      const losses: Tensor[] = [];
      for (let start = 0; start < order.length; start += batch) {
        losses.push(step(...rowsOf(gate, order.slice(start, start + batch))));
      }
      return stack(losses);
    });
  }
}
