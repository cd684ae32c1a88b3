import { dropout } from '@kasane/nn';
import {
  optionsOf,
  concat,
  formatShape,
  guardedOptions,
  requireWhole,
  ShapeError,
  stack,
  type Generator,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { withoutPadding, type Lengths, type SequenceOptions } from './lengths.ts';
import type { PaddingOptions } from './packed-sequence.ts';
import { cellNames, checkInput, type CellOptions, type RecurrentCell } from './recurrent-cell.ts';
import { SequenceModule } from './sequence-module.ts';
import { combineStates, mapState } from './state.ts';
import type { SequenceOutput } from './unroll.ts';

/** Options of every recurrent layer. */
export interface RecurrentLayerOptions extends CellOptions, PaddingOptions {
  /** How many layers stand on each other. Default 1. */
  readonly numLayers?: number;
  /** Read each sequence from both ends; outputs are concatenated. Default false. */
  readonly bidirectional?: boolean;
  /** The probability of a zero between two layers, drawn for every step. Default 0. */
  readonly dropout?: number;
  /** The probability of a zero in each layer's input, drawn once for a sequence. Default 0. */
  readonly inputDropout?: number;
  /** The probability of a zero where h meets its weights, drawn once for a sequence. Default 0. */
  readonly recurrentDropout?: number;
}

/** The names of RecurrentLayerOptions. @internal */
export const recurrentNames: readonly (keyof RecurrentLayerOptions)[] = [
  'numLayers',
  'bidirectional',
  'batchFirst',
  'dropout',
  'inputDropout',
  'recurrentDropout',
  ...cellNames,
];

/**
 * What `RNN`, `LSTM` and `GRU` share: layers of one kind of cell on each other, in one direction or
 * both.
 *
 * $$ s_t^{(l)} = \mathrm{cell}_l(y_t^{(l - 1)}, s_{t-1}^{(l)}), \quad y_t^{(l)} = [\overrightarrow h_t^{(l)}; \overleftarrow h_t^{(l)}], \quad y_t^{(0)} = x_t $$
 *
 * | tensor | shape                                                        |
 * | ------ | ------------------------------------------------------------ |
 * | input  | (T, B, I); (B, T, I) with batchFirst; (T, I) for one sequence |
 * | state  | (L·D, B, H); (L·D, H) for one sequence                       |
 * | output | (T, B, D·H); (B, T, D·H); (T, D·H)                           |
 *
 * with L = numLayers, D = 2 if bidirectional, else 1. The states are in PyTorch's order: layer by layer, forward before
 * backward.
 *
 * @throws RangeError unless sizes and numLayers are whole numbers ≥ 1 and dropouts probabilities.
 * @throws {@link ShapeError} if input, state or lengths do not fit.
 * @throws {@link DTypeError} for lengths that are not int32.
 *
 * @example
 * import { GRU, RecurrentLayer } from '@kasane/layers-rnn';
 * const gru = new GRU(2, 3);
 * gru instanceof RecurrentLayer; // => true
 * gru.cell(0).weightIh.shape; // => [9,2]
 */
export abstract class RecurrentLayer<
  State,
  C extends RecurrentCell<State> = RecurrentCell<State>,
> extends SequenceModule<State> {
  /** The size of the input's last dimension. */
  readonly inputSize: number;
  /** The size of the state's last dimension. */
  readonly hiddenSize: number;
  /** How many layers stand on each other. */
  readonly numLayers: number;
  /** Reads each sequence from both ends. */
  readonly bidirectional: boolean;
  /** The probability of a zero between two layers. */
  dropout: number;
  /** The probability of a zero in each layer's input, drawn once for a sequence. */
  inputDropout: number;
  /** The probability of a zero where h meets its weights, drawn once for a sequence. */
  recurrentDropout: number;
  /** Layer by layer, forward before backward. */
  readonly #cells: readonly C[];
  readonly #random: { readonly generator?: Generator };

  constructor(
    inputSize: number,
    hiddenSize: number,
    makeCell: (inputSize: number) => C,
    options: RecurrentLayerOptions,
  ) {
    super(options);
    const { numLayers = 1, bidirectional = false, generator } = options;
    const { dropout: between = 0, inputDropout = 0, recurrentDropout = 0 } = options;
    requireWhole(this.constructor.name, 'numLayers', numLayers, 1);
    for (const [what, p] of Object.entries({ dropout: between, inputDropout, recurrentDropout })) {
      if (p >= 0 && p <= 1) continue;
      throw new RangeError(
        `${this.constructor.name}: ${what} must be a probability from 0 to 1, got ${p}.`,
      );
    }
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.numLayers = numLayers;
    this.bidirectional = bidirectional;
    this.dropout = between;
    this.inputDropout = inputDropout;
    this.recurrentDropout = recurrentDropout;
    const D = bidirectional ? 2 : 1;
    this.#cells = Array.from({ length: numLayers * D }, (_, i) =>
      makeCell(i < D ? inputSize : D * hiddenSize),
    );
    this.#random = generator === undefined ? {} : { generator };
  }

  /** The parameters of the cells under PyTorch's names, such as `bias_hh_l1_reverse`, then own fields. */
  override fields(): Iterable<readonly [string, unknown]> {
    const D = this.bidirectional ? 2 : 1;
    const named = this.#cells.flatMap((cell, i) => {
      const place = `_l${Math.floor(i / D)}${i % D === 1 ? '_reverse' : ''}`;
      return [...cell.fields()].map(([name, value]) => [name + place, value] as const);
    });
    return [...named, ...super.fields()];
  }

  /** The cell of a layer, or the one that reads it backwards: its parameters are the layer's. Throws RangeError if there is none. */
  cell(layer: number, options?: { readonly reverse?: boolean }): C {
    const { reverse = false } = optionsOf('cell', options, ['reverse']);
    const found = this.bidirectional
      ? this.#cells[2 * layer + Number(reverse)]
      : reverse
        ? undefined
        : this.#cells[layer];
    if (found !== undefined) return found;
    throw new RangeError(
      `${this.constructor.name}: has no cell of layer ${layer}${reverse ? ' in reverse' : ''}, but ${this.numLayers} layers in ${this.bidirectional ? 'two directions' : 'one direction'}, counted from 0.`,
    );
  }

  override forward(
    input: Tensor,
    state?: State,
    options: SequenceOptions = {},
  ): SequenceOutput<State> {
    const { name } = this.constructor;
    checkInput(name, input, this.inputSize);
    if (input.ndim === 3) return super.forward(input, state, options);
    if (input.ndim !== 2) {
      throw new ShapeError(
        `${name}: the input must have shape (${this.batchFirst ? 'B, T' : 'T, B'}, ${this.inputSize}) or (T, ${this.inputSize}), got ${formatShape(input.shape)}. Reshape it.`,
      );
    }
    // One sequence without a batch.
    this.#requireState(state, [this.#cells.length, this.hiddenSize]);
    const batched = state && mapState(state, (tensor) => tensor.unsqueeze(1));
    const dim = this.batchFirst ? 0 : 1;
    const found = super.forward(input.unsqueeze(dim), batched, options);
    return {
      output: found.output.squeeze(dim),
      state: mapState(found.state, (tensor) => tensor.squeeze(1)),
    };
  }

  #requireState(state: State | undefined, wanted: Shape): void {
    if (state === undefined) return;
    this.#cells[0]!.requireState(this.constructor.name, state, wanted);
  }

  protected override pass(
    input: Tensor,
    state: State | undefined,
    lengths: Lengths | null,
  ): SequenceOutput<State> {
    const { name } = this.constructor;
    checkInput(name, input, this.inputSize);
    const cells = this.#cells;
    const D = this.bidirectional ? 2 : 1;
    this.#requireState(state, [cells.length, input.shape[1]!, this.hiddenSize]);
    const finals: State[] = [];
    let x = lengths === null ? input : withoutPadding(input, lengths.values); // (T, B, I), then (T, B, D·H)
    for (let first = 0; first < cells.length; first += D) {
      if (first > 0) x = this.#drop(x, guardedOptions(this).dropout);
      const outputs: Tensor[] = [];
      for (let i = first; i < first + D; i++) {
        const initial = state && mapState(state, (tensor) => tensor.select(0, i));
        const found = this.#read(cells[i]!, x, initial, lengths, i > first);
        outputs.push(found.output);
        finals.push(found.state);
      }
      x = D === 1 ? outputs[0]! : concat(outputs, 2);
    }
    return { output: x, state: combineStates(finals, (tensors) => stack(tensors)) };
  }

  /** One layer in one direction. */
  #read(
    cell: C,
    input: Tensor,
    initial: State | undefined,
    lengths: Lengths | null,
    reverse: boolean,
  ): SequenceOutput<State> {
    const [, B, I] = input.shape;
    const { inputDropout, recurrentDropout } = guardedOptions(this);
    const mask = this.#mask(cell, [B!, this.hiddenSize], recurrentDropout);
    const inputMask = this.#mask(cell, [B!, I!], inputDropout);
    const projected = cell.project(inputMask === null ? input : input.mul(inputMask));
    const state = initial ?? cell.zeroState(B!, projected);
    return cell.run(projected, state, { mask, lengths, reverse });
  }

  /** Zeros with probability p, and 1/(1 - p); null where nothing is dropped. */
  #mask({ weightHh }: C, shape: Shape, p: number): Tensor | null {
    return p === 0 || !this.training ? null : this.#drop(weightHh.newFull(shape, 1), p);
  }

  #drop(x: Tensor, p: number): Tensor {
    return dropout(x, { ...this.#random, p, training: this.training });
  }

  override multiplyAdds([input]: readonly Tensor[]): number {
    const perStep = this.#cells.map((cell) => cell.weightIh.size + cell.weightHh.size);
    return (input!.size / this.inputSize) * perStep.reduce((a, b) => a + b, 0);
  }

  override extraRepr(): string {
    // The keys are those of the table.
    const names = Object.keys(usual) as (keyof typeof usual)[];
    const shown = names.filter((name) => this[name] !== usual[name]);
    const parts = shown.map((name) => `${name}=${this[name]}`);
    return [this.#cells[0]!.extraRepr(), ...parts].join(', ');
  }
}

/** What a description leaves out. */
const usual = {
  numLayers: 1,
  bidirectional: false,
  batchFirst: false,
  dropout: 0,
  inputDropout: 0,
  recurrentDropout: 0,
} as const;
