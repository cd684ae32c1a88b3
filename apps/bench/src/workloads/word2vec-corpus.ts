/**
 * Word2Vec on a whole corpus: 200,000 words of 30,000, as frequent as in a text, in sentences of 20. Vectors of 100, window 5, 5 negative words,
 * frequent words thinned out at 1/1000.
 *
 * A step is one pass over the corpus. The sides draw their own windows and opposites, so they agree on the corpus only: its words, and how many different
 * ones there are.
 */
import { Word2Vec } from '@kasane/nlp-embeddings';
import { Generator } from '@kasane/tensor-core';
import { gensim } from '../peers/gensim.ts';
import { kasane } from '../peers/kasane.ts';
import type { Workload } from '../workload.ts';

const WORDS = 200_000;
const VOCABULARY = 30_000;
const SENTENCE = 20;

/** A fraction that looks random, the same in Python. */
function fraction(i: number): number {
  const x = Math.sin((i + 1) * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

function corpus(): string[][] {
  const words = Array.from(
    { length: WORDS },
    (_, i) => `w${Math.floor(VOCABULARY ** fraction(i) - 1)}`,
  );
  return Array.from({ length: WORDS / SENTENCE }, (_, k) =>
    words.slice(k * SENTENCE, (k + 1) * SENTENCE),
  );
}

const workload = (model: 'skipgram' | 'cbow'): Workload => ({
  id: model === 'skipgram' ? 'word2vec-corpus' : 'word2vec-corpus-cbow',
  title: `a pass of Word2Vec over 200,000 words, ${model}, dim 100, window 5, 5 negatives`,
  unit: 'ms',
  threads: 1,
  goals: [{ atLeast: 1, against: ['gensim'] }],

  ours: kasane(async () => {
    const sentences = corpus();
    const options = { model, minCount: 1, epochs: 1, generator: new Generator(1) };
    const trained = await Word2Vec.fit(sentences, options);
    return {
      probe: () => [WORDS, trained.words.length],
      run: (epochs) => trained.train(sentences, { epochs }),
    };
  }),

  // No other library for JavaScript trains word vectors.
  peers: [gensim(model, `${WORDS}`, `${VOCABULARY}`)],
});

export const word2vecCorpus: Workload = workload('skipgram');
export const word2vecCorpusCbow: Workload = workload('cbow');
