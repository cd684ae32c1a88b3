import { GRU, LSTM } from '@kasane/layers-rnn';
import type { Module } from '@kasane/nn';
import { Embedding } from '@kasane/nn';
import {
  AdditiveAttention,
  type Attention,
  ConcatAttention,
  Decoder,
  DotAttention,
  Encoder,
  GeneralAttention,
  LinearBridge,
  Seq2Seq,
  TransformerSeq2Seq,
} from '@kasane/seq2seq';
import { type Shape, tensor, type Tensor } from '@kasane/tensor-core';
import {
  Flattened,
  type Golden,
  goldenCase,
  type GoldenOptions,
  type GoldenTensor,
  type LayerTest,
  loadGoldens,
  testLayer,
  wave,
} from '@kasane/testing';

/** What the script writes: parameters are made up again, by their place. */
interface Recorded {
  readonly output: readonly number[];
  readonly inputGradients: readonly (readonly number[] | null)[];
  readonly parameters: Readonly<
    Record<string, { readonly shape: Shape; readonly gradient: readonly number[] }>
  >;
}

const recorded = loadGoldens<Recorded>(new URL('./fixtures/models.json', import.meta.url));

/** The fixture of a name; parameters stand in the order of the module. */
function golden(name: string, module: Module, inputs: readonly GoldenTensor[]): Golden {
  const { output, inputGradients, parameters } = goldenCase(recorded, name);
  const places = new Map(Object.keys(parameters).map((key, k) => [key, k]));
  const own = module.namedParameters().map(([key]) => key);
  // Shared tables have more than one name in a state.
  const state = Object.keys(module.stateDict());
  const known = (key: string): string =>
    places.has(key) ? key : key.replace('source_embedding', 'target_embedding');
  return {
    inputs,
    state: Object.fromEntries(
      state.map((key) => [key, wave(parameters[known(key)]!.shape, 9 + places.get(known(key))!)]),
    ),
    output: { shape: [output.length], data: output },
    inputGradients: inputGradients.map((data, i) =>
      data === null ? null : { shape: inputs[i]!.shape, data },
    ),
    parameterGradients: Object.fromEntries(
      own.map((key) => {
        const { shape, gradient } = parameters[key]!;
        return [key, { shape, data: gradient }];
      }),
    ),
  };
}

function check<M extends Module>(
  name: string,
  make: (options: Partial<GoldenOptions>) => M,
  inputs: readonly GoldenTensor[],
  call: (module: M, inputs: Tensor[]) => Tensor[],
  rest: Partial<LayerTest> = {},
): void {
  testLayer(name, {
    make: (options) => {
      const module = make(options);
      return new Flattened(module, (given) => call(module, given));
    },
    golden: golden(name, make({}), inputs),
    noEmptyBatch: 'outputs are flattened, and the mask has the size of the batch',
    ...rest,
  });
}

// Those of the script.
const PADDING = [
  [false, false, true, true],
  [false, false, false, false],
];
const [H, E, V] = [3, 2, 6];
const tokens: GoldenTensor[] = [
  { shape: [2, 4], data: [3, 1, 4, 2, 4, 2, 0, 0], dtype: 'int32' },
  { shape: [2, 3], data: [1, 3, 5, 1, 4, 2], dtype: 'int32' },
];

function checkAttention(
  name: string,
  valueSize: number,
  make: (options: Partial<GoldenOptions>) => Attention,
): void {
  const inputs = [wave([2, 3, 3], 0), wave([2, 4, valueSize], 1)];
  check(name, make, inputs, (attention, [query, values]) => {
    const keyPaddingMask = tensor(PADDING, { backend: query!.backend });
    const { context, weights } = attention.forward(query!, values!, { keyPaddingMask });
    return [context, weights];
  });
}

checkAttention('dot', 3, () => new DotAttention(3));
checkAttention('general', 5, (o) => new GeneralAttention(3, 5, o));
checkAttention('additive', 5, (o) => new AdditiveAttention(3, 5, { hiddenSize: 4, ...o }));
checkAttention('concat', 5, (o) => new ConcatAttention(3, 5, o));

check(
  'gru with dot attention',
  (o) => {
    const encoder = new Encoder(new Embedding(5, E, { paddingIdx: 0, ...o }), new GRU(E, H, o));
    const decoder = new Decoder(new Embedding(V, E, o), new GRU(E, H, o), {
      attention: new DotAttention(H),
      ...o,
    });
    return new Seq2Seq(encoder, decoder);
  },
  tokens,
  (model, [source, target]) => [model.forward({ source: source!, target: target! })],
  { noGradcheck: 'the vector of padding changes the output but is given no gradient' },
);

check(
  'lstm with bridge, additive attention and input feeding',
  (o) => {
    const reads = new LSTM(E, H, { numLayers: 2, bidirectional: true, batchFirst: true, ...o });
    const writes = new LSTM(2 * H, H, { numLayers: 2, ...o });
    const encoder = new Encoder(new Embedding(5, E, { paddingIdx: 0, ...o }), reads);
    const attention = new AdditiveAttention(H, 2 * H, o);
    const decoder = new Decoder(new Embedding(V, H, o), writes, {
      attention,
      inputFeeding: true,
      tied: true,
      ...o,
    });
    return new Seq2Seq(encoder, decoder, { bridge: new LinearBridge(reads, writes, o) });
  },
  tokens,
  (model, [source, target]) => [model.forward({ source: source!, target: target! })],
  { noGradcheck: 'the vector of padding changes the output but is given no gradient' },
);

check(
  'transformer',
  (o) =>
    new TransformerSeq2Seq(V, V, {
      dModel: 4,
      nhead: 2,
      numEncoderLayers: 1,
      numDecoderLayers: 1,
      dimFeedforward: 5,
      dropout: 0,
      tied: 'all',
      maxLen: 8,
      ...o,
    }),
  tokens,
  (model, [source, target]) => [model.forward({ source: source!, target: target! })],
  { noGradcheck: 'the vector of padding changes the output but is given no gradient' },
);
