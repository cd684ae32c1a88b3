import { Generator, tensor, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { Chain, type ChainState } from '../../test/chain.ts';
import type { StepModel } from '../step-model.ts';
import type { GenerateOptions } from './generate-options.ts';
import { generate } from './generate.ts';
import type { LogitsProcessor } from './processors/logits-processor.ts';
import { TemperatureLogitsWarper } from './processors/temperature.ts';

type Options = Partial<GenerateOptions<ChainState>>;

const model = Chain.draw(6, new Generator(1));

describe('generate refuses', () => {
  it.each<[string, Options]>([
    ['temperature is only read when tokens are drawn', { temperature: 0.5 }],
    ['topK is only read when tokens are drawn', { topK: 5 }],
    ['lengthPenalty is only read by beam search', { lengthPenalty: 2 }],
    ['earlyStopping is only read by beam search', { earlyStopping: true }],
    [
      "earlyStopping must be true, false or 'never', got 'always'",
      { numBeams: 2, earlyStopping: 'always' as 'never' },
    ],
    ['minLength changes nothing where nothing ends sequences', { minLength: 3 }],
    ['maxLength and maxNewTokens say the same', { maxLength: 3, maxNewTokens: 3 }],
    ['maxLength must be a whole number ≥ 2, got 1', { maxLength: 1 }],
    [
      'minNewTokens must be a whole number from 0 to 3, got 4',
      { minNewTokens: 4, maxNewTokens: 3, eosTokenId: 1 },
    ],
    ['numReturnSequences: 2 would give the same sequence each time', { numReturnSequences: 2 }],
    [
      'numReturnSequences must be at most numBeams, 2, got 3',
      { numBeams: 2, numReturnSequences: 3 },
    ],
    [
      'numBeams must be a multiple of numBeamGroups, got 4 and 3',
      { numBeams: 4, numBeamGroups: 3, diversityPenalty: 1 },
    ],
    ['diversityPenalty belong together', { numBeams: 4, numBeamGroups: 2 }],
    [
      'groups of beams do not draw',
      { numBeams: 4, numBeamGroups: 2, diversityPenalty: 1, doSample: true },
    ],
    ['penaltyAlpha needs topK', { penaltyAlpha: 0.5 }],
    ['contrastive search neither draws', { penaltyAlpha: 0.5, topK: 3, doSample: true }],
    ['guidanceScale and unconditionalState belong together', { guidanceScale: 2 }],
    [
      'forcedBosTokenId is the token after a prompt of one token, and a prompt has 2',
      { inputIds: [[0, 0]], forcedBosTokenId: 1 },
    ],
    ['forcedEosTokenId 3 is among suppressTokens', { forcedEosTokenId: 3, suppressTokens: [3] }],
    [
      'eosTokenId for a model of 6 tokens must be a whole number from 0 to 5, got 6',
      { eosTokenId: 6 },
    ],
    ['inputIds must be one list of tokens for each prompt', { inputIds: [] }],
    ['there is no option "max_length"; did you mean maxLength?', { max_length: 3 } as Options],
    ['no token can come after [0] of prompt 0', { suppressTokens: [0, 1, 2, 3, 4, 5] }],
    [
      'no token can come after [0] of prompt 0',
      { suppressTokens: [0, 1, 2, 3, 4, 5], numBeams: 2 },
    ],
    [
      'logitsProcessor has a TemperatureLogitsWarper, and another option asks for one',
      { doSample: true, temperature: 2, logitsProcessor: [new TemperatureLogitsWarper(2)] },
    ],
    [
      'logitsProcessor must be an array of objects with a method process',
      { logitsProcessor: [{} as LogitsProcessor] },
    ],
  ])('%s', async (message, options) => {
    const run = generate(model, { inputIds: [[0]], state: model.begin(1), ...options });
    await expect(run).rejects.toThrow(message);
  });

  it('logits that are NaN, or of another shape than the prompts', async () => {
    const giving = (logits: Tensor): StepModel<null> => ({
      step: () => ({ logits, state: null }),
      select: () => null,
    });
    const begin = { inputIds: [[0]], state: null };
    await expect(generate(giving(tensor([[NaN, 1]])), begin)).rejects.toThrow(
      'scores must be numbers below Infinity, got NaN for token 0 after [0] of prompt 0',
    );
    await expect(generate(giving(tensor([[0], [1]])), begin)).rejects.toThrow(
      'logits (1, V) for 1 sequences, got [2,1]',
    );
    const fine = giving(tensor([[NaN, 1]]));
    const { sequences } = await generate(fine, {
      ...begin,
      removeInvalidValues: true,
      maxNewTokens: 1,
    });
    expect(sequences).toEqual([[0, 1]]);
    await expect(generate(fine, { ...begin, outputAttentions: true })).rejects.toThrow(
      "outputAttentions needs `attention` of the model's step, which gave none",
    );
  });
});
