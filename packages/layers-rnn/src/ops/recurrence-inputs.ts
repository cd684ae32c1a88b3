import { DTypeError, formatShape, sameShape, ShapeError, sizeOf } from '@kasane/tensor-core';
import type { DType, Shape, Tensor } from '@kasane/tensor-core';

/** The recurrent cells that run as one op over a sequence. */
export type RecurrenceKind =
  | 'tanh'
  | 'relu'
  | 'sigmoid'
  | 'lstm'
  | 'peepholeLstm'
  | 'gru'
  | 'gruResetBefore';

/** What the loops over a sequence need to know of a kind. */
export interface Cell {
  /** Its number in the kernels. */
  readonly code: number;
  /** Rows of H in the weights. */
  readonly gates: number;
  /** Whether it has a cell state beside the hidden one. */
  readonly hasCell: boolean;
}

export const cells: Readonly<Record<RecurrenceKind, Cell>> = {
  tanh: { code: 0, gates: 1, hasCell: false },
  relu: { code: 1, gates: 1, hasCell: false },
  sigmoid: { code: 2, gates: 1, hasCell: false },
  lstm: { code: 3, gates: 4, hasCell: true },
  peepholeLstm: { code: 3, gates: 4, hasCell: true },
  gru: { code: 4, gates: 3, hasCell: false },
  gruResetBefore: { code: 5, gates: 3, hasCell: false },
};

/** What a recurrence reads: tensors, or the views of them that kernels get. */
export interface Parts<T> {
  /** The inputs' shares of the gates, (T, B, G·H). */
  readonly projected: T;
  /** (B, H). */
  readonly h0: T;
  /** (G·H, H). */
  readonly weightHh: T;
  /** (B, H), for kinds with a cell state. */
  readonly c0?: T;
  /** (G·H), added to the recurrent products; GRU scales both with r. */
  readonly biasHh?: T;
  /** (3, H): of the cell state on gates i and f, and on o. */
  readonly peephole?: T;
  /** (B, H): what the recurrent products see of h is h ⊙ mask. No gradient flows to it. */
  readonly mask?: T;
  /** (B), int32. */
  readonly lengths?: T;
}

type PartName = keyof Parts<unknown>;

const order: readonly PartName[] = [
  'projected',
  'h0',
  'weightHh',
  'c0',
  'biasHh',
  'peephole',
  'mask',
  'lengths',
];

/** The names of the parts that are there, in the order in which ops take them. */
export function partNames(parts: Partial<Parts<Tensor>>): readonly PartName[] {
  return order.filter((name) => parts[name] !== undefined);
}

/** The other way round: inputs of an op by their names. */
export function named<T>(names: readonly PartName[], inputs: readonly T[]): Parts<T> {
  // `names` begins with the three that every recurrence has.
  return Object.fromEntries(names.map((name, i) => [name, inputs[i]])) as unknown as Parts<T>;
}

/** Floating-point operations of the products of all steps with U, or, on the way back, with its transpose. */
export function productFlops(
  inputs: readonly { readonly shape: Shape }[],
  { names }: { readonly names: readonly PartName[] },
): number {
  const { projected, h0 } = named(names, inputs);
  return 2 * sizeOf(projected.shape) * h0.shape[1]!;
}

/** The sizes of a recurrence. */
export interface Sizes {
  readonly steps: number;
  readonly rows: number;
  readonly hidden: number;
}

export function sizesOf({ projected, h0 }: Parts<{ readonly shape: Shape }>): Sizes {
  return { steps: projected.shape[0]!, rows: projected.shape[1]!, hidden: h0.shape[1]! };
}

/** Throws unless the parts fit together. */
export function checkParts(kind: RecurrenceKind, parts: Parts<Tensor>): void {
  const { gates, hasCell } = cells[kind];
  const { projected, h0, lengths, ...others } = parts;
  const [rows, hidden] = h0.shape;
  if (h0.ndim !== 2) {
    throw new ShapeError(
      `recurrence: h0 must have shape (batch, hidden), got ${formatShape(h0.shape)}. Pass one row per sequence.`,
    );
  }
  const width = gates * hidden!;
  if (projected.ndim !== 3 || projected.shape[1] !== rows || projected.shape[2] !== width) {
    throw new ShapeError(
      `recurrence: projected must have shape (steps, ${rows}, ${width}) for ${kind} with h0 ${formatShape(h0.shape)}, got ${formatShape(projected.shape)}. Project the inputs to ${gates} × ${hidden} values.`,
    );
  }
  const expected: Partial<Record<PartName, Shape>> = {
    weightHh: [width, hidden!],
    c0: [rows!, hidden!],
    biasHh: [width],
    peephole: [3, hidden!],
    mask: [rows!, hidden!],
  };
  const needed: Partial<Record<PartName, boolean>> = {
    c0: hasCell,
    peephole: kind === 'peepholeLstm',
  };
  for (const [key, shape] of Object.entries(expected)) {
    const name = key as keyof typeof others; // the keys are written five lines above
    const tensor = others[name];
    const wanted = needed[name];
    if (wanted !== undefined && wanted !== (tensor !== undefined)) {
      throw new ShapeError(
        `recurrence: ${kind} ${wanted ? 'needs' : 'has no'} ${name}. ${wanted ? `Pass one of shape ${formatShape(shape)}` : 'Leave it out'}.`,
      );
    }
    if (tensor !== undefined && !sameShape(tensor.shape, shape)) {
      throw new ShapeError(
        `recurrence: ${name} must have shape ${formatShape(shape)} for ${kind} with h0 ${formatShape(h0.shape)}, got ${formatShape(tensor.shape)}. Check hidden size and batch.`,
      );
    }
    checkType(name, tensor?.dtype ?? projected.dtype, projected.dtype);
  }
  checkType('h0', h0.dtype, projected.dtype);
  if (lengths === undefined) return;
  if (!sameShape(lengths.shape, [rows!])) {
    throw new ShapeError(
      `recurrence: lengths must have shape ${formatShape([rows!])}, got ${formatShape(lengths.shape)}. Pass one length per sequence.`,
    );
  }
  checkType('lengths', lengths.dtype, 'int32');
}

function checkType(name: PartName, got: DType, wanted: DType): void {
  if (got === wanted) return;
  throw new DTypeError(
    `recurrence: ${name} must be ${wanted}, got ${got}. Use .cast("${wanted}").`,
  );
}
