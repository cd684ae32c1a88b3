import { tensor, type Tensor } from '@kasane/tensor-core';
import type { Draws } from './draws.ts';
import type { ExampleBuffer } from './example-buffer.ts';
import type { Tables } from './tables.ts';
import type { Targets } from './targets.ts';
import type { Learner } from './train.ts';

/** Learns yes and no of some targets, by the kernel. */
export class TargetsLearner implements Learner {
  readonly mostTargets: number;
  readonly #tables: Tables;
  readonly #targets: Targets;
  readonly #divide: boolean;

  constructor(tables: Tables, targets: Targets, divide: boolean) {
    this.mostTargets = targets.most;
    this.#tables = tables;
    this.#targets = targets;
    this.#divide = divide;
  }

  putTargets(out: Int32Array, at: number, word: number, draws: Draws): number {
    return this.#targets.put(out, at, word, this.#tables.inputs, draws);
  }

  learn(examples: ExampleBuffer, lr: number): number {
    return this.#tables.learn(examples, lr, this.#divide);
  }
}

/** Examples whose gradients are added up before a step: their order does not matter to the softmax of a batch. */
const BATCH = 32;

/** Learns which of all words it is. A step costs as much as the vocabulary is large. */
export class SoftmaxLearner implements Learner {
  readonly mostTargets = 1;
  readonly #tables: Tables;
  readonly #divide: boolean;

  constructor(tables: Tables, divide: boolean) {
    this.#tables = tables;
    this.#divide = divide;
  }

  putTargets(out: Int32Array, at: number, word: number): number {
    out[at] = word;
    return at + 1;
  }

  learn({ words, count }: ExampleBuffer, lr: number): number {
    let [sum, at] = [0, 0];
    for (let first = 0; first < count; first += BATCH) {
      const [rows, examples, targets]: [number[], number[], number[]] = [[], [], []];
      const shares: number[] = [];
      for (let i = 0; i < BATCH && first + i < count; i++) {
        const inputs = words[at]!;
        at += 2;
        for (let k = 0; k < inputs; k++, at++) {
          rows.push(words[at]!);
          examples.push(i);
        }
        targets.push(words[at++]!);
        shares.push(1 / inputs);
      }
      sum += this.#step({ rows, examples, targets, shares }, lr);
    }
    return sum;
  }

  #step({ rows, examples, targets, shares }: Batch, lr: number): number {
    return this.#tables.change((input, output) => {
      const { backend } = input;
      const whole = (list: readonly number[]): Tensor => tensor(list, { dtype: 'int32', backend });
      const [row, example] = [whole(rows), whole(examples)];
      const share = tensor(shares, { backend }).unsqueeze(1);
      const n = targets.length;
      // h (B, D) = mean of the inputs, p (B, V) = softmax(h·outᵀ)
      const h = input
        .newFull([n, input.shape[1]!], 0)
        .indexAdd(0, example, input.indexSelect(0, row))
        .mul(share);
      const scores = h.matmul(output, { transposeB: true });
      const answers = whole(targets);
      const loss = scores.logSoftmax(1).gather(1, answers.unsqueeze(1)).sum().neg();
      const g = scores.softmax(1).sub(answers.oneHot(output.shape[0]!).cast('float32')).mul(-lr);
      const dh = g.matmul(output).mul(this.#divide ? share : 1);
      return {
        input: input.indexAdd(0, row, dh.indexSelect(0, example)),
        output: output.add(g.matmul(h, { transposeA: true })),
        loss: loss.item(),
      };
    });
  }
}

/** Some examples: the rows of their inputs, of which example each is, the word of each, and one over its inputs. */
interface Batch {
  readonly rows: readonly number[];
  readonly examples: readonly number[];
  readonly targets: readonly number[];
  readonly shares: readonly number[];
}
