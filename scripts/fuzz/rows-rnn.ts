/** Rows of layers-rnn. */
import type { Draw } from './draw.ts';
import { call, method, type Leaf, type Value } from './program.ts';
import { layer, like, typed } from './rows-layers.ts';
import type { Row, Table } from './rows.ts';
import { floatDType, size, tensorOf, type Range } from './values.ts';

const bias = (d: Draw): Record<string, Value> =>
  d.chance(30) ? { bias: d.pick([false, 'single', true]) } : {};

/** A state of vectors: one, or two for the cells that also remember. */
const stateOf = (d: Draw, shape: readonly number[], memory: boolean, range: Range): Value =>
  memory ? { h: like(d, shape, range), c: like(d, shape, range) } : like(d, shape, range);

/** NaN and infinities only without gradients: those are Infinity times the slope of a gate, which is nearly 0. */
const rangeOf = (order: number): Range => (order === 0 ? 'tame' : 'finite');

const cell =
  (memory: boolean, more: (d: Draw) => Record<string, Value> = bias): Row =>
  (d, name, order) => {
    const [inputs, hidden] = [d.int(1, 4), d.int(1, 4)];
    const lead = d.chance(25) ? [] : [size(d)];
    const how = { ...typed(d), ...more(d) };
    const input = like(d, [...lead, inputs + (d.chance(3) ? 1 : 0)], rangeOf(order));
    const state = d.chance(50) ? [stateOf(d, [...lead, hidden], memory, rangeOf(order))] : [];
    return method(layer(d, name, [inputs, hidden, how]), 'forward', input, ...state);
  };

const recurrent =
  (memory: boolean, more: (d: Draw) => Record<string, Value> = () => ({})): Row =>
  (d, name, order) => {
    const [inputs, hidden] = [d.int(1, 4), d.int(1, 4)];
    const [steps, batch] = [d.pick([2, 1, 3, 5, 6, 0]), d.pick([2, 1, 3, 4, 0])];
    const layers = d.pick([1, 1, 2]);
    const both = d.chance(30);
    const batchFirst = d.chance(30);
    const how = {
      ...typed(d),
      ...bias(d),
      ...more(d),
      ...(layers > 1 ? { numLayers: layers } : {}),
      ...(both ? { bidirectional: true } : {}),
      ...(batchFirst ? { batchFirst } : {}),
    };
    const lead = batchFirst ? [batch, steps] : [steps, batch];
    const input = like(d, [...lead, inputs], rangeOf(order));
    const rows = layers * (both ? 2 : 1);
    const state = d.chance(35)
      ? stateOf(d, [rows, batch, hidden], memory, rangeOf(order))
      : undefined;
    const lengths = d.chance(45)
      ? { lengths: d.list(batch, () => d.int(1, Math.max(1, steps)) + (d.chance(1) ? 9 : 0)) }
      : undefined;
    const rest = lengths === undefined ? (state === undefined ? [] : [state]) : [state, lengths];
    return method(layer(d, name, [inputs, hidden, how]), 'forward', input, ...rest);
  };

const nonlinearity = (d: Draw): Record<string, Value> =>
  d.chance(40) ? { nonlinearity: d.pick(['tanh', 'relu', 'sigmoid']) } : {};

/** Sequences of several lengths. */
const sequences = (d: Draw): Leaf[] => {
  const features = d.int(1, 3);
  const dtype = floatDType(d);
  return d.list(d.int(1, 4), () => tensorOf(d, [size(d), features], { dtype, range: 'tame' }));
};

const batchFirst = (d: Draw): Record<string, Value> => (d.chance(30) ? { batchFirst: true } : {});

const packed = (d: Draw): Value => {
  const [steps, batch] = [d.int(1, 5), d.int(1, 4)];
  const lengths = d.list(batch, () => d.int(1, steps) + (d.chance(1) ? 9 : 0));
  const how = batchFirst(d);
  const lead = 'batchFirst' in how ? [batch, steps] : [steps, batch];
  return call('packPaddedSequence', like(d, [...lead, d.int(1, 3)]), lengths, how);
};

/** Cells, layers, and sequences of several lengths. */
export const rnnRows: Table = {
  RNNCell: cell(false, (d) => ({ ...bias(d), ...nonlinearity(d) })),
  LSTMCell: cell(true),
  PeepholeLSTMCell: cell(true),
  GRUCell: cell(false),
  GRUResetBeforeCell: cell(false),
  CECCell: cell(false, () => ({})),
  GatedCECCell: cell(true),
  RNN: recurrent(false, nonlinearity),
  LSTM: recurrent(true),
  PeepholeLSTM: recurrent(true),
  GRU: recurrent(false),
  GRUResetBefore: recurrent(false),
  TimeDistributed: (d, name) => {
    const [inputs, outputs] = [d.int(1, 3), d.int(1, 3)];
    const inner = layer(d, 'Linear', [inputs, outputs, typed(d)]);
    const outer = { kind: 'made', name, args: [inner], state: {}, training: false } as const;
    return method(outer, 'forward', like(d, [size(d), size(d), inputs]));
  },
  padSequence: (d, name) => {
    const value = d.chance(30) ? { paddingValue: d.pick([1, NaN, -2.5]) } : {};
    return call(name, sequences(d), { ...batchFirst(d), ...value });
  },
  packSequence: (d, name) => call(name, sequences(d)),
  packPaddedSequence: (d) => packed(d),
  padPackedSequence: (d, name) => {
    const value = d.chance(30) ? { paddingValue: d.pick([1, -2.5]) } : {};
    return call(name, packed(d), { ...batchFirst(d), ...value });
  },
  detachState: (d, name) => call(name, stateOf(d, [size(d), size(d)], true, 'any')),
  PackedSequence: 'what packSequence and packPaddedSequence give',
  RecurrentCell: 'the class that cells extend',
  RecurrentLayer: 'the class that layers extend',
  SequenceModule: 'the class that layers extend',
  Recurrent: 'takes a cell: the layers that have rows run theirs through it',
  Bidirectional: 'takes two cells: bidirectional layers have rows',
  unroll: 'takes a cell: the layers that have rows run theirs through it',
  truncatedBptt: 'calls a function of the user for each chunk',
};
