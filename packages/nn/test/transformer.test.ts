import type { Module } from '@kasane/nn';
import {
  MultiheadAttention,
  type MultiheadAttentionOptions,
  type MultiheadOptions,
  Transformer,
  TransformerDecoderLayer,
  TransformerEncoderLayer,
} from '@kasane/nn/transformer';
import { type Shape, tensor, type Tensor } from '@kasane/tensor-core';
import {
  Flattened,
  type Golden,
  goldenCase,
  type GoldenOptions,
  type LayerTest,
  loadGoldens,
  testLayer,
  wave,
} from '@kasane/testing';

/** What the script writes: only numbers, for shapes, inputs and parameters follow from the case. */
interface Recorded {
  readonly output: readonly number[];
  readonly inputGradients: readonly (readonly number[])[];
  readonly parameterGradients: Readonly<Record<string, readonly number[]>>;
}

const recorded = loadGoldens<Recorded>(new URL('./fixtures/transformer.json', import.meta.url));

/** The fixture of a name, for a module with such inputs. */
function golden(name: string, module: Module, inputs: readonly Shape[]): Golden {
  const { output, inputGradients, parameterGradients } = goldenCase(recorded, name);
  const parameters = module.namedParameters();
  // The script numbers parameters in PyTorch's order.
  const places = new Map(Object.keys(parameterGradients).map((key, k) => [key, k]));
  return {
    inputs: inputs.map(wave),
    state: Object.fromEntries(
      parameters.map(([key, { shape }]) => [key, wave(shape, inputs.length + places.get(key)!)]),
    ),
    output: { shape: [output.length], data: output },
    inputGradients: inputGradients.map((data, i) => ({ shape: inputs[i]!, data })),
    parameterGradients: Object.fromEntries(
      parameters.map(([key, { shape }]) => [key, { shape, data: parameterGradients[key]! }]),
    ),
  };
}

function check<M extends Module>(
  name: string,
  make: (options: GoldenOptions) => M,
  inputs: readonly Shape[],
  call: (module: M, inputs: Tensor[]) => Tensor[],
  rest: Partial<LayerTest> = {},
): void {
  testLayer(name, {
    make: (options) => {
      const module = make(options);
      return new Flattened(module, (given) => call(module, given));
    },
    golden: golden(name, make({ dtype: 'float32' } as GoldenOptions), inputs),
    noEmptyBatch: 'outputs are flattened, and masks have the size of the batch',
    ...rest,
  });
}

const enough = { noGradcheck: 'other cases are enough to see the rule' };
const flags = (rows: readonly (readonly number[])[]): boolean[][] =>
  rows.map((row) => row.map(Boolean));
// Those of the script.
const BLOCKED = flags([[0, 1, 0, 0], [0, 0, 1, 1], [1, 0, 0, 1]]); // prettier-ignore
const PADDING = flags([[0, 0, 0, 1], [0, 0, 0, 0]]); // prettier-ignore
const SHORT = flags([[0, 0, 0], [0, 0, 1]]); // prettier-ignore
const mask = (rows: readonly (readonly boolean[])[], { backend }: Tensor): Tensor =>
  tensor(rows, { backend });
const added = (shape: Shape, k: number, { backend, dtype }: Tensor): Tensor =>
  tensor(wave(shape, k).data.map(Number), shape, { backend, dtype });

const [tokens, memory] = [[2, 3, 4], [2, 4, 4]]; // prettier-ignore

function checkAttention(
  name: string,
  inputs: readonly Shape[],
  options: MultiheadAttentionOptions,
  call: (query: Tensor) => MultiheadOptions = () => ({}),
  rest?: Partial<LayerTest>,
): void {
  check(
    name,
    (o) => new MultiheadAttention(4, 2, { ...options, ...o }),
    inputs,
    (module, [query, key, value]) => {
      const { output, weights } = module.forward(query!, key, value, call(query!));
      return [output, weights!];
    },
    rest,
  );
}

checkAttention('self-attention', [[3, 2, 4]], {});
checkAttention('self-attention without a batch', [[3, 4]], {}, () => ({ isCausal: true }), enough);
checkAttention('attention', [tokens, memory, memory], { batchFirst: true });
checkAttention(
  'attention without bias',
  [tokens, memory, memory],
  { batchFirst: true, bias: false },
  undefined,
  enough,
);
checkAttention('attention with masks', [tokens, memory, memory], { batchFirst: true }, (q) => ({
  attnMask: mask(BLOCKED, q),
  keyPaddingMask: mask(PADDING, q),
}));
checkAttention(
  'attention with numbers added',
  [tokens, memory, memory],
  { batchFirst: true },
  (q) => ({
    attnMask: added([4, 3, 4], 7, q),
    keyPaddingMask: added([2, 4], 8, q),
    averageAttnWeights: false,
  }),
  enough,
);
checkAttention('attention with keys of another size', [tokens, [2, 4, 3], [2, 4, 5]], {
  batchFirst: true,
  kdim: 3,
  vdim: 5,
});
checkAttention(
  'attention with appended keys',
  [tokens, memory, memory],
  { batchFirst: true, addBiasKv: true, addZeroAttn: true },
  (q) => ({ attnMask: mask(BLOCKED, q), keyPaddingMask: mask(PADDING, q) }),
  enough,
);

const sizes = { dimFeedforward: 5, dropout: 0, batchFirst: true };

check(
  'encoder layer',
  (o) => new TransformerEncoderLayer(4, 2, { ...sizes, ...o }),
  [memory],
  (layer, [x]) => [layer.forward(x!, { keyPaddingMask: mask(PADDING, x!) })],
  enough,
);
check(
  'encoder layer, norm first, gelu, causal',
  (o) => new TransformerEncoderLayer(4, 2, { ...sizes, normFirst: true, activation: 'gelu', ...o }),
  [tokens],
  (layer, [x]) => [layer.forward(x!, { isCausal: true })],
);
check(
  'decoder layer',
  (o) => new TransformerDecoderLayer(4, 2, { ...sizes, ...o }),
  [tokens, memory],
  (layer, [x, y]) => [
    layer.forward(x!, y!, {
      tgtIsCausal: true,
      memoryKeyPaddingMask: mask(PADDING, x!),
      tgtKeyPaddingMask: mask(SHORT, x!),
    }),
  ],
  enough,
);
check(
  'decoder layer, norm first, gelu',
  (o) =>
    new TransformerDecoderLayer(4, 2, {
      ...sizes,
      normFirst: true,
      activation: 'gelu',
      layerNormEps: 0.1,
      ...o,
    }),
  [tokens, memory],
  (layer, [x, y]) => [layer.forward(x!, y!, { memoryMask: mask(BLOCKED, x!) })],
  enough,
);
check(
  'transformer',
  (o) =>
    new Transformer(4, 2, {
      numEncoderLayers: 2,
      numDecoderLayers: 2,
      dimFeedforward: 5,
      dropout: 0,
      ...o,
    }),
  [
    [4, 2, 4],
    [3, 2, 4],
  ],
  (model, [x, y]) => {
    const padding = mask(PADDING, x!);
    return [
      model.forward(x!, y!, {
        tgtIsCausal: true,
        srcKeyPaddingMask: padding,
        memoryKeyPaddingMask: padding,
      }),
    ];
  },
  enough,
);
