import { describe, expect, it } from 'vitest';
import { CHRF } from './chrf.ts';
import { TER } from './ter.ts';

describe('TER', () => {
  it('counts a moved run of words once', () => {
    const { numEdits, refLength } = new TER().sentenceScore('d e f a b c', ['a b c d e f']);
    expect([numEdits, refLength]).toEqual([1, 6]);
  });

  it('takes edits of the nearest and the mean length of all references', () => {
    const { numEdits, refLength } = new TER().sentenceScore('a b', ['a b c d', 'a b']);
    expect([numEdits, refLength]).toEqual([0, 3]);
  });

  it('reads references twice, as sacrebleu does', () => {
    const ter = new TER({ normalized: true, asianSupport: true });
    const { numEdits, refLength } = ter.sentenceScore("the dog's！", ["the dog's！"]);
    expect([numEdits, refLength]).toEqual([2, 4]); // the, dog, 's, ！
  });

  it('refuses asianSupport by itself', () => {
    expect(() => new TER({ asianSupport: true })).toThrow('Set normalized or noPunct');
  });
});

describe('CHRF', () => {
  it('takes the reference that fits best', () => {
    expect(new CHRF().sentenceScore('abc', ['xyz', 'abc', 'abd']).score).toBe(100);
  });

  it('refuses orders and weights out of range', () => {
    expect(() => new CHRF({ charOrder: 0 })).toThrow('charOrder must be a whole number ≥ 1');
    expect(() => new CHRF({ wordOrder: -1 })).toThrow('wordOrder must be a whole number ≥ 0');
    expect(() => new CHRF({ beta: 0 })).toThrow('beta must be above 0 and finite, got 0.');
  });
});
