/**
 * Models that turn sequences into sequences: recurrent encoders and decoders with attention, Transformers, and what they are trained with.
 *
 * @packageDocumentation
 */
export type { Step, StepModel } from './step-model.ts';
export {
  AdditiveAttention,
  Attention,
  ConcatAttention,
  DotAttention,
  GeneralAttention,
  type AdditiveAttentionOptions,
  type Attended,
  type AttentionCall,
  type Memory,
} from './attention.ts';
export { LinearBridge, type Bridge } from './bridge.ts';
export { Encoder, type Encoded, type EncodeOptions, type EncoderOptions } from './encoder.ts';
export { Decoder, type Decoded, type DecoderOptions, type DecoderState } from './decoder.ts';
export type { ForcingOptions } from './scheduled-sampling.ts';
export {
  TransformerSeq2Seq,
  type TransformerSeq2SeqOptions,
  type TransformerState,
} from './transformer-seq2seq.ts';
export { Seq2Seq, type Seq2SeqCall, type Seq2SeqOptions, type SequencePair } from './seq2seq.ts';

export { sequenceLoss, type SequenceLossOptions } from './sequence-loss.ts';
export {
  batchByTokens,
  BatchDataset,
  padPairs,
  type BatchByTokensOptions,
  type PadPairsOptions,
  type TokenPair,
} from './batching.ts';
export { averageCheckpoints } from './average-checkpoints.ts';

export * from './metrics.ts';
export * from './generate/index.ts';

export { ChildSumTreeLSTM, NaryTreeLSTM } from './recursive/tree-lstm.ts';
export {
  packTrees,
  PackedTrees,
  type PackTreesOptions,
  type TreeLevel,
} from './recursive/packed-trees.ts';
export { RecursiveNetwork, type RecursiveNetworkOptions } from './recursive/recursive-network.ts';
export { TreeNetwork, type Children, type TreeOutput } from './recursive/tree-network.ts';
export type { BinaryNode, Tree, TreeNode } from './recursive/tree.ts';

export { linearAnnealing } from './dialogue/annealing.ts';
export {
  DialogueModel,
  type DialogueOptions,
  type DialogueState,
  type DialogueContexts,
  type DialogueLossOptions,
  type PredictedUtterances,
  type Replies,
} from './dialogue/dialogue-model.ts';
export { GaussianNet, type Gaussian } from './dialogue/gaussian.ts';
export { HRED } from './dialogue/hred.ts';
export { padDialogues, type PadDialoguesOptions } from './dialogue/pad-dialogues.ts';
export {
  VHRED,
  type VHREDEncodeOptions,
  type VHREDLoss,
  type VHREDLossOptions,
  type VHREDOptions,
} from './dialogue/vhred.ts';
