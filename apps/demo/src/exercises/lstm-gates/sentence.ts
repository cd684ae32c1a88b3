/**
 * The sentence of the course's question: "I am very hungry, so let us …" goes on alike without "very". An LSTM that has learned to
 * guess every next word of such sentences needs "very" for one step, as an adjective has to follow, and then no more.
 */
import { LSTM } from '@kasane/layers-rnn';
import { crossEntropy, Embedding, Linear, Module } from '@kasane/nn';
import { Adam } from '@kasane/optim';
import { noGrad, scope, tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { trainStep } from '@kasane/trainer';

const HIDDEN = 12; // units, and numbers of a word's vector
const BATCH = 32; // sentences
export const STEPS = 2000; // after 1,000 one network in three does not know yet what the hungry do, after 2,000 one in eight
const LR = 0.01;

export const VERY = 'very';
/** What each state leads to; other adjectives lead to nothing. */
export const NEEDS = { hungry: 'eat', thirsty: 'drink', tired: 'sleep' } as const;
export type State = keyof typeof NEEDS;
export const STATES = Object.keys(NEEDS) as State[]; // they are its keys
const OTHERS = ['good', 'long', 'sad'] as const;
export const VOCABULARY: readonly string[] = [
  '.', 'the', 'film', 'talk', 'was', 'is', 'i', 'am', VERY, 'so', 'let', 'us', ...STATES, ...OTHERS, ...Object.values(NEEDS),
]; // prettier-ignore

/** "the film was (very) good . i am (very) hungry so let us eat": of T words, filled up with full stops. */
const LENGTH = 14;
function sentence(generator: Generator): string[] {
  const pick = <T>(list: readonly T[]): T => list[generator.below(list.length)]!;
  const very = (): string[] => (generator.below(2) === 1 ? [VERY] : []);
  const state = pick(STATES);
  const words = [
    ...['the', pick(['film', 'talk']), pick(['was', 'is']), ...very(), pick(OTHERS), '.'],
    ...['i', 'am', ...very(), state, 'so', 'let', 'us', NEEDS[state]],
  ];
  return [...words, ...Array<string>(LENGTH + 1 - words.length).fill('.')];
}

const ids = (sentences: readonly (readonly string[])[]): Tensor =>
  tensor(
    sentences.map((words) => words.map((word) => VOCABULARY.indexOf(word))),
    { dtype: 'int32' },
  );

/** Words (B, T) to a score for each that may come next, (B, T, V). */
export class Speaker extends Module {
  readonly embedding: Embedding;
  readonly lstm: LSTM;
  readonly dense: Linear;

  constructor(generator: Generator) {
    super();
    this.embedding = new Embedding(VOCABULARY.length, HIDDEN, { generator });
    this.lstm = new LSTM(HIDDEN, HIDDEN, { batchFirst: true, bias: 'single', generator });
    this.dense = new Linear(HIDDEN, VOCABULARY.length, { generator });
  }

  forward(words: Tensor): Tensor {
    return this.dense.forward(this.lstm.forward(this.embedding.forward(words)).output);
  }
}

/** Learns to guess each next word; gives the losses. */
export function* speaking(speaker: Speaker, generator: Generator): Iterable<Tensor> {
  const step = trainStep(
    (words: Tensor, next: Tensor) => {
      const scores = speaker.forward(words).reshape([BATCH * LENGTH, VOCABULARY.length]);
      return crossEntropy(scores, next);
    },
    new Adam(speaker.parameters(), { lr: LR }),
  );
  for (let i = 0; i < STEPS; i++) {
    yield scope(() => {
      const all = ids(Array.from({ length: BATCH }, () => sentence(generator))); // (B, T + 1)
      return step(all.slice(1, 0, -1), all.slice(1, 1).reshape([BATCH * LENGTH]));
    });
  }
}

export type Gate = 'input' | 'forget' | 'output';

/** The gates at every word and the cell after it, each T × H, and what follows. */
export interface Trace {
  readonly gates: Readonly<Record<Gate, readonly (readonly number[])[]>>;
  readonly cells: readonly (readonly number[])[];
  readonly answer: readonly number[]; // probabilities of the word after the last
}

/**
 * Reads a sentence word by word, with the trained weights; gates of one kind may be held open from one word on:
 *
 *     i, f, o = σ(W x + U h + b)      a = tanh(W x + U h + b)      c ← f c + i a      h = o tanh(c)
 */
export async function trace(
  { embedding, lstm, dense }: Speaker,
  words: readonly string[],
  open?: { readonly gate: Gate; readonly from: number },
): Promise<Trace> {
  const { weightIh, weightHh, biasIh } = lstm.cell(0);
  const gates: Record<Gate, number[][]> = { input: [], forget: [], output: [] };
  let [h, c]: [Tensor, Tensor] = [
    weightIh.newFull([1, HIDDEN], 0),
    weightIh.newFull([1, HIDDEN], 0),
  ];
  const numbers = async (t: Tensor): Promise<number[]> => [...(await t.data())];
  const cells: number[][] = [];
  for (const [t, word] of words.entries()) {
    const x = noGrad(() => embedding.forward(ids([[word]])).reshape([1, HIDDEN]));
    const sums = noGrad(() => x.matmul(weightIh.t()).add(h.matmul(weightHh.t())).add(biasIh!)); // (1, 4H)
    const part = (k: number): Tensor => sums.slice(1, k * HIDDEN, (k + 1) * HIDDEN);
    const gate = (k: number, name: Gate): Tensor =>
      open?.gate === name && t >= open.from ? part(k).mul(0).add(1) : part(k).sigmoid();
    const [i, f, a, o] = noGrad(() => [
      gate(0, 'input'),
      gate(1, 'forget'),
      part(2).tanh(),
      gate(3, 'output'),
    ]);
    c = noGrad(() => f!.mul(c).add(i!.mul(a!)));
    h = noGrad(() => o!.mul(c.tanh()));
    gates.input.push(await numbers(i!));
    gates.forget.push(await numbers(f!));
    gates.output.push(await numbers(o!));
    cells.push(await numbers(c));
  }
  const answer = await numbers(noGrad(() => dense.forward(h).softmax(1)));
  return { gates, cells, answer };
}
