import type { Module } from '@kasane/nn';
import { type Shape, type Tensor } from '@kasane/tensor-core';
import {
  Flattened,
  type Golden,
  goldenCase,
  type GoldenOptions,
  loadGoldens,
  testLayer,
  wave,
} from '@kasane/testing';
import {
  GRU,
  GRUCell,
  GRUResetBeforeCell,
  LSTM,
  LSTMCell,
  type LSTMState,
  PeepholeLSTMCell,
  type RecurrentCell,
  type RecurrentLayerOptions,
  RNN,
  RNNCell,
} from '@kasane/layers-rnn';

/** What the script writes: only numbers, for shapes and inputs follow from the case. */
interface Recorded {
  readonly output: readonly number[];
  readonly inputGradients: readonly (readonly number[])[];
  readonly parameterGradients: Readonly<Record<string, readonly number[]>>;
}

const recorded = loadGoldens<Recorded>(new URL('./fixtures/layers.json', import.meta.url));
const [T, B, I, H] = [4, 3, 3, 4];
const unequal = [2, 4, 3];

/** The fixture of a name, for a module with such inputs. */
function golden(name: string, module: Module, inputs: readonly Shape[]): Golden {
  const { output, inputGradients, parameterGradients } = goldenCase(recorded, name);
  const parameters = module.namedParameters();
  const shapes = new Map(parameters.map(([key, { shape }]) => [key, shape]));
  return {
    inputs: inputs.map(wave),
    state: Object.fromEntries(
      parameters.map(([key, { shape }], k) => [key, wave(shape, inputs.length + k)]),
    ),
    output: { shape: [output.length], data: output },
    inputGradients: inputGradients.map((data, i) => ({ shape: inputs[i]!, data })),
    parameterGradients: Object.fromEntries(
      Object.entries(parameterGradients).map(([key, data]) => [
        key,
        { shape: shapes.get(key) ?? [], data },
      ]),
    ),
  };
}

type Make = (options: Partial<GoldenOptions> & RecurrentLayerOptions) => RNN | LSTM | GRU;

function flattened(layer: RNN | LSTM | GRU, lengths: readonly number[] | undefined): Flattened {
  return new Flattened(layer, ([x, h, c]) => {
    const options = lengths === undefined ? {} : { lengths };
    if (layer instanceof LSTM) {
      const { output, state } = layer.forward(x!, { h: h!, c: c! }, options);
      return [output, state.h, state.c];
    }
    const { output, state } = layer.forward(x!, h!, options);
    return [output, state];
  });
}

function checkLayers(kind: string, make: Make): void {
  for (const numLayers of [1, 2]) {
    for (const bidirectional of [false, true]) {
      for (const bias of [true, false]) {
        for (const lengths of [undefined, unequal]) {
          const name = [
            kind,
            numLayers === 1 ? '1 layer' : '2 layers',
            bidirectional ? 'both ways' : 'one way',
            ...(bias ? [] : ['no bias']),
            ...(lengths === undefined ? [] : ['unequal lengths']),
          ].join(', ');
          const build = (o: GoldenOptions): Flattened =>
            flattened(make({ numLayers, bidirectional, bias, ...o }), lengths);
          const layer = make({ numLayers, bidirectional, bias });
          const state = [numLayers * (bidirectional ? 2 : 1), B, H];
          const inputs = layer instanceof LSTM ? [[T, B, I], state, state] : [[T, B, I], state];
          testLayer(name, {
            make: build,
            golden: golden(name, layer, inputs),
            noEmptyBatch: 'the first dimension is not the batch',
            ...(numLayers === 2 || !bidirectional || !bias
              ? { noGradcheck: 'one layer in both directions is enough to see the rule' }
              : {}),
          });
        }
      }
    }
  }
}

checkLayers('RNN tanh', (o) => new RNN(I, H, o));
checkLayers('RNN relu', (o) => new RNN(I, H, { nonlinearity: 'relu', ...o }));
checkLayers('LSTM', (o) => new LSTM(I, H, o));
checkLayers('GRU', (o) => new GRU(I, H, o));

function checkCell(
  name: string,
  make: (options: Partial<GoldenOptions>) => RecurrentCell<Tensor> | RecurrentCell<LSTMState>,
): void {
  const cell = make({});
  const hasTwo = cell instanceof LSTMCell || cell instanceof PeepholeLSTMCell;
  const inputs = [[B, I], ...Array.from({ length: hasTwo ? 2 : 1 }, () => [B, H])];
  testLayer(name, {
    make: (o) => {
      const made = make(o);
      return new Flattened(made, ([x, h, c]) => {
        if (!(made instanceof LSTMCell) && !(made instanceof PeepholeLSTMCell)) {
          // The cells with another state have been taken out.
          return [(made as RecurrentCell<Tensor>).forward(x!, h!)];
        }
        const state = made.forward(x!, { h: h!, c: c! });
        return [state.h, state.c];
      });
    },
    golden: golden(name, cell, inputs),
  });
}

checkCell('RNNCell tanh', (o) => new RNNCell(I, H, o));
checkCell('RNNCell relu', (o) => new RNNCell(I, H, { nonlinearity: 'relu', ...o }));
checkCell('LSTMCell', (o) => new LSTMCell(I, H, o));
checkCell('PeepholeLSTMCell', (o) => new PeepholeLSTMCell(I, H, o));
checkCell('GRUCell', (o) => new GRUCell(I, H, o));
checkCell('GRUCell, no bias', (o) => new GRUCell(I, H, { bias: false, ...o }));
checkCell('GRUResetBeforeCell', (o) => new GRUResetBeforeCell(I, H, o));
