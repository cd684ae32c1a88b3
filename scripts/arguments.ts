/** Arguments of a call that works, for all that is public: by their types, or by name where that does not do. */
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { BasicBlock } from '@kasane/layers-cnn/models';
import * as rnn from '@kasane/layers-rnn';
import * as nn from '@kasane/nn';
import { SGD, StepLR } from '@kasane/optim';
import { Generator, ones, tensor, wasm } from '@kasane/tensor-core';
import * as distributions from '@kasane/distributions';
import { nonSaturatingLoss } from '@kasane/generative';
import { cosineSchedule } from '@kasane/generative';
import { KeyedVectors } from '@kasane/nlp-embeddings';
import {
  AlignedText,
  decoders,
  models,
  normalizers,
  postProcessors,
  preTokenizers,
  Tokenizer,
} from '@kasane/nlp-embeddings/tokenizers';
import {
  MultiheadAttention,
  TransformerDecoder,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
} from '@kasane/nn/transformer';
import * as rl from '@kasane/rl';
import * as seq2seq from '@kasane/seq2seq';
import { BLEU } from '@kasane/seq2seq/metrics';
import { agentRows } from './arguments-agents.ts';
import { environmentRows } from './arguments-environments.ts';
import { gameRows } from './arguments-games.ts';
import type { Callable } from './callables.ts';

const x = (): unknown => ones([2, 2]);
const same = (at: unknown): unknown => at;
const linear = (): nn.Linear => new nn.Linear(2, 2);
const optimizer = (): SGD => new SGD(linear().parameters());

const ids = (): unknown => tensor([[1, 2]], { dtype: 'int32' });
const embedding = (): nn.Embedding => new nn.Embedding(4, 2);
const encoder = (): unknown => new seq2seq.Encoder(embedding(), new rnn.GRU(2, 2));
const decoder = (): seq2seq.Decoder<unknown> => new seq2seq.Decoder(embedding(), new rnn.GRU(2, 2));
const logits = (): unknown => new Float32Array([1, 2, 3, 4]);
const tokenizer = (): Tokenizer =>
  new Tokenizer(new models.WordLevel({ x: 0, '[UNK]': 1 }, { unkToken: '[UNK]' }));
const keyed = (): KeyedVectors =>
  new KeyedVectors(
    ['x', 'y', 'z'],
    [
      [1, 0],
      [0, 1],
      [1, 1],
    ],
  );

/** A state and an action, which pays 1 and ends. */
const lever = (): unknown => new rl.TabularEnv([[[[1, 0, 1, true]]]], [1]);

/** What stands for a type that has one meaning wherever it is asked for. */
const byType: Readonly<Record<string, () => unknown>> = {
  AlignedText: () => new AlignedText('x'),
  Bandit: () => new rl.BernoulliBandit([0.5]),
  BanditAgent: () => new rl.UCB1(1),
  'BinaryFeatures<Observation>': () => ({ size: 1, active: 1, encode: () => Int32Array.of(0) }),
  ContextualAgent: () => new rl.LinUCB(1, 1),
  ContextualBandit: () => new rl.LinearBandit([[1]]),
  ControlOptions: () => ({ episodes: 1 }),
  DifferentialSarsaOptions: () => ({ steps: 1 }),
  DiscountOptions: () => ({ gamma: 0.5 }),
  DynaQOptions: () => ({ episodes: 1 }),
  'Env<Observation, number> & { readonly actionSpace: Pick<Discrete, \'n\'> }': lever,
  MDP: () => new rl.MDP([[[1]]], [1]),
  MailCustomer: () => ({ kind: 0, months: 0, fatigue: 0 }),
  MonteCarloControlOptions: () => ({ episodes: 1 }),
  MonteCarloOptions: () => ({ episodes: 1 }),
  NStepSarsaOptions: () => ({ episodes: 1 }),
  NStepTdOptions: () => ({ episodes: 1 }),
  PlanningOptions: () => ({ gamma: 0.5 }),
  PredictionOptions: () => ({ episodes: 1 }),
  Probabilities: () => [[[1]]],
  Rewards: () => [1],
  SarsaLambdaOptions: () => ({ episodes: 1 }),
  StateActionTable: () => [[1]],
  TabularTask: lever,
  TdLambdaOptions: () => ({ episodes: 1 }),
  Transitions: () => [[[[1, 0, 1, true]]]],
  'ArrayLike<number>': () => [1],
  Categorical: () => new distributions.Categorical({ probs: ones([2]) }),
  ClassNetwork: () => same,
  Constraint: () => distributions.constraints.real,
  CorpusMetric: () => new BLEU(),
  D: () => new distributions.Normal(ones([2]), ones([2])),
  'Decoder<State>': decoder,
  Denoiser: () => same,
  Distribution: () => new distributions.Normal(ones([2]), ones([2])),
  Embedding: embedding,
  'Encoder<From>': encoder,
  Emit: () => () => undefined,
  Encoding: () => tokenizer().encode('x'),
  Float32Array: logits,
  Float64Array: () => new Float64Array(10),
  Int32Array: () => Int32Array.of(0),
  'Iterable<Iterable<number>>': () => [[0]],
  'Iterable<Iterable<string>>': () => [['x']],
  'Iterable<number>': () => [0],
  'Iterable<readonly string[]>': () => [['x']],
  'Iterable<string>': () => ['x'],
  KeyedVectors: keyed,
  NoiseSchedule: () => cosineSchedule(4),
  PackedTrees: () => seq2seq.packTrees([{ left: 0, right: 1 }]),
  PatternLike: () => 'x',
  PieceCounts: () => new Map([['x', 2]]),
  Points: () => [[0, 1], [1, 0], [1, 1]],
  PrefixAllowedTokensFn: () => () => [1],
  ProbsOptions: () => ({ probs: ones([2]) }),
  References: () => [['x y']],
  'Replacement | null': () => null,
  'RecurrentLayer<State>': () => new rnn.GRU(2, 2),
  Segmenter: () => ({ segment: (text: string) => [text] }),
  Sentences: () => [['x', 'y']],
  'SequenceModule<State>': () => new rnn.GRU(2, 2),
  SequencePair: () => ({ source: ids(), target: ids() }),
  Systems: () => [['x y'], ['x z']],
  TextInput: () => 'x',
  TextSource: () => 'x 1 2\n',
  Texts: () => ['x'],
  TokenAndId: () => ['x', 0],
  'Transform | readonly Transform[]': () => new distributions.ExpTransform(),
  'Tree<Tensor>': () => ones([2]),
  Velocity: () => same,
  "number | 'var'": () => 1,
  'number | readonly number[]': () => 1,
  'readonly ArrayLike<number>[]': () => [[0, 1]],
  'readonly Encoding[]': () => [tokenizer().encode('x')],
  'readonly Decoder[]': () => [new decoders.Fuse()],
  'readonly Normalizer[]': () => [new normalizers.NFC()],
  'readonly PostProcessor[]': () => [new postProcessors.ByteLevel()],
  'readonly PreTokenizer[]': () => [new preTokenizers.Whitespace()],
  'readonly StateDict[]': () => [linear().stateDict()],
  'readonly TokenPair[]': () => [[[1], [2]]],
  'readonly string[]': () => ['x'],
  'string | ArrayLike<T>': () => 'x',
  'string | readonly string[]': () => 'x',
}; // prettier-ignore

/** What stands for a parameter, by the text of its type. */
function argument(type: string, number: number): unknown {
  const known = byType[type];
  if (known !== undefined) return known();
  if (type.includes('=>')) return x;
  if (/^(number|Size|PadSize)\b/.test(type) || type === 'number | string') return number;
  if (type === 'string' || type === 'string | URL') return 'x';
  if (type === 'boolean') return true;
  if (/Scheduler\b/.test(type)) return { step() {} };
  if (type.endsWith('Optimizer')) return optimizer();
  if (/^(OptimizerParams|Iterable)/.test(type) || type === 'Tensor | Iterable<Tensor>')
    return [x()];
  if (type === 'Vocab') return { x: 0 };
  if (/^(Shape|readonly number\[\]|ArrayLike<number>)/.test(type)) return [1];
  if (/^readonly |Sequences|^A$/.test(type)) return [x()];
  if (/^State\b/.test(type)) return undefined;
  if (/^(Cell|Stepper)/.test(type)) return new rnn.RNNCell(2, 2);
  if (/^(Layer|Model|Module|M$)/.test(type)) return linear();
  if (type.startsWith('ResidualBlock')) return BasicBlock;
  if (/Dataset/.test(type)) return { length: 1, get: x };
  if (type.endsWith('Generator')) return new Generator(1);
  if (type.endsWith('Backend')) return wasm();
  if (/Options\b/.test(type)) return {};
  if (/Uint8Array/.test(type)) return new Uint8Array(8);
  return x();
}

/** Arguments by name, where types do not tell what works. */
const rows: Readonly<Record<string, () => readonly unknown[]>> = {
  ...agentRows,
  ...environmentRows,
  ...gameRows,
  Sequential: () => [linear()],
  'List.append': () => [linear()],
  'Dict.set': () => ['a', linear()],
  summary: () => [linear(), [1, 2]],
  Inception: () => [1, banks],
  BatchNormInception: () => [1, banks],
  NaiveInception: () => [1, banks],
  PackedSequence: () => [ones([2]), [1, 1], [0]],
  packPaddedSequence: () => [x(), [1, 2]],
  padPackedSequence: () => [rnn.packPaddedSequence(ones([2, 2]), [1, 2])],
  'SequenceModule.forwardPacked': () => [rnn.packPaddedSequence(ones([2, 2, 1]), [1, 2])],
  LambdaLR: () => [optimizer(), () => 1],
  MultiplicativeLR: () => [optimizer(), () => 1],
  OneCycleLR: () => [optimizer(), 0.1, { totalSteps: 10 }],
  SequentialLR: () => {
    const one = optimizer();
    return [one, [new StepLR(one, 1)], []];
  },
  LRSchedule: () => [new StepLR(optimizer(), 1)],
  TimeLimit: () => [{ seconds: 1 }],
  textLines: () => [[Uint8Array.of(65)], 'x'],
  csvRows: () => ['a\n1\n'],
  Unigram: () => [[['x', -1]]],
  'Unigram.sample': () => ['x', { generator: new Generator(1) }],
  toTiktoken: () => [new Tokenizer(new models.BPE())],
  KeyedVectors: () => [['x'], [[1, 2]]],
  FastTextKeyedVectors: () => [
    ['x'],
    [[1, 2]],
    { minN: 3, maxN: 3, bucket: 1, vectors: Float32Array.of(1, 2) },
  ],
  StopStringCriteria: () => ['x', () => 'x'],
  TransformedDistribution: () => [new distributions.Normal(0, 1), new distributions.ExpTransform()],
  TabularEnv: () => [[[[[1, 0, 1, true]]]], [1]],
  TileCoder: () => [[0], [1]],
  CBOW: () => [4, 2],
  'CBOW.forward': () => [ids(), ids()],
  'SkipGram.forward': () => [tensor([1], { dtype: 'int32' }), ids()],
  countUpTo: () => [ones([2])],
  GanTrainer: () => [linear(), linear(), {
    latentSize: 2, loss: nonSaturatingLoss(), generatorOptimizer: optimizer(), discriminatorOptimizer: optimizer(),
  }], // prettier-ignore
  RelaxedBernoulli: () => [1, { probs: ones([2]).mul(0.5) }],
  RelaxedOneHotCategorical: () => [1, { probs: ones([2]) }],
  MultivariateNormal: () => [ones([1]), { covarianceMatrix: ones([1, 1]) }],
  Uniform: () => [0, 1],
  TruncatedNormal: () => [0, 1, -1, 1],
  'Vocabulary.id': () => ['<unk>'],
  'Vocabulary.fromJSON': () => [{ tokens: ['x'] }],
  analogies: () => [keyed(), ': a\nx y x y\n'],
  evaluateAnalogies: () => [keyed(), ': a\nx y x y\n'],
  evaluateWordPairs: () => [keyed(), 'x y 1\ny z 2\nx z 3\n'],
  readBinaryVectors: () => [new TextEncoder().encode('1 1\nx \0\0\0\0\n')],
  batchByTokens: () => [[1, 2], 4],
  BatchDataset: () => [
    [1, 2],
    [[0], [1]],
  ],
  distinctN: () => [['x y'], 1],
  perplexity: () => [[-1]],
  sequenceLoss: () => [ones([1, 2, 4]), ids()],
  generate: () => [counting, counted],
  stream: () => [counting, counted],
  ClassifierFreeGuidance: () => [counting, 2],
  linearAnnealing: () => [1, 2],
  padDialogues: () => [[[[1], [2]]]],
  packTrees: () => [[{ left: 0, right: 1 }]],
  NoBadWordsLogitsProcessor: () => [[[1]], 0],
  SequenceBiasLogitsProcessor: () => [[[[1], 2]]],
  ExponentialDecayLengthPenalty: () => [[1, 1.5], 0, 1],
  EpsilonLogitsWarper: () => [0.1],
  EtaLogitsWarper: () => [0.1],
  MinPLogitsWarper: () => [0.1],
  TypicalLogitsWarper: () => [0.5],
  TopHLogitsWarper: () => [0.5],
  TransformerEncoder: () => [() => new TransformerEncoderLayer(2, 1), 1],
  TransformerDecoder: () => [() => new TransformerDecoderLayer(2, 1), 1],
  HRED: () => [4, 2, 2],
  VHRED: () => [4, 2, 2],
  Tokenizer: () => [new models.WordLevel({ x: 0 })],
  Transformer: () => [2, 1, { numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 2 }],
  TransformerSeq2Seq: () => [
    4,
    4,
    { dModel: 2, nhead: 1, numEncoderLayers: 1, numDecoderLayers: 1, dimFeedforward: 2 },
  ],
  GaussianNet: () => [2, 2, 2],
  'AdditiveAttention.read': () => [
    ones([1, 1]),
    new seq2seq.AdditiveAttention(1, 1).prepare(ones([1, 1, 1])),
  ],
  'TransformerDecoderLayer.step': () => {
    const layer = new TransformerDecoderLayer(2, 2);
    return [ones([1, 2, 2]), layer.start(ones([1, 2, 2]))];
  },
  'MultiheadAttention.attendTo': () => [
    ones([1, 2, 2]),
    new MultiheadAttention(2, 2).keysAndValues(ones([1, 2, 2])),
  ],
  'TransformerSeq2Seq.step': () => {
    const model = new seq2seq.TransformerSeq2Seq(4, 4, {
      dModel: 2,
      nhead: 1,
      numEncoderLayers: 1,
      numDecoderLayers: 1,
      dimFeedforward: 2,
    });
    return [tensor([1], { dtype: 'int32' }), model.encode(tensor([[1, 2]], { dtype: 'int32' }))];
  },
  'GatedCECCell.step': () => [x(), { h: x(), c: x() }],
  'Decoder.step': () => [tensor([1], { dtype: 'int32' }), decoder().start(ones([1, 1, 2]))],
  'Decoder.forward': () => [ids(), decoder().start(ones([1, 1, 2]))],
  'PixelCNN.forward': () => [ones([1, 1, 2, 2])],
  'PixelCNN.logProb': () => [ones([1, 1, 2, 2])],
  'PixelCNN.sample': () => [1, [2, 2]],
  'UNet.forward': () => [ones([1, 2, 4, 4]), ones([1])],
  'PointNetwork.forward': () => [x(), ones([2])],
  'EDM.denoise': () => [same, x(), ones([2, 1])],
  dropLabels: () => [tensor([0], { dtype: 'int32' }), 1],
  guided: () => [same, tensor([0], { dtype: 'int32' }), { noClass: 1 }],
  modesCovered: () => [x(), x(), { radius: 1 }],
  precisionRecall: () => [ones([5, 2]), ones([5, 2])],
  'TransformerDecoder.step': () => {
    const layers = new TransformerDecoder(() => new TransformerDecoderLayer(2, 1), 1);
    return [ones([1, 1, 2]), layers.start(ones([1, 1, 2]))];
  },
};

const counting: seq2seq.StepModel<null> = {
  step: (tokens) => ({ logits: ones([tokens.size, 4]), state: null }),
  select: () => null,
};
const counted = { inputIds: [[1]], state: null, maxNewTokens: 2 };

const banks = { ch1x1: 1, ch3x3red: 1, ch3x3: 1, ch5x5red: 1, ch5x5: 1, poolProj: 1 };

const key = ({ of, exported, method }: Callable): string =>
  method === null ? exported : method === '' ? of : `${of}.${method}`;

/** Arguments of a call that works; what may be left out is. */
export async function given(callable: Callable): Promise<readonly unknown[]> {
  const inPackage = `${/packages\/([^/]+)/.exec(callable.from.path)?.[1]}/${key(callable)}`;
  const row = rows[inPackage] ?? rows[key(callable)] ?? rows[callable.name];
  const args = (await row?.()) ?? [];
  return callable.parameters.map(({ text, type, isOptional }, i) => {
    if (i < args.length) return args[i];
    if (isOptional || row !== undefined) return undefined;
    return /^(path|folder)\b/.test(text)
      ? join(tmpdir(), 'kasane-mistakes', 'x')
      : argument(type, callable.method === '' ? 2 : 1);
  });
}
