import { expect, it } from 'vitest';
import { Tokenizer } from '../tokenizer.ts';
import { Unigram } from './unigram.ts';

it('takes the last place of a token that stands in the vocabulary twice, as Hugging Face does', () => {
  const vocab: [string, number][] = [['<unk>', 0], ['<s>', 0], ['a', -1], ['<s>', -2]]; // prettier-ignore
  const model = new Unigram(vocab, { unkId: 0 });
  expect(model.tokenize('a<s>').ids).toEqual([2, 3]);
  expect([model.size, model.idToToken(1), model.idToToken(3)]).toEqual([4, '<s>', '<s>']);
  const again = Tokenizer.fromJSON(JSON.stringify(new Tokenizer(model))).model;
  expect([again.size, again.tokenToId('<s>')]).toEqual([4, 3]);
});
