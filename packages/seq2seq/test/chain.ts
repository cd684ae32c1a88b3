import { normal, tensor, type Generator, type Tensor } from '@kasane/tensor-core';
import type { Step, StepModel } from '../src/step-model.ts';

/** What a chain carries: the token before the newest of each sequence, and which sequence it was, both (N). */
export interface ChainState {
  readonly before: Tensor;
  readonly source: Tensor;
}

/** A model without training: the next token depends on the last two by a table of logits, (V, V, V). */
export class Chain implements StepModel<ChainState> {
  readonly table: Tensor;
  readonly vocabulary: number;

  constructor(table: Tensor) {
    this.table = table;
    this.vocabulary = table.shape[0]!;
  }

  /** A chain with logits drawn from a normal distribution. */
  static draw(vocabulary: number, generator: Generator, std: number = 1.5): Chain {
    return new Chain(normal([vocabulary, vocabulary, vocabulary], { std, generator }));
  }

  /** For N sequences. */
  begin(count: number): ChainState {
    const numbers = Array.from({ length: count }, (_, i) => i);
    return {
      before: tensor(
        numbers.map(() => 0),
        { dtype: 'int32' },
      ),
      source: tensor(numbers, { dtype: 'int32' }),
    };
  }

  step(tokens: Tensor, { before, source }: ChainState): Step<ChainState> {
    const v = this.vocabulary;
    const logits = this.table.reshape([v * v, v]).indexSelect(0, before.mul(v).add(tokens));
    return {
      logits,
      state: { before: tokens.mul(1), source },
      attention: source.cast('float32').reshape([-1, 1]),
      hidden: logits,
    };
  }

  select({ before, source }: ChainState, index: Tensor): ChainState {
    return { before: before.indexSelect(0, index), source: source.indexSelect(0, index) };
  }

  /** Log-probabilities of what follows a sequence. */
  after(tokens: readonly number[]): number[] {
    const logits = this.table.select(0, tokens.at(-2) ?? 0).select(0, tokens.at(-1)!);
    return [...logits.logSoftmax(0).dataSync()];
  }
}
