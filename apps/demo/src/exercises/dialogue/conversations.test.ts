import { Generator } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import {
  conversations,
  DULL,
  DULL_SHARE,
  OPEN,
  textOf,
  tokensOf,
  VOCABULARY,
} from './conversations.ts';

const all = conversations(3000, new Generator(1));

it('asks for what was told, whose value the right reply repeats', () => {
  for (const { history, reply } of all.filter(({ needsHistory }) => needsHistory)) {
    const value = reply.split(' ').at(-1)!;
    const place = /you (have|live)|who are you/.test(history[2]!.replace('do i', '')) ? 1 : 0;
    expect(history[place]!.split(' ').at(-1)).toBe(value);
  }
});

it('gives as many dull replies as it says', () => {
  const open = all.filter(({ history }) => history.at(-1) === OPEN);
  const dull = open.filter(({ reply }) => reply === DULL).length / open.length;
  expect(dull).toBeCloseTo(DULL_SHARE, 1);
});

it('has numbers for all words, and reads them back', () => {
  expect(new Set(VOCABULARY).size).toBe(VOCABULARY.length);
  for (const { history, reply } of all) {
    for (const said of [...history, reply]) {
      expect(tokensOf(said)).not.toContain(-1);
      expect(textOf(tokensOf(said))).toBe(said);
    }
  }
});
