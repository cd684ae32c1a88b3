import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { EpsilonLogitsWarper, EtaLogitsWarper } from './epsilon.ts';
import {
  ExponentialDecayLengthPenalty,
  ForcedBOSTokenLogitsProcessor,
  ForcedEOSTokenLogitsProcessor,
  MinLengthLogitsProcessor,
  MinNewTokensLengthLogitsProcessor,
} from './lengths.ts';
import type { LogitsProcessor } from './logits-processor.ts';
import { MinPLogitsWarper } from './min-p.ts';
import { InfNanRemoveLogitsProcessor, LogitNormalization } from './normalization.ts';
import { NoRepeatNGramLogitsProcessor, RepetitionPenaltyLogitsProcessor } from './repetition.ts';
import { TemperatureLogitsWarper } from './temperature.ts';
import {
  NoBadWordsLogitsProcessor,
  PrefixConstrainedLogitsProcessor,
  SequenceBiasLogitsProcessor,
  SuppressTokensAtBeginLogitsProcessor,
  SuppressTokensLogitsProcessor,
} from './tokens.ts';
import { TopHLogitsWarper } from './top-h.ts';
import { TopKLogitsWarper } from './top-k.ts';
import { TopPLogitsWarper } from './top-p.ts';
import { TypicalLogitsWarper } from './typical.ts';

interface Case {
  readonly name: string;
  readonly arguments: readonly unknown[];
  readonly inputIds: readonly (readonly number[])[];
  /** null for -Infinity. */
  readonly scores: readonly (readonly (number | null)[])[];
  readonly processed: readonly (readonly (number | null)[])[];
}

const file = new URL('../../../test/fixtures/logits.json', import.meta.url);
// What generate-logits.py writes.
const { cases } = JSON.parse(readFileSync(file, 'utf8')) as { readonly cases: readonly Case[] };

const classes = {
  TemperatureLogitsWarper,
  TopKLogitsWarper,
  TopPLogitsWarper,
  TopHLogitsWarper,
  MinPLogitsWarper,
  TypicalLogitsWarper,
  EpsilonLogitsWarper,
  EtaLogitsWarper,
  RepetitionPenaltyLogitsProcessor,
  NoRepeatNGramLogitsProcessor,
  MinLengthLogitsProcessor,
  MinNewTokensLengthLogitsProcessor,
  ForcedBOSTokenLogitsProcessor,
  ForcedEOSTokenLogitsProcessor,
  ExponentialDecayLengthPenalty,
  SuppressTokensLogitsProcessor,
  SuppressTokensAtBeginLogitsProcessor,
  SequenceBiasLogitsProcessor,
  NoBadWordsLogitsProcessor,
  LogitNormalization,
};

/** As generate-logits.py made it. */
function make({ name, arguments: given }: Case): LogitsProcessor {
  if (name === 'PrefixConstrainedLogitsProcessor') {
    return new PrefixConstrainedLogitsProcessor((batch, ids) => [batch, ids.at(-1)!, 7]);
  }
  // The fixture has the arguments of the class that it names.
  const Processor = classes[name as keyof typeof classes] as new (
    ...args: unknown[]
  ) => LogitsProcessor;
  return new Processor(...given);
}

const numbers = (row: readonly (number | null)[]): Float32Array =>
  Float32Array.from(row, (score) => score ?? -Infinity);

describe("processors equal transformers'", () => {
  for (const one of cases) {
    it(`${one.name} ${JSON.stringify(one.arguments)}`, () => {
      const processor = make(one);
      const found = one.scores.map((row, i) => {
        const scores = numbers(row);
        processor.process(one.inputIds[i]!, scores, i);
        return Array.from(scores);
      });
      const expected = one.processed.map((row) =>
        Array.from(numbers(row), (score): unknown =>
          Number.isFinite(score) ? expect.closeTo(score, 4) : score,
        ),
      );
      expect(found).toEqual(expected);
    });
  }

  it('has a case for each', () => {
    const named = new Set(cases.map(({ name }) => name));
    expect(Object.keys(classes).filter((name) => !named.has(name))).toEqual([]);
  });
});

describe('InfNanRemoveLogitsProcessor', () => {
  it('leaves finite numbers only', () => {
    const scores = Float32Array.of(NaN, Infinity, -Infinity, 2);
    new InfNanRemoveLogitsProcessor().process([], scores);
    const most = 3.4028234663852886e38;
    expect(Array.from(scores)).toEqual([0, most, -most, 2]);
  });
});

describe('processors refuse', () => {
  const tokens = (list: unknown): number[] => list as number[]; // what plain JavaScript may give
  it.each<[string, () => unknown, string]>([
    ['temperature 0', () => new TemperatureLogitsWarper(0), '0 is greedy search'],
    ['topK 0', () => new TopKLogitsWarper(0), 'topK must be a whole number ≥ 1, got 0.'],
    ['topP 1.5', () => new TopPLogitsWarper(1.5), 'topP must be from 0 to 1, got 1.5.'],
    ['NaN', () => new TopPLogitsWarper(NaN), 'topP must be from 0 to 1, got NaN.'],
    ['minP -1', () => new MinPLogitsWarper(-1), 'minP must be from 0 to 1'],
    ['mass 1', () => new TypicalLogitsWarper(1), 'mass must be between 0 and 1'],
    ['ε 0', () => new EpsilonLogitsWarper(0), 'epsilon must be between 0 and 1'],
    ['η 1', () => new EtaLogitsWarper(1), 'epsilon must be between 0 and 1'],
    ['topH 0', () => new TopHLogitsWarper(0), 'above 0 and at most 1'],
    ['a penalty of 0', () => new RepetitionPenaltyLogitsProcessor(0), 'penalty must be above 0'],
    [
      'n-grams of 0',
      () => new NoRepeatNGramLogitsProcessor(0),
      'ngramSize must be a whole number ≥ 1',
    ],
    ['keeping nothing', () => new TopKLogitsWarper(1, { minTokensToKeep: 0 }), 'minTokensToKeep'],
    [
      'no tokens',
      () => new SuppressTokensLogitsProcessor([]),
      'suppressTokens must be tokens, one at least',
    ],
    ['text', () => new SuppressTokensLogitsProcessor(tokens('ab')), "got 'ab'"],
    [
      'half a token',
      () => new MinLengthLogitsProcessor(1, 1.5),
      'eosTokenId must be a whole number ≥ 0, got 1.5.',
    ],
    ['no bias', () => new SequenceBiasLogitsProcessor([]), 'such as [[[10, 45], -2]]'],
    [
      'no number',
      () => new SequenceBiasLogitsProcessor([[[1], NaN]]),
      'the bias of [1] must be a number',
    ],
    ['no words', () => new NoBadWordsLogitsProcessor([]), 'such as [[10, 45], [64]]'],
  ])('%s', (_, make, message) => {
    expect(make).toThrow(message);
  });

  it('prefixes after which nothing is allowed, and tokens that there are not', () => {
    const scores = new Float32Array(3);
    const none = new PrefixConstrainedLogitsProcessor(() => []);
    expect(() => none.process([1, 2], scores, 4)).toThrow(
      'allows nothing after [1, 2] of prompt 4',
    );
    const beyond = new PrefixConstrainedLogitsProcessor(() => [3]);
    expect(() => beyond.process([], scores, 0)).toThrow('a whole number from 0 to 2, got 3.');
  });
});
