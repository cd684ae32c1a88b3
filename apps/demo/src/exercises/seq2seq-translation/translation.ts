import type { Vocabulary } from '@kasane/nlp-embeddings';
import { padPairs, type Step, type StepModel } from '@kasane/seq2seq';
import { noGrad, scope, stack, tensor, type Tensor } from '@kasane/tensor-core';
import type { Translator } from './network.ts';

/** A trained model and the words it knows. */
export interface Trained {
  readonly model: Translator;
  readonly source: Vocabulary;
  readonly target: Vocabulary;
}

/** What a model wrote for a sentence. */
export interface Translation {
  readonly words: readonly string[];
  /** How much of each word that was read went into each that was written, and into the end. */
  readonly weights: readonly (readonly number[])[];
}

/** Steps of any of the models: each has a state of its own, which only its own steps read. */
export function begin(model: Translator, source: Tensor): (tokens: Tensor) => Step<unknown> {
  const steps = model as StepModel<unknown>;
  let state: unknown = model.encode(source);
  return (tokens) => {
    const step = steps.step(tokens, state);
    ({ state } = step);
    return step;
  };
}

/** Sources as a batch, each with the token that ends it. */
export const read = (source: Vocabulary, sentences: readonly (readonly string[])[]): Tensor =>
  padPairs(sentences.map((words) => [source.encode(words, { eos: true }), [1, 2]]))[0].source;

/** The likeliest word each time. */
export async function translate(
  { model, source, target }: Trained,
  sentences: readonly (readonly string[])[],
  most: number,
): Promise<Translation[]> {
  const found: Translation[] = [];
  for (let from = 0; from < sentences.length; from += 100) {
    const some = sentences.slice(from, from + 100);
    const [tokens, weights] = scope(() =>
      noGrad(() => {
        const next = begin(model, read(source, some));
        let newest = tensor(some.map(() => target.bosId), { dtype: 'int32' }); // prettier-ignore
        const steps = Array.from({ length: most }, () => {
          const step = next(newest);
          newest = step.logits.argmax(-1);
          return [newest, step.attention] as const;
        });
        const seen = steps.flatMap(([, attention]) => attention ?? []);
        return [stack(steps.map(([t]) => t), 1), seen.length > 0 ? stack(seen, 1) : null] as const; // (N, T), (N, T, S)
      }),
    ); // prettier-ignore
    const [ids, looks] = [await tokens.data(), await weights?.data()];
    const width = weights?.shape[2] ?? 0;
    tokens.dispose();
    weights?.dispose();
    some.forEach((words, n) => {
      const own = [...ids.slice(n * most, (n + 1) * most)];
      const end = own.indexOf(target.eosId);
      const length = end < 0 ? most : end;
      const row = (t: number): number[] => {
        const start = (n * most + t) * width;
        return [...looks!.slice(start, start + words.length + 1)];
      };
      const shown = looks === undefined ? 0 : Math.min(length + 1, most);
      found.push({
        words: target.decode(own.slice(0, length)),
        weights: Array.from({ length: shown }, (_, t) => row(t)),
      });
    });
  }
  return found;
}
