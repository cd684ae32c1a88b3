/** Calls what is public, found in the sources, on an instance of its class that is made once. */
import { FastText, Word2Vec } from '@kasane/nlp-embeddings';
import { PCA, TSNE, UMAP } from '@kasane/nlp-embeddings/projections';
import { models, Tokenizer } from '@kasane/nlp-embeddings/tokenizers';
import { skipInit } from '@kasane/nn';
import { BLEU, CHRF, TER } from '@kasane/seq2seq/metrics';
import { tensor } from '@kasane/tensor-core';
import { gpu } from '@kasane/tensor-core/gpu';
import { environmentInstances } from './arguments-environments.ts';
import { given } from './arguments.ts';
import { everything, type Callable } from './callables.ts';

type Method = (...args: unknown[]) => unknown;
type Made = Record<string, Method>;

/** Of classes that others make. */
const made: Readonly<Record<string, () => object | Promise<object>>> = {
  ...environmentInstances,
  Tensor: () => tensor([1, 2], { dtype: 'int32' }),
  GpuBackend: () => gpu({ mode: 'webasm' }),
  Encoding: () => new Tokenizer(new models.WordLevel({ x: 0 })).encode('x'),
  BLEUScore: () => new BLEU().corpusScore(['x'], [['x']]),
  CHRFScore: () => new CHRF().corpusScore(['x'], [['x']]),
  TERScore: () => new TER().corpusScore(['x'], [['x']]),
  FastText: () => FastText.fit([['x', 'y']], { minCount: 1, epochs: 1, vectorSize: 2, bucket: 10 }),
  UMAP: () => UMAP.fit([[0, 1], [1, 0], [1, 1], [0, 0]], { nNeighbors: 2 }),
  TSNE: () => TSNE.fit([[0, 1], [1, 0], [1, 1], [0, 0]], { perplexity: 1 }),
  PCA: () => PCA.fit([[0, 1], [1, 0], [1, 1]]),
  Word2Vec: () => Word2Vec.fit([['x', 'y']], { minCount: 1, epochs: 1, vectorSize: 2 }),
}; // prettier-ignore
const instances = new Map<string, Promise<Made>>();

function instanceOf({ from, of }: Callable, type: new (...args: unknown[]) => Made): Promise<Made> {
  const place = `${from.path} ${of}`;
  let instance = instances.get(place);
  if (instance === undefined) {
    const maker = everything.find(
      (one) => one.of === of && one.from === from && one.method === '' && !one.isStatic,
    );
    const make = async (): Promise<Made> => {
      if (made[of] !== undefined) return (await made[of]()) as Made; // its methods are called by name
      const args = maker === undefined ? [] : await given(maker);
      return skipInit(() => new type(...args));
    };
    instance = make();
    instances.set(place, instance);
  }
  return instance;
}

/** What it gives; of a generator the first value. */
export async function call(callable: Callable, args: readonly unknown[]): Promise<unknown> {
  const { from, of, method, isStatic } = callable;
  const exports: Record<string, unknown> = await import(from.path);
  const found = exports[of] as (new (...args: unknown[]) => Made) & Method & Made; // as the source has it
  let result: unknown;
  if (method === null) result = await found(...args);
  else if (isStatic) result = await found[method]!(...args);
  else if (method === '') return skipInit(() => new found(...args));
  else result = await (await instanceOf(callable, found))[method]!(...args);
  const generator = result as Partial<Iterator<unknown> | AsyncIterator<unknown>> | null;
  return typeof generator?.next === 'function' ? generator.next() : result;
}
