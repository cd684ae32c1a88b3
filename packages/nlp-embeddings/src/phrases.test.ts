import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Phrases } from './phrases.ts';

interface Fixture {
  sentences: string[][];
  unseen: string[][];
  cases: {
    options: {
      min_count: number;
      threshold: number;
      scoring?: 'npmi';
      delimiter?: string;
      connector_words?: string[];
    };
    applied: string[][];
    found: Record<string, number>;
  }[];
}

const fixture = JSON.parse(
  readFileSync(new URL('../test/fixtures/phrases.json', import.meta.url), 'utf8'),
) as Fixture; // written by phrases.py beside it
const { sentences, unseen } = fixture;

describe('Phrases', () => {
  it.each(fixture.cases)('finds what gensim finds with $options', ({ options, applied, found }) => {
    const { scoring, delimiter, connector_words: connectorWords } = options;
    const phrases = new Phrases(sentences, {
      minCount: options.min_count,
      threshold: options.threshold,
      ...(scoring && { scoring }),
      ...(delimiter && { delimiter }),
      ...(connectorWords && { connectorWords }),
    });
    const all = [...sentences, ...unseen];
    expect(all.map((sentence) => phrases.apply(sentence))).toEqual(applied);
    const ours = phrases.findPhrases(all);
    expect([...ours.keys()].sort()).toEqual(Object.keys(found).sort());
    for (const [phrase, score] of ours) expect(score).toBeCloseTo(found[phrase]!, 12);
  });

  it('counts further sentences as if it had had them from the start', () => {
    const parts = new Phrases(sentences.slice(0, 3), { minCount: 1, threshold: 1 });
    parts.addVocab(sentences.slice(3));
    const whole = new Phrases(sentences, { minCount: 1, threshold: 1 });
    expect(parts.findPhrases(sentences)).toEqual(whole.findPhrases(sentences));
  });

  it('takes a scoring of its own, which sees the counts', () => {
    const phrases = new Phrases([['a', 'b', 'a']], {
      threshold: 0,
      scoring: ({ first, second, both, words, vocabularySize }) =>
        Number(first === 2 && second === 1 && both === 1 && words === 3 && vocabularySize === 4),
    });
    expect(phrases.apply(['a', 'b'])).toEqual(['a_b']);
  });

  it('refuses sentences that are texts, and options out of range', () => {
    const texts = ['a b'] as unknown as string[][]; // as plain JavaScript may have it
    expect(() => new Phrases(texts)).toThrow(/a sentence must be a list of words, got 'a b'/);
    expect(() => new Phrases([], { minCount: 0 })).toThrow(/minCount/);
    expect(() => new Phrases([], { threshold: Number.NaN })).toThrow(/threshold/);
    const wrong = 'pmi' as 'npmi'; // as plain JavaScript may have it
    expect(() => new Phrases([], { scoring: wrong })).toThrow(/'npmi' or a function, got 'pmi'/);
  });
});
