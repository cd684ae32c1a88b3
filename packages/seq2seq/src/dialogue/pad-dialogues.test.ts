import { describe, expect, it } from 'vitest';
import { padDialogues } from './pad-dialogues.ts';

describe('padDialogues', () => {
  it('pads utterances and dialogues to the longest', () => {
    const padded = padDialogues([[[5], [6, 7]], [], [[8]]], { paddingIdx: 3 });
    expect(padded.dtype).toBe('int32');
    expect(padded.toArray()).toEqual([
      [[5, 3], [6, 7]],
      [[3, 3], [3, 3]],
      [[8, 3], [3, 3]],
    ]); // prettier-ignore
  });

  it('takes no dialogues', () => {
    expect(padDialogues([]).shape).toEqual([0, 1, 1]);
  });

  it.each<[string, readonly (readonly number[])[], string]>([
    ['an utterance without tokens', [[5], []], 'utterance 1 of dialogue 1 has no tokens'],
    ['padding among the tokens', [[5, 0]], 'a token of utterance 0 of dialogue 1 is 0, which is the padding'],
    ['a fraction', [[1.5]], 'must be a whole number ≥ 0, got 1.5'],
    ['NaN', [[NaN]], 'got NaN'],
  ])('refuses %s', (_, dialogue, message) => {
    expect(() => padDialogues([[[1]], dialogue])).toThrow(message);
  }); // prettier-ignore
});
