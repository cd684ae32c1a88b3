import {
  init,
  layerOptions,
  linear,
  Module,
  newParameter,
  type LayerOptions,
  type Parameter,
} from '@kasane/nn';
import {
  DTypeError,
  formatShape,
  noGrad,
  optionsOf,
  scope,
  shown,
  requireWhole,
  sameShape,
  ShapeError,
  type DType,
  type Shape,
  type Tensor,
  requireTensor,
} from '@kasane/tensor-core';
import type { CellStep, Stepper } from './cell.ts';
import type { Lengths } from './lengths.ts';
import {
  recurrence,
  type RecurrenceInputs,
  type RecurrenceKind,
  type RecurrenceResult,
} from './ops/recurrence.ts';
import type { StepWeights } from './ops/step.ts';
import { mapState, placesOf } from './state.ts';
import { loop, type SequenceOutput } from './unroll.ts';

/** Options of every cell. */
export interface CellOptions extends LayerOptions {
  /**
   * Add biases: PyTorch's two, `biasIh` and `biasHh`; Keras' single one, `biasIh` alone, with
   * `'single'`; or none. Default true.
   */
  readonly bias?: boolean | 'single';
}

/** The names of CellOptions. @internal */
export const cellNames = ['bias', 'dtype', 'backend', 'generator'] as const;

/** Of the options of a layer, those of each of its cells. @internal */
export function cellOptions(options: CellOptions): CellOptions {
  const { bias } = options;
  return { ...layerOptions(options), ...(bias !== undefined && { bias }) };
}

/** How a cell runs over sequences. */
export interface RunOptions {
  /** (B, H): recurrent dropout, the same at all steps. */
  readonly mask?: Tensor | null;
  /** Where sequences end; null if all have all steps. */
  readonly lengths?: Lengths | null;
  /** Begin with the last step of each sequence. Default false. */
  readonly reverse?: boolean;
}

const runNames = ['mask', 'lengths', 'reverse'] as const;

/**
 * What the cells of this package share: their parameters, and a step in two parts. `project` takes
 * the input through its weight, for all steps of a sequence at once; `advance` does what has to wait
 * for the state.
 *
 * $$ s_t = \mathrm{advance}(W_{ih} x_t + b_{ih}, s_{t-1}), \quad W, b \sim U(-1 / \sqrt H, 1 / \sqrt H) $$
 *
 * | tensor         | shape           |
 * | -------------- | --------------- |
 * | input          | (B, I) or (I)   |
 * | state          | (B, H) or (H)   |
 * | weightIh       | (G·H, I)        |
 * | weightHh       | (G·H, H)        |
 * | biasIh, biasHh | (G·H)           |
 *
 * with I = inputSize, H = hiddenSize and G blocks of rows, one for each gate. The parameters start as in PyTorch. Throws
 * RangeError unless both sizes are whole numbers ≥ 1, ShapeError if an input or a state does not fit, DTypeError for what
 * is no state of the cell.
 *
 * @example
 * import { GRUCell, RecurrentCell } from '@kasane/layers-rnn';
 * import { zeros } from '@kasane/tensor-core';
 * const cell = new GRUCell(2, 4);
 * cell instanceof RecurrentCell; // => true
 * cell.project(zeros([7, 5, 2])).shape; // => [7,5,12]
 */
export abstract class RecurrentCell<State> extends Module implements Stepper<State> {
  /** The size of the input's last dimension. */
  readonly inputSize: number;
  /** The size of the state's last dimension. */
  readonly hiddenSize: number;
  /** (G·H, I) */
  readonly weightIh: Parameter;
  /** (G·H, H) */
  readonly weightHh: Parameter;
  /** (G·H), or null without biases. */
  readonly biasIh: Parameter | null;
  /** (G·H), or null with a single bias or none. */
  readonly biasHh: Parameter | null;

  /** Where the tensors of a state stand in it. */
  #places: readonly string[] | undefined;

  /** `gates` is the number G of blocks of rows. */
  constructor(inputSize: number, hiddenSize: number, gates: number, options: CellOptions) {
    super();
    requireWhole(this.constructor.name, 'inputSize', inputSize, 1);
    requireWhole(this.constructor.name, 'hiddenSize', hiddenSize, 1);
    const { bias = true } = options;
    const rows = gates * hiddenSize;
    this.inputSize = inputSize;
    this.hiddenSize = hiddenSize;
    this.weightIh = this.draw([rows, inputSize], options);
    this.weightHh = this.draw([rows, hiddenSize], options);
    this.biasIh = bias === false ? null : this.draw([rows], options);
    this.biasHh = bias === true ? this.draw([rows], options) : null;
  }

  /** A parameter with values from U(-1/√H, 1/√H). */
  protected draw(shape: Shape, options: CellOptions): Parameter {
    const bound = 1 / Math.sqrt(this.hiddenSize);
    return newParameter(shape, (w, how) => init.uniform(w, -bound, bound, how), options);
  }

  /** The state before the first step. */
  abstract zeroState(batch: number, like: Tensor): State;

  /** What a state shows to the next layer: h. */
  abstract outputOf(state: State): Tensor;

  /**
   * The state after a step whose input was projected already. `mask` (B, H) is multiplied with h
   * before h meets its weights: recurrent dropout.
   */
  abstract advance(projected: Tensor, state: State, mask?: Tensor | null): State;

  /** W_ih x + b_ih for inputs with any leading dimensions, (..., I) → (..., G·H). Throws ShapeError for other inputs. */
  project(input: Tensor): Tensor {
    checkInput(this.constructor.name, input, this.inputSize);
    return linear(input, this.weightIh, this.biasIh);
  }

  /**
   * All steps of sequences whose inputs were projected already, (T, B, G·H): what layers call. It is a
   * loop over `advance`, or one op for the whole sequence.
   */
  run(projected: Tensor, state: State, options: RunOptions = {}): SequenceOutput<State> {
    const given = optionsOf(this.constructor.name, options, runNames);
    const { mask, lengths = null, reverse = false } = given;
    const stepper: Stepper<State> = {
      zeroState: () => state,
      step: (x, before) => {
        const next = this.advance(x, before, mask);
        return { output: this.outputOf(next), state: next };
      },
    };
    return loop(stepper, projected, state, lengths, reverse);
  }

  /** What all steps have in common, in the dtype of the projected inputs: as elsewhere, the wider one wins. @internal */
  protected weights(mask: Tensor | null | undefined, dtype: DType): StepWeights {
    return {
      weightHh: this.weightHh.cast(dtype),
      ...(this.biasHh === null ? {} : { biasHh: this.biasHh.cast(dtype) }),
      ...(mask == null ? {} : { mask: mask.cast(dtype) }),
    };
  }

  /** The op that runs this kind of cell, with the cell's parameters. @internal */
  protected fuse(
    kind: RecurrenceKind,
    parts: Pick<RecurrenceInputs, 'projected' | 'h0' | 'c0'>,
    options: RunOptions,
  ): RecurrenceResult {
    const { mask, lengths, reverse = false } = optionsOf(this.constructor.name, options, runNames);
    const weights = this.weights(mask, parts.projected.dtype);
    const over = lengths == null ? {} : { lengths: lengths.values };
    return recurrence({ ...parts, ...weights, ...over }, { kind, reverse });
  }

  step(input: Tensor, state: State): CellStep<State> {
    this.requireState(this.constructor.name, state);
    const next = this.advance(this.project(input), state);
    return { output: this.outputOf(next), state: next };
  }

  /** The state after one step, from zeros by default: what PyTorch's cells return. */
  forward(input: Tensor, state?: State): State {
    const { inputSize: I, hiddenSize: H } = this;
    checkInput(this.constructor.name, input, I);
    const single = input.ndim === 1; // one sample without a batch
    const batch = single ? input.unsqueeze(0) : input; // (B, I)
    const B = batch.shape[0]!;
    if (state === undefined) state = this.zeroState(B, batch);
    else {
      this.requireState(this.constructor.name, state, single ? [H] : [B, H]);
      if (single) state = mapState(state, (tensor) => tensor.unsqueeze(0));
    }
    const next = this.step(batch, state).state;
    return single ? mapState(next, (tensor) => tensor.squeeze(0)) : next;
  }

  /** Throws DTypeError for what is no state of this cell, ShapeError where a tensor has not the `wanted` shape. @internal */
  requireState(owner: string, state: State, wanted?: Shape): void {
    this.#places ??= placesOf(noGrad(() => scope(() => this.zeroState(1, this.weightHh))));
    const places = placesOf(state);
    const [first] = this.#places;
    if (places[0] !== first || places.join() !== this.#places.join()) {
      throw new DTypeError(
        `${owner}: the state must be ${first === '' ? 'a tensor' : `tensors { ${this.#places.join(', ')} }`}, got ${shown(state)}.`,
      );
    }
    if (wanted === undefined) return;
    mapState(state, (tensor, place) => {
      if (sameShape(tensor.shape, wanted)) return tensor;
      const what = place === '' ? 'the state' : `${place} of the state`;
      throw stateMisfit(owner, what, wanted, tensor.shape);
    });
  }

  override multiplyAdds([input]: readonly Tensor[]): number {
    const { inputSize, hiddenSize } = this;
    return (input!.size / inputSize) * this.weightHh.shape[0]! * (inputSize + hiddenSize);
  }

  override extraRepr(): string {
    const bias =
      this.biasIh === null ? ', bias=false' : this.biasHh === null ? ", bias='single'" : '';
    return `${this.inputSize}, ${this.hiddenSize}${bias}`;
  }
}

/** What to throw where a state is not of the shape that an input wants. */
export function stateMisfit(owner: string, what: string, wanted: Shape, got: Shape): ShapeError {
  return new ShapeError(
    `${owner}: ${what} must have shape ${formatShape(wanted)} for this input, got ${formatShape(got)}. Give the state of a call with the same batch size, or leave it out for zeros.`,
  );
}

/** Throws unless the last dimension of an input is `inputSize`. */
export function checkInput(name: string, input: Tensor, inputSize: number): void {
  requireTensor(name, 'the input', input);
  const { shape } = input;
  if (shape.at(-1) === inputSize) return;
  throw new ShapeError(
    `${name}: the last dimension of the input must be inputSize ${inputSize}, got shape ${formatShape(shape)}. Reshape the input, or build the layer with its size.`,
  );
}
