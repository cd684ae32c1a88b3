import { mseLoss } from '@kasane/nn';
import { Adam, SGD } from '@kasane/optim';
import { noGrad, randperm, scope } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';
import type { Additions } from './additions.ts';
import type { Adder, Settings } from './network.ts';

export const BATCH = 2;

/** Which bits are right. */
const hits = (y: Tensor, d: Tensor): Tensor => y.greater(0.5).equal(d.greater(0.5));

/** Trains epoch by epoch; gives the loss of each step, and how many of its bits were right. */
export function* training(
  adder: Adder,
  [x, d]: Additions,
  { optimizer, epochs }: Settings,
  generator: Generator,
): Iterable<readonly [loss: Tensor, right: Tensor]> {
  const parameters = adder.parameters();
  const step = trainStep(
    (input: Tensor, target: Tensor): readonly [Tensor, Tensor] => {
      const y = adder.forward(input);
      return [mseLoss(y, target), hits(y.detach(), target).sum()];
    },
    optimizer === 'sgd' ? new SGD(parameters, { lr: 0.1 }) : new Adam(parameters),
  );
  const pairs = x.shape[0]!;
  for (let epoch = 0; epoch < epochs; epoch++) {
    const [ex, ed] = scope(() => {
      const order = randperm(pairs, { generator });
      return [x.indexSelect(0, order), d.indexSelect(0, order)] as const;
    });
    for (let i = 0; i < pairs; i += BATCH) {
      yield scope(() => step(ex.slice(0, i, i + BATCH), ed.slice(0, i, i + BATCH)));
    }
    ex.dispose();
    ed.dispose();
  }
}

/** What a network makes of pairs that it has not seen. */
export interface Evaluation {
  readonly loss: number;
  /** Shares of the bits, and of the sums, that come out right. */
  readonly bits: number;
  readonly sums: number;
  readonly shape: string;
}

export async function evaluate(adder: Adder, [x, d]: Additions): Promise<Evaluation> {
  const [y, all] = scope(() =>
    noGrad(() => {
      const answers = adder.forward(x);
      const right = hits(answers, d);
      const numbers = [mseLoss(answers, d), right.mean(), right.all(1).mean()];
      return [answers, numbers] as const;
    }),
  );
  const shape = `(${y.shape.join(', ')})`;
  y.dispose();
  const values: number[] = [];
  for (const number of all) {
    values.push((await number.data())[0]!);
    number.dispose();
  }
  const [loss, bits, sums] = values as [number, number, number]; // three were made
  return { loss, bits, sums, shape };
}
