import { Generator, tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { Chain } from '../../test/chain.ts';
import { generate, type GenerateOutput } from './generate.ts';
import type { GenerateOptions } from './generate-options.ts';

interface Fixture {
  readonly table: number[][][];
  readonly prompts: number[][];
  readonly common: { readonly maxNewTokens: number; readonly eosTokenId: number };
  readonly cases: readonly {
    readonly options: Partial<Omit<GenerateOptions<unknown>, 'state' | 'unconditionalState'>>;
    readonly sequences: number[][];
    readonly scores: number[] | null;
  }[];
}

const file = new URL('../../test/fixtures/beams.json', import.meta.url);
// What generate-beams.py writes.
const fixture = JSON.parse(readFileSync(file, 'utf8')) as Fixture;

/** Up to the token that ends it; transformers fills the rest. */
function ended(sequence: readonly number[], prompt: number, eos: readonly number[]): number[] {
  const end = sequence.findIndex((token, i) => i >= prompt && eos.includes(token));
  return sequence.slice(0, end < 0 ? sequence.length : end + 1);
}

describe('generate equals transformers on a chain', () => {
  const model = new Chain(tensor(fixture.table));
  for (const { options, sequences, scores } of fixture.cases) {
    it(JSON.stringify(options), async () => {
      const { maxNewTokens, eosTokenId } = fixture.common;
      const all = { maxNewTokens, eosTokenId, ...options };
      const found = await generate(model, {
        ...all,
        inputIds: fixture.prompts,
        state: model.begin(3),
      });
      const eos = [all.eosTokenId].flat();
      expect(found.sequences).toEqual(sequences.map((one) => ended(one, 2, eos)));
      expect(found.sequencesScores ?? null).toEqual(
        scores?.map((score) => expect.closeTo(score, 4) as number) ?? null,
      );
    });
  }
});

interface Scored {
  readonly tokens: number[];
  readonly score: number;
}

/** All sequences that there are, best first. */
function exhaustive(
  model: Chain,
  {
    eos,
    longest,
    alpha,
  }: { readonly eos: number; readonly longest: number; readonly alpha: number },
): Scored[] {
  const found: Scored[] = [];
  const go = (tokens: number[], sum: number): void => {
    for (const [token, logProb] of model.after(tokens).entries()) {
      const next = [...tokens, token];
      const length = next.length - 1;
      if (token !== eos && length < longest) go(next, sum + logProb);
      else found.push({ tokens: next, score: (sum + logProb) / ((5 + length) / 6) ** alpha });
    }
  };
  go([0], 0);
  return found.sort((a, b) => b.score - a.score);
}

describe('beam search', () => {
  const seeds = fc.nat(1e6);

  it('with enough beams finds what exhaustive search finds', async () => {
    const setting = fc.record({
      seed: seeds,
      vocabulary: fc.integer({ min: 2, max: 4 }),
      longest: fc.integer({ min: 1, max: 3 }),
      alpha: fc.constantFrom(-1, 0, 0.6, 1, 3),
      count: fc.integer({ min: 1, max: 2 }),
    });
    await fc.assert(
      fc.asyncProperty(setting, async ({ seed, vocabulary, longest, alpha, count }) => {
        const model = Chain.draw(vocabulary, new Generator(seed));
        const eos = vocabulary - 1;
        const best = exhaustive(model, { eos, longest, alpha }).slice(0, count);
        const found = await generate(model, {
          inputIds: [[0]],
          state: model.begin(1),
          eosTokenId: eos,
          maxNewTokens: longest,
          numBeams: vocabulary ** longest,
          numReturnSequences: count,
          lengthPenalty: alpha,
        });
        expect(found.sequences).toEqual(best.map(({ tokens }) => tokens));
        expect(found.sequencesScores).toEqual(
          best.map(({ score }) => expect.closeTo(score, 4) as number),
        );
      }),
      { numRuns: 60 },
    );
  });

  it('gives scores no better than the best there is, and those of its sequences', async () => {
    await fc.assert(
      fc.asyncProperty(seeds, fc.integer({ min: 2, max: 4 }), async (seed, numBeams) => {
        const model = Chain.draw(4, new Generator(seed));
        const all = exhaustive(model, { eos: 3, longest: 4, alpha: 1 });
        const { sequences, sequencesScores } = await generate(model, {
          inputIds: [[0]],
          state: model.begin(1),
          eosTokenId: 3,
          maxNewTokens: 4,
          numBeams,
          numReturnSequences: numBeams,
        });
        for (const [i, score] of sequencesScores!.entries()) {
          const same = all.find(({ tokens }) => String(tokens) === String(sequences[i]));
          expect(score).toBeCloseTo(same!.score, 4);
        }
        expect(sequencesScores).toEqual(sequencesScores!.toSorted((a, b) => b - a));
        expect(new Set(sequences.map(String)).size).toBe(numBeams);
      }),
      { numRuns: 20 },
    );
  });

  it('gives each prompt of a batch what it gets alone', async () => {
    const model = Chain.draw(6, new Generator(7));
    const prompts = [
      [1, 2],
      [4, 4],
      [3, 0],
      [1, 2],
    ];
    const run = (inputIds: number[][]): Promise<GenerateOutput> =>
      generate(model, {
        inputIds,
        state: model.begin(inputIds.length),
        eosTokenId: 5,
        numBeams: 3,
        numReturnSequences: 2,
        maxNewTokens: 7,
      });
    const together = await run(prompts);
    const alone = await Promise.all(prompts.map((prompt) => run([prompt])));
    expect(together.sequences).toEqual(alone.flatMap(({ sequences }) => sequences));
  });

  it('draws beams by seed, others by another seed, none twice', async () => {
    const model = Chain.draw(6, new Generator(7), 0.3);
    const run = async (seed: number): Promise<string> => {
      const { sequences } = await generate(model, {
        inputIds: [[0]],
        state: model.begin(1),
        doSample: true,
        generator: new Generator(seed),
        numBeams: 3,
        numReturnSequences: 3,
        maxNewTokens: 5,
      });
      expect(new Set(sequences.map(String)).size).toBe(3);
      return String(sequences);
    };
    expect(await run(1)).toBe(await run(1));
    expect(await run(1)).not.toBe(await run(2));
  });

  it('keeps all beams as a tree', async () => {
    const model = Chain.draw(5, new Generator(3));
    const { beams, sequences, sequencesScores } = await generate(model, {
      inputIds: [[0]],
      state: model.begin(1),
      eosTokenId: 4,
      maxNewTokens: 5,
      numBeams: 3,
      numReturnSequences: 3,
      outputBeams: true,
    });
    const nodes = beams![0]!;
    const path = (at: number): number[] =>
      at < 0 ? [0] : [...path(nodes[at]!.parent), nodes[at]!.token];
    for (const [i, node] of nodes.entries()) {
      expect(node.parent).toBeLessThan(i);
      expect(path(i)).toHaveLength(node.length + 1);
    }
    const over = nodes.flatMap(({ score }, i) =>
      score === null ? [] : [{ score, tokens: path(i) }],
    );
    const best = over.sort((a, b) => b.score - a.score).slice(0, 3);
    expect(best.map(({ tokens }) => tokens)).toEqual(sequences);
    expect(best.map(({ score }) => score)).toEqual(sequencesScores);
  });

  it('refuses to give more sequences than there are', async () => {
    const model = Chain.draw(3, new Generator(0));
    const run = generate(model, {
      inputIds: [[0]],
      state: model.begin(1),
      maxNewTokens: 1,
      numBeams: 3,
      numReturnSequences: 3,
      suppressTokens: [1, 2],
    });
    await expect(run).rejects.toThrow(
      'generate: only 1 sequences are possible for prompt 0, fewer than numReturnSequences, 3.',
    );
  });
});

describe('diverse beam search', () => {
  it('takes another first token in each group, if the penalty is large', async () => {
    const model = Chain.draw(6, new Generator(5));
    const { sequences } = await generate(model, {
      inputIds: [[0]],
      state: model.begin(1),
      maxNewTokens: 3,
      numBeams: 4,
      numBeamGroups: 4,
      diversityPenalty: 1e3,
      numReturnSequences: 4,
    });
    expect(new Set(sequences.map((tokens) => tokens[1])).size).toBe(4);
  });

  it('with one beam a group is greedy search on what the groups before have left', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), async (seed) => {
        const model = Chain.draw(5, new Generator(seed));
        const [groups, penalty, length] = [3, 0.8, 4];
        const written = Array.from({ length: groups }, () => ({ tokens: [0], sum: 0 }));
        for (let t = 0; t < length; t++) {
          const taken: number[] = [];
          for (const one of written) {
            const scores = model.after(one.tokens).map((score, token) => {
              return score - penalty * taken.filter((other) => other === token).length;
            });
            const token = scores.indexOf(Math.max(...scores));
            one.tokens.push(token);
            one.sum += scores[token]!;
            taken.push(token);
          }
        }
        const { sequences } = await generate(model, {
          inputIds: [[0]],
          state: model.begin(1),
          maxNewTokens: length,
          numBeams: groups,
          numBeamGroups: groups,
          diversityPenalty: penalty,
          numReturnSequences: groups,
        });
        const best = written.toSorted((a, b) => b.sum - a.sum).map(({ tokens }) => tokens);
        expect(sequences).toEqual(best);
      }),
      { numRuns: 20 },
    );
  });
});
