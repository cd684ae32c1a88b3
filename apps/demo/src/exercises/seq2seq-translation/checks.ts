/** What holds of every model that reads a sentence and writes another, whatever it has learned. */
import { padPairs, Seq2Seq } from '@kasane/seq2seq';
import { Generator, multinomial, noGrad, tensor, type Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import type { SentencePair } from '../../exercise.ts';
import { largestDifference } from '../../statistics.ts';
import { recurrent } from './network.ts';
import { begin, read, type Trained } from './translation.ts';

const DRAWS = 10_000;

/** The largest difference of two tensors. */
const apart = async (a: Tensor, b: Tensor): Promise<number> =>
  largestDifference(await a.data(), await b.data());

/** The words' way to numbers and vectors, and back. */
export async function words({ model, source }: Trained, [sentence]: SentencePair): Promise<Check[]> {
  const ids = source.encode(sentence);
  const unknown = source.id('zyzzyva') === source.unkId;
  const embedding = model instanceof Seq2Seq ? model.encoder.embedding : model.sourceEmbedding;
  const table = embedding.weight.detach(); // (V, E)
  const tokens = tensor(ids, { dtype: 'int32' });
  const oneHot = tokens.oneHot(source.size).cast('float32'); // (T, V)
  const looked = noGrad(() => embedding.forward(tokens));
  // The course's E has a word in each column, so that E.dot(w) is the word's.
  const E = table.t(); // (E, V)
  const column = E.matmul(oneHot.select(0, 0).unsqueeze(1)).squeeze(1);
  return [
    check(55, 'words to numbers and back', source.decode(ids).join(' ')).equals(sentence.join(' ')),
    check(55, 'an unseen word is the unknown one', unknown).equals(true),
    check(56, 'vectors from one-hot rows times the table, apart', await apart(oneHot.matmul(table), looked)).below(1e-6),
    check(64, 'E.dot(w) from column k of E, apart', await apart(column, E.select(1, ids[0]!))).below(1e-6),
    check(64, 'numbers of E * w, which is no vector of a word', E.mul(oneHot.select(0, 0)).size).equals(E.size),
  ];
} // prettier-ignore

/** What the encoder hands over. */
export async function states(
  trained: Trained,
  [one, other]: readonly SentencePair[],
): Promise<Check[]> {
  const { model, source, target } = trained;
  if (!(model instanceof Seq2Seq)) return []; // a Transformer has no last state
  const tokens = read(source, [one![0]]);
  const padded = tensor([[...(await tokens.data()), 0, 0, 0]], { dtype: 'int32' });
  const { state } = noGrad(() => model.encoder.forward(tokens));
  const longer = noGrad(() => model.encoder.forward(padded)).state;
  const first = noGrad(() => model.encode(tokens)).recurrent;
  const chances = (pair: SentencePair): Tensor => {
    const bos = tensor([target.bosId], { dtype: 'int32' });
    return noGrad(() => begin(model, read(source, [pair[0]]))(bos).logits.softmax(-1));
  };
  return [
    check(54, 'the last state with padding behind the sentence, apart', await apart(state, longer)).below(1e-6),
    check(57, "the decoder's first state from the encoder's last, apart", await apart(first, state)).equals(0),
    check(59, 'first words of two sentences, their probabilities apart', await apart(chances(one!), chances(other!))).above(1e-4),
  ]; // prettier-ignore
}

/** The probability that a sum of squares is so large by chance: Wilson and Hilferty's normal of it. */
function chance(chiSquare: number, degrees: number): number {
  const spread = 2 / (9 * degrees);
  const z = (Math.cbrt(chiSquare / degrees) - (1 - spread)) / Math.sqrt(spread);
  const t = 1 / (1 + 0.3275911 * Math.abs(z / Math.SQRT2));
  const tail =
    t * (0.254829592 + t * (-0.284496736 + t * (1.421413741 + t * (-1.453152027 + t * 1.061405429)))) * Math.exp((-z * z) / 2) / 2; // prettier-ignore
  return z > 0 ? tail : 1 - tail;
}

/** Words drawn by their probabilities. */
export async function sampling(
  { model, source, target }: Trained,
  [sentence]: SentencePair,
  generator: Generator,
): Promise<Check[]> {
  const bos = tensor([target.bosId], { dtype: 'int32' });
  const logits = noGrad(() => begin(model, read(source, [sentence]))(bos).logits.squeeze(0)); // (V)
  const draw = (temperature: number): Tensor =>
    multinomial(logits.div(temperature).softmax(0), DRAWS, { replacement: true, generator });
  // Warm enough for several words to come.
  const [warm, cold] = [3, 1e-3];
  const expected = [...(await logits.div(warm).softmax(0).data())].map((p) => p * DRAWS);
  const counts = expected.map(() => 0);
  for (const word of await draw(warm).data()) counts[word]!++;
  // Words that hardly come are counted together.
  const rare = (value: readonly number[]): number =>
    value.reduce((sum, v, i) => (expected[i]! < 5 ? sum + v : sum), 0);
  const cells = expected.flatMap((e, i) => (e < 5 ? [] : [[counts[i]!, e] as const]));
  if (rare(expected) > 0) cells.push([rare(counts), rare(expected)]);
  const chiSquare = cells.reduce((sum, [seen, e]) => sum + (seen - e) ** 2 / e, 0);
  const likeliest = (await logits.argmax(-1).data())[0]!;
  const others = [...(await draw(cold).data())].filter((word) => word !== likeliest).length;
  return [
    check(60, `how probable the counts of ${DRAWS.toLocaleString('en')} draws are`, chance(chiSquare, cells.length - 1)).above(1e-3),
    check(60, 'at temperature 0.001, draws of another word than the likeliest', others).equals(0),
  ]; // prettier-ignore
}

/** What is written, word by word and all at once; `written` are the model's translations. */
export async function writing(
  { model, source, target }: Trained,
  pairs: readonly SentencePair[],
  written: readonly (readonly string[])[],
): Promise<Check[]> {
  const at = pairs.findIndex(([, t], i) => t.join() === written[i]!.join());
  const pair = pairs[Math.max(at, 0)]!;
  const ids = target.encode(pair[1], { bos: true, eos: true });
  const [input] = padPairs([[source.encode(pair[0], { eos: true }), ids]]);
  const told = noGrad(() => model.forward(input).softmax(-1).squeeze(0)); // (T, V)
  const sums = await told.sum(1).data();
  const next = begin(model, input.source);
  let newest = input.target.select(1, 0);
  let different = 0;
  for (let t = 0; t < ids.length - 1; t++) {
    const chances = noGrad(() => next(newest).logits.softmax(-1).squeeze(0));
    different = Math.max(different, await apart(chances, told.select(0, t)));
    newest = chances.argmax(-1).reshape([1]);
  }
  const text = target.decode(ids).join(' ');
  return [
    check(58, 'sum of the probabilities at a step, from 1', largestDifference(sums, sums.map(() => 1))).below(1e-5),
    check(61, 'told and free where the words are right, probabilities apart', at < 0 ? Number.NaN : different).below(1e-4),
    check(62, 'text of the numbers of a text', text).equals(pair[1].join(' ')),
  ]; // prettier-ignore
}

/** The size of the published model. */
export function publishedSize(): Check {
  const sizes = { hidden: 256, dropout: 0, bidirectional: false, looks: false };
  const model = recurrent([3725, 4405], sizes, new Generator(0));
  return check(53, 'parameters of the published model', model.numParameters()).equals(4_002_869);
}
