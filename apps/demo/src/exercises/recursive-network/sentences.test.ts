import { Generator } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { parse, phrases, textOf } from './sentences.ts';

it('reads the trees that it writes', () => {
  for (const { tree } of phrases(50, [0, 4], new Generator(1))) {
    expect(parse(textOf(tree))).toEqual(tree);
  }
});

it.each([
  ['(not good', 'ends within a phrase'],
  ['', 'ends within a phrase'],
  ['(good)', 'a phrase that is no pair'],
  ['()', 'a phrase that is no pair'],
  ['(not good bad)', 'a phrase that is no pair'],
  ['(not fine)', "'fine', which is none of the words"],
  ['not good', 'goes on after a whole phrase'],
])("'%s' %s", (text, message) => {
  expect(() => parse(text)).toThrow(message);
});
