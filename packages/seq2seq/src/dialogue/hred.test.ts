import { Adam } from '@kasane/optim';
import { Generator, tensor, type Tensor } from '@kasane/tensor-core';
import { checkHeld } from '@kasane/testing';
import { trainStep } from '@kasane/trainer';
import { describe, expect, it } from 'vitest';
import { HRED } from './hred.ts';
import { padDialogues } from './pad-dialogues.ts';

const V = 9;
const make = (seed = 1): HRED =>
  new HRED(V, 3, 4, { contextSize: 5, dtype: 'float64', generator: new Generator(seed) });

const [a, b, c] = [
  [3, 4, 2],
  [5, 2],
  [6, 7, 8, 2],
] as const;
const long = [a, b, c];
const short = [b, a];

const far = (x: Tensor, y: Tensor): number => x.sub(y).abs().max().item();

describe('HRED', () => {
  it('moves its context by one step for each utterance', () => {
    const model = make();
    const { contexts, utterances } = model.read(padDialogues([long]));
    let state = contexts.newFull([1, 5], 0);
    utterances.unbind(1).forEach((utterance, u) => {
      state = model.context.cell(0).forward(utterance, state);
      expect(far(state, contexts.select(1, u))).toBeLessThan(1e-12);
    });
  });

  it('has another context if earlier utterances were in another order', () => {
    const model = make();
    const [one, other] = [[a, b, c], [b, a, c]].map((said) => model.read(padDialogues([said])).last); // prettier-ignore
    expect(far(one!, other!)).toBeGreaterThan(1e-3);
  });

  it('has the loss of its steps, one token after the other', () => {
    const model = make();
    const dialogue = padDialogues([long]);
    let [sum, count] = [0, 0];
    long.forEach((said, u) => {
      const heard = u === 0 ? tensor([[[0]]], { dtype: 'int32' }) : padDialogues([long.slice(0, u)]); // prettier-ignore
      let state = model.encode(heard);
      [1, ...said].slice(0, said.length).forEach((token, t) => {
        const { logits, state: next } = model.step(tensor([token], { dtype: 'int32' }), state);
        state = next;
        sum -= logits.logSoftmax(1).select(0, 0).select(0, said[t]!).item();
        count++;
      });
    });
    expect(model.loss(dialogue).item()).toBeCloseTo(sum / count, 10);
  });

  it('gives the scores whose cross-entropy is the loss', () => {
    const model = make();
    const dialogues = padDialogues([long, short]);
    const logits = model.forward(dialogues);
    expect(logits.shape).toEqual([2, 3, 4, V]);
    const chosen = logits.logSoftmax(3).gather(3, dialogues.unsqueeze(3)).squeeze(3);
    const counts = dialogues.notEqual(0);
    const mean = counts.where(chosen, 0).sum().div(counts.cast('float64').sum()).neg();
    expect(mean.item()).toBeCloseTo(model.loss(dialogues).item(), 10);
  });

  it('reads dialogues of several lengths together as it reads each by itself, whatever padding there is', () => {
    const model = make();
    const together = model.read(padDialogues([long, short]));
    [long, short].forEach((said, i) => {
      const alone = model.read(padDialogues([said]));
      expect(far(together.last.select(0, i), alone.last.select(0, 0))).toBeLessThan(1e-12);
    });
    const wide = padDialogues([long, short, [[...c, 3, 3, 3]]]).slice(0, 0, 2);
    expect(model.loss(wide).item()).toBeCloseTo(model.loss(padDialogues([long, short])).item(), 10);
  });

  it('predicts the last utterance of each dialogue alone, if only those count', () => {
    const model = make();
    const logits = model.forward(padDialogues([long, short])).logSoftmax(3);
    const of = (i: number, u: number, said: readonly number[]): number =>
      said.reduce(
        (sum, token, t) =>
          sum - logits.select(0, i).select(0, u).select(0, t).select(0, token).item(),
        0,
      );
    const want = (of(0, 2, c) + of(1, 1, a)) / (c.length + a.length);
    const given = padDialogues([long, short]);
    expect(model.loss(given, { replies: 'last' }).item()).toBeCloseTo(want, 10);
    // A dialogue that has not begun counts for nothing.
    const empty = padDialogues([long, short, []]);
    expect(model.loss(empty, { replies: 'last' }).item()).toBeCloseTo(want, 10);
  });

  it('gives the rows of a state that beams ask for', () => {
    const model = make();
    const state = model.encode(padDialogues([long, short]));
    const picked = model.select(state, tensor([1, 1, 0], { dtype: 'int32' }));
    expect(picked.hidden.shape).toEqual([3, 4]);
    expect(far(picked.condition.select(0, 1), state.condition.select(0, 1))).toBe(0);
    expect(far(picked.condition.select(0, 2), state.condition.select(0, 0))).toBe(0);
  });

  it('hides whole words from the decoder while it learns, and none in evaluation', () => {
    const options = { dtype: 'float64', generator: new Generator(1) } as const;
    const model = new HRED(V, 3, 4, { ...options, wordDropout: 0.5 });
    const dialogues = padDialogues([long, short]);
    expect(model.loss(dialogues).item()).not.toBe(model.loss(dialogues).item());
    model.eval();
    expect(model.loss(dialogues).item()).toBe(model.loss(dialogues).item());
    model.train().wordDropout = 1;
    expect(model.loss(dialogues).item()).toBe(model.loss(dialogues).item()); // sees none at all
  });

  it('learns to answer from what was said before, in a compiled step', () => {
    const generator = new Generator(3);
    const model = new HRED(V, 8, 16, { generator });
    // The last utterance is that of the beginning; the one between is always the same.
    const dialogues = padDialogues(
      [3, 4, 5, 6].map((word) => [
        [word, 2],
        [7, 2],
        [word, 2],
      ]),
    );
    const step = trainStep((said: Tensor) => model.loss(said), new Adam(model.parameters(), { lr: 0.02 })); // prettier-ignore
    for (let i = 0; i < 200; i++) step(dialogues).dispose();
    const answered = model.forward(dialogues).select(1, 2).select(1, 0).argmax(1);
    expect(answered.toArray()).toEqual([3, 4, 5, 6]);
  });

  it('names what it learns, and holds no more memory than that', () => {
    const names = Object.keys(make().stateDict());
    expect(names[0]).toBe('embedding.weight');
    expect(names).toContain('context.weight_hh_l0');
    checkHeld((o) => new HRED(V, 3, 4, o));
  });

  it.each<[string, () => unknown, string]>([
    ['a single utterance', () => make().loss(tensor([[1]], { dtype: 'int32' })), 'must have shape (B, U, T)'],
    ['dialogues of no utterances', () => make().read(tensor([], [1, 0, 3], { dtype: 'int32' })), 'got [1,0,3]'],
    ['tokens that there are not', () => make().loss(padDialogues([[[V]]])), 'index 9 is out of range'],
    ['replies that there are not', () => make().loss(padDialogues([[[3]]]), { replies: 'first' as 'last' }), "got 'first'"],
    ['a vocabulary of none', () => new HRED(0, 3, 4), 'vocabularySize'],
    ['a padding that is no token', () => new HRED(5, 3, 4, { paddingIdx: 5 }), 'paddingIdx'],
    ['a probability that is none', () => new HRED(5, 3, 4, { wordDropout: 2 }), 'wordDropout must be from 0 to 1, got 2'],
  ])('refuses %s', (_, call, message) => {
    expect(call).toThrow(message);
  }); // prettier-ignore
});
