import { requireThat, requireWhole, shown } from '@kasane/tensor-core';
import type { GenerateOptions } from './generate-options.ts';

/** Only drawing reads these. */
const ofDrawing = [
  'temperature',
  'topH',
  'topK',
  'topP',
  'minP',
  'typicalP',
  'epsilonCutoff',
  'etaCutoff',
  'generator',
] as const;

/** Only beam search reads these. */
const ofBeams = [
  'lengthPenalty',
  'earlyStopping',
  'numBeamGroups',
  'diversityPenalty',
  'outputBeams',
] as const;

const withEos = ['minLength', 'minNewTokens', 'exponentialDecayLengthPenalty'] as const;

/** Throws for values out of range, and for options that contradict each other or would change nothing. */
export function checkOptions<State>(options: GenerateOptions<State>): void {
  const { doSample = false, numBeams = 1, numReturnSequences = 1, penaltyAlpha } = options;
  requireWhole('generate', 'numBeams', numBeams, 1);
  requireWhole('generate', 'numReturnSequences', numReturnSequences, 1);
  checkUnread(options);
  if (numBeams > 1) checkBeams(options, numBeams);
  if (penaltyAlpha !== undefined) checkContrastive(options, penaltyAlpha);
  if (numBeams > 1 && numReturnSequences > numBeams) {
    throw new RangeError(
      `generate: numReturnSequences must be at most numBeams, ${numBeams}, got ${numReturnSequences}.`,
    );
  }
  if (numBeams === 1 && !doSample && numReturnSequences > 1) {
    refuse(
      `numReturnSequences: ${numReturnSequences} would give the same sequence each time`,
      'Set numBeams or doSample',
    );
  }
  if ((options.guidanceScale === undefined) !== (options.unconditionalState === undefined)) {
    refuse('guidanceScale and unconditionalState belong together, got one of them', 'Pass both');
  }
}

/** Options that this search would not look at. */
function checkUnread<State>(options: GenerateOptions<State>): void {
  const { doSample = false, numBeams = 1, penaltyAlpha, eosTokenId } = options;
  for (const name of ofDrawing) {
    if (options[name] === undefined || doSample) continue;
    if (name === 'topK' && penaltyAlpha !== undefined) continue;
    refuse(`${name} is only read when tokens are drawn`, 'Set doSample, or leave it out');
  }
  for (const name of ofBeams) {
    if (options[name] === undefined || numBeams > 1) continue;
    refuse(`${name} is only read by beam search`, 'Set numBeams above 1, or leave it out');
  }
  for (const name of withEos) {
    if (options[name] === undefined || eosTokenId !== undefined) continue;
    refuse(`${name} changes nothing where nothing ends sequences`, 'Pass eosTokenId');
  }
  for (const [total, fresh] of [
    ['maxLength', 'maxNewTokens'],
    ['minLength', 'minNewTokens'],
  ] as const) {
    if (options[total] === undefined || options[fresh] === undefined) continue;
    refuse(`${total} and ${fresh} say the same`, 'Pass one of them');
  }
}

function checkBeams<State>(options: GenerateOptions<State>, numBeams: number): void {
  const { numBeamGroups = 1, diversityPenalty, lengthPenalty = 1 } = options;
  const { earlyStopping = 'never', doSample = false } = options;
  requireThat(Number.isFinite(lengthPenalty), 'generate', 'lengthPenalty', lengthPenalty, 'finite');
  if (![true, false, 'never'].includes(earlyStopping)) {
    throw new TypeError(
      `generate: earlyStopping must be true, false or 'never', got ${shown(earlyStopping)}.`,
    );
  }
  requireWhole('generate', 'numBeamGroups', numBeamGroups, 1);
  if (numBeams % numBeamGroups !== 0) {
    throw new RangeError(
      `generate: numBeams must be a multiple of numBeamGroups, got ${numBeams} and ${numBeamGroups}.`,
    );
  }
  if (numBeamGroups > 1 !== (diversityPenalty !== undefined)) {
    refuse(
      'numBeamGroups above 1 and diversityPenalty belong together, got one of them',
      'Pass both',
    );
  }
  if (diversityPenalty !== undefined) {
    const holds = diversityPenalty > 0 && diversityPenalty < Infinity;
    requireThat(holds, 'generate', 'diversityPenalty', diversityPenalty, 'above 0 and finite');
    if (doSample) refuse('groups of beams do not draw', 'Leave doSample or numBeamGroups out');
  }
}

function checkContrastive<State>(options: GenerateOptions<State>, penaltyAlpha: number): void {
  const { topK, doSample = false, numBeams = 1 } = options;
  const holds = penaltyAlpha >= 0 && penaltyAlpha <= 1;
  requireThat(holds, 'generate', 'penaltyAlpha', penaltyAlpha, 'from 0 to 1');
  if (doSample || numBeams > 1) {
    refuse(
      'contrastive search neither draws nor has beams',
      'Leave out penaltyAlpha, or doSample and numBeams',
    );
  }
  if (topK === undefined) {
    refuse('penaltyAlpha needs topK, the number of tokens to choose from', 'Pass topK, such as 4');
  }
  requireWhole('generate', 'topK', topK, 2);
}

function refuse(what: string, wayOut: string): never {
  throw new Error(`generate: ${what}. ${wayOut}.`);
}
