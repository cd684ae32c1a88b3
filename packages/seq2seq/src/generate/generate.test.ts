import { Generator, memory, tensor, type Tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { Chain, type ChainState } from '../../test/chain.ts';
import type { StepModel } from '../step-model.ts';
import { generate, stream } from './generate.ts';
import type { GenerateOptions } from './generate-options.ts';
import { MaxTimeCriteria, StopStringCriteria } from './stopping-criteria.ts';

type Options = Partial<GenerateOptions<ChainState>>;

const model = Chain.draw(6, new Generator(1));

/** What follows each prompt. */
const run = (options: Options, inputIds: number[][] = [[0]]) =>
  generate(model, { inputIds, state: model.begin(inputIds.length), ...options });

/** The first tokens that greedy search takes. */
function greedy(prompt: readonly number[], count: number): number[] {
  const tokens = [...prompt];
  for (let i = 0; i < count; i++) {
    const scores = model.after(tokens);
    tokens.push(scores.indexOf(Math.max(...scores)));
  }
  return tokens;
}

describe('greedy search', () => {
  it('takes the likeliest token, for prompts of several tokens, too', async () => {
    const prompts = [
      [1, 2, 3],
      [4, 4, 0],
      [5, 1, 1],
    ];
    const { sequences } = await run({ maxNewTokens: 5 }, prompts);
    expect(sequences).toEqual(prompts.map((prompt) => greedy(prompt, 5)));
  });

  it('takes prompts as a tensor', async () => {
    const inputIds = tensor(
      [
        [1, 2],
        [3, 4],
      ],
      { dtype: 'int32' },
    );
    const { sequences } = await generate(model, { inputIds, state: model.begin(2), maxLength: 4 });
    expect(sequences).toEqual([greedy([1, 2], 2), greedy([3, 4], 2)]);
  });

  it('ends each sequence with one of the tokens that end, and pads if asked to', async () => {
    const prompts = [
      [0, 1],
      [3, 2],
      [4, 5],
    ];
    const cut = prompts.map((prompt) => {
      const all = greedy(prompt, 8);
      const end = all.findIndex((token, i) => i > 1 && (token === 1 || token === 4));
      return end < 0 ? all : all.slice(0, end + 1);
    });
    const eosTokenId = [1, 4];
    expect((await run({ eosTokenId, maxNewTokens: 8 }, prompts)).sequences).toEqual(cut);
    const longest = Math.max(...cut.map(({ length }) => length));
    const padded = await run({ eosTokenId, maxNewTokens: 8, padTokenId: 99 }, prompts);
    expect(padded.sequences).toEqual(
      cut.map((one) => [...one, ...new Array<number>(longest - one.length).fill(99)]),
    );
  });

  it('writes 20 tokens unless told otherwise', async () => {
    expect((await run({})).sequences[0]).toHaveLength(21);
  });

  it('gives scores, log-probabilities and attention of every new token', async () => {
    const found = await run({ maxNewTokens: 3, outputScores: true, outputAttentions: true }, [
      [0],
      [2],
    ]);
    for (const [i, tokens] of found.sequences.entries()) {
      for (let t = 0; t < 3; t++) {
        const expected = model.after(tokens.slice(0, t + 1));
        const token = tokens[t + 1]!;
        expect(found.logProbs![i]![t]).toBeCloseTo(expected[token]!, 5);
        expect(found.scores![i]![t]).toHaveLength(6);
        expect([...found.attentions![i]![t]!]).toEqual([i]);
      }
    }
  });
});

describe('sampling', () => {
  /** Σ (n - e)² / e of the first tokens that were drawn; the expected counts are of the probabilities. */
  async function chiSquare(options: Options, probs: readonly number[]): Promise<number> {
    const draws = 4000;
    const { sequences } = await run({
      doSample: true,
      generator: new Generator(11),
      numReturnSequences: draws,
      maxNewTokens: 1,
      ...options,
    });
    const counts = probs.map(() => 0);
    for (const [, token] of sequences) counts[token!]!++;
    let sum = 0;
    for (const [token, p] of probs.entries()) {
      if (p === 0) expect(counts[token]).toBe(0);
      else sum += (counts[token]! - draws * p) ** 2 / (draws * p);
    }
    return sum;
  }

  const probs = model.after([0]).map(Math.exp);
  const normalized = (values: readonly number[]): number[] => {
    const total = values.reduce((sum, value) => sum + value, 0);
    return values.map((value) => value / total);
  };

  // Of 5 degrees of freedom, 1 in 10,000 is above 25.7.
  it('draws with the probabilities of the model', async () => {
    expect(await chiSquare({}, probs)).toBeLessThan(25.7);
  });

  it('draws among the top k, with a temperature', async () => {
    const least = probs.toSorted((a, b) => b - a)[2]!;
    const kept = probs.map((p) => (p >= least ? p ** 2 : 0));
    expect(await chiSquare({ topK: 3, temperature: 0.5 }, normalized(kept))).toBeLessThan(25.7);
  });

  it('is the same for the same seed, and another for another', async () => {
    const draw = async (seed: number): Promise<number[][]> => {
      const generator = new Generator(seed);
      return (await run({ doSample: true, generator }, [[0], [3]])).sequences;
    };
    expect(await draw(1)).toEqual(await draw(1));
    expect(await draw(1)).not.toEqual(await draw(2));
  });

  it('with topK 1 is greedy search', async () => {
    const { sequences } = await run({ doSample: true, topK: 1, maxNewTokens: 6 }, [[3]]);
    // Unless two tokens are equally likely.
    expect(sequences).toEqual([greedy([3], 6)]);
  });
});

describe('contrastive search', () => {
  const cosine = (a: readonly number[], b: readonly number[]): number => {
    const dot = (x: readonly number[], y: readonly number[]): number =>
      x.reduce((sum, value, i) => sum + value * y[i]!, 0);
    return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
  };
  /** What the chain gives as hidden after a sequence: its logits. */
  const hidden = (tokens: readonly number[]): number[] => [
    ...model.table
      .select(0, tokens.at(-2) ?? 0)
      .select(0, tokens.at(-1)!)
      .dataSync(),
  ];

  it.each([0, 0.3, 0.6, 1])('weighs likelihood against likeness by %d', async (alpha) => {
    const prompts = [
      [1, 2],
      [5, 0],
    ];
    const expected = prompts.map((prompt) => {
      const tokens = [...prompt];
      for (let t = 0; t < 6; t++) {
        const scores = model.after(tokens);
        const top = [...scores.keys()].sort((a, b) => scores[b]! - scores[a]!).slice(0, 4);
        const value = (token: number): number => {
          const made = hidden([...tokens, token]);
          const before = tokens.map((_, i) => hidden(tokens.slice(0, i + 1)));
          const most = Math.max(...before.map((one) => cosine(made, one)));
          return (1 - alpha) * Math.exp(scores[token]!) - alpha * most;
        };
        tokens.push(top.toSorted((a, b) => value(b) - value(a))[0]!);
      }
      return tokens;
    });
    const { sequences } = await run({ penaltyAlpha: alpha, topK: 4, maxNewTokens: 6 }, prompts);
    expect(sequences).toEqual(expected);
  });
});

describe('guidance', () => {
  // Logits of a state: what it begins with.
  const fixed: StepModel<Tensor> = {
    step: (_, state) => ({ logits: state, state }),
    select: (state, index) => state.indexSelect(0, index),
  };

  it('is log p of the one without, and further in the direction of the one with', async () => {
    const state = tensor([
      [2, 1, 0],
      [0, 1, 3],
    ]);
    const unconditionalState = tensor([
      [2, 2, 0],
      [0, 0, 0],
    ]);
    const inputIds = [[0], [0]];
    const options = { inputIds, state, unconditionalState, guidanceScale: 3, maxNewTokens: 1 };
    const { scores } = await generate(fixed, { ...options, outputScores: true });
    const [p, u] = [state.logSoftmax(1), unconditionalState.logSoftmax(1)];
    const expected = p.sub(u).mul(3).add(u).dataSync();
    expect(scores!.flatMap(([row]) => [...row!])).toEqual(
      Array.from(expected, (value) => expect.closeTo(value, 4) as number),
    );
  });
});

describe('prompts of different lengths', () => {
  const ways: readonly Options[] = [
    {},
    { eosTokenId: [2, 4], minNewTokens: 2, exponentialDecayLengthPenalty: [1, 1.3] },
    { noRepeatNgramSize: 2, forcedEosTokenId: 3, beginSuppressTokens: [1, 5] },
    { numBeams: 3, numReturnSequences: 2, eosTokenId: 2, outputScores: true },
    { numBeams: 4, numBeamGroups: 2, diversityPenalty: 0.7, lengthPenalty: 0.5, eosTokenId: 2 },
    { penaltyAlpha: 0.4, topK: 3, eosTokenId: 2 },
  ];

  it.each(ways)('write what they write alone with %j', async (options) => {
    const prompt = fc.array(fc.nat(5), { minLength: 1, maxLength: 5 });
    await fc.assert(
      fc.asyncProperty(fc.array(prompt, { minLength: 1, maxLength: 4 }), async (prompts) => {
        const together = await run({ maxNewTokens: 4, ...options }, prompts);
        const alone = [];
        for (const one of prompts) alone.push(await run({ maxNewTokens: 4, ...options }, [one]));
        expect(together.sequences).toEqual(alone.flatMap(({ sequences }) => sequences));
        expect(together.logProbs).toEqual(
          alone[0]!.logProbs && alone.flatMap((one) => one.logProbs),
        );
        expect(together.sequencesScores).toEqual(
          alone[0]!.sequencesScores && alone.flatMap((one) => one.sequencesScores),
        );
      }),
      { numRuns: 12 },
    );
  });

  it('are drawn on as often as asked, and held to one maxLength', async () => {
    const options = { doSample: true, generator: new Generator(2), numReturnSequences: 3 };
    const prompts = [[1], [2, 3, 4], [5, 0]];
    const { sequences } = await run({ ...options, maxLength: 6 }, prompts);
    const begun = prompts.flatMap((prompt) => [prompt, prompt, prompt]);
    expect(sequences.map((tokens, i) => tokens.slice(0, begun[i]!.length))).toEqual(begun);
    expect(new Set(sequences.map(({ length }) => length))).toEqual(new Set([6]));
    await expect(run({ maxLength: 3 }, prompts)).rejects.toThrow(
      'maxLength must be a whole number ≥ 4, got 3',
    );
  });
});

describe('stream', () => {
  it('gives the tokens that generate writes, as they come', async () => {
    await fc.assert(
      fc.asyncProperty(fc.nat(1e6), fc.boolean(), async (seed, doSample) => {
        const options = {
          inputIds: [[1, 2]],
          eosTokenId: 5,
          ...(doSample ? { doSample } : {}),
        };
        const drawn = (): object => (doSample ? { generator: new Generator(seed) } : {});
        const { sequences } = await generate(model, {
          ...options,
          ...drawn(),
          state: model.begin(1),
        });
        const tokens = [];
        for await (const token of stream(model, {
          ...options,
          ...drawn(),
          state: model.begin(1),
        })) {
          tokens.push(token);
        }
        expect([1, 2, ...tokens]).toEqual(sequences[0]);
      }),
      { numRuns: 10 },
    );
  });

  it('takes a step of the model for each token, not before', async () => {
    let steps = 0;
    const counting: StepModel<ChainState> = {
      step: (tokens, state) => (steps++, model.step(tokens, state)),
      select: (state, index) => model.select(state, index),
    };
    const tokens = stream(counting, { inputIds: [[0]], state: model.begin(1) });
    expect(steps).toBe(0);
    await tokens.next();
    await tokens.next();
    expect(steps).toBe(2);
    await tokens.return();
  });

  it('refuses several prompts and beams', async () => {
    const next = (options: Options): Promise<unknown> =>
      stream(model, { inputIds: [[0]], state: model.begin(1), ...options }).next();
    await expect(next({ numBeams: 2 })).rejects.toThrow('writes one sequence without beams');
    await expect(next({ inputIds: [[0], [1]] })).rejects.toThrow('got 2 prompts');
    await expect(next({ outputScores: true })).rejects.toThrow('gives tokens only');
  });
});

describe('stopping', () => {
  it('ends with a string', async () => {
    const decode = (tokens: readonly number[]): string =>
      tokens.map((token) => 'abcdef'[token]).join('');
    const all = greedy([0], 9);
    const wanted = decode(all.slice(3, 5));
    const criteria = new StopStringCriteria(wanted, decode);
    const { sequences } = await run({ stoppingCriteria: [criteria], maxNewTokens: 9 });
    const end = decode(all).indexOf(wanted, 0) + 2;
    expect(sequences).toEqual([all.slice(0, Math.max(end, 2))]);
  });

  it('ends with time', async () => {
    let now = 0;
    const criteria = new MaxTimeCriteria(1, { clock: () => (now += 300) });
    const { sequences } = await run({ stoppingCriteria: [criteria] });
    expect(sequences[0]).toHaveLength(1 + 4);
  });

  it('throws the reason of a signal', async () => {
    const stop = new AbortController();
    const running = run({ maxNewTokens: 1e6, signal: stop.signal });
    setTimeout(() => stop.abort(new Error('enough')), 20);
    await expect(running).rejects.toThrow('enough');
  });

  it('gives way to timers', async () => {
    let ticks = 0;
    const timer = setInterval(() => ticks++, 5);
    await run({ stoppingCriteria: [new MaxTimeCriteria(0.2)], maxNewTokens: 1e6 });
    clearInterval(timer);
    expect(ticks).toBeGreaterThan(2);
  });
});

describe('memory', () => {
  const kinds: readonly (readonly [string, Options])[] = [
    ['greedy search', { eosTokenId: 3 }],
    ['sampling', { doSample: true, numReturnSequences: 3, eosTokenId: 3 }],
    ['beam search', { numBeams: 3, eosTokenId: 3, outputScores: true, outputAttentions: true }],
    ['diverse beam search', { numBeams: 4, numBeamGroups: 2, diversityPenalty: 1 }],
    ['contrastive search', { penaltyAlpha: 0.5, topK: 3 }],
    ['guidance', { guidanceScale: 2, unconditionalState: model.begin(2), numBeams: 2 }],
  ];
  it.each(kinds)('holds nothing after %s, and the state stays', async (_, options) => {
    const state = model.begin(2);
    const before = memory().wasm.tensors;
    const { sequences } = await generate(model, {
      inputIds: [
        [0, 1],
        [2, 2],
      ],
      state,
      ...options,
    });
    expect(sequences.length).toBeGreaterThan(1);
    expect(memory().wasm.tensors).toBe(before);
    expect([...state.source.dataSync()]).toEqual([0, 1]);
  });

  it('holds nothing after an error, or a loop that was left', async () => {
    const state = model.begin(1);
    const before = memory().wasm.tensors;
    const failing: StepModel<ChainState> = {
      step: (tokens, from) => {
        if (tokens.item() === greedy([0], 3)[3]) throw new Error('broken');
        return model.step(tokens, from);
      },
      select: (from, index) => model.select(from, index),
    };
    await expect(generate(failing, { inputIds: [[0]], state })).rejects.toThrow('broken');
    for await (const _ of stream(model, { inputIds: [[0]], state })) break;
    expect(memory().wasm.tensors).toBe(before);
  });
});
