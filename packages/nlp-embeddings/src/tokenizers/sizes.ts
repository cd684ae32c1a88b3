/** How long encodings may be, and have to be. */
import { optionsOf, requireWhole, shown } from '@kasane/tensor-core';
import type { Encoding, Side } from './encoding.ts';
import { Fields, type Json } from './fields.ts';

/** Which of two texts is cut: the longer one first, or only one of them. */
export type TruncationStrategy = 'longestFirst' | 'onlyFirst' | 'onlySecond';

/** Options of `Tokenizer.enableTruncation`. */
export interface TruncationOptions {
  /** So many tokens of a part stand in the next overflowing one again. Default 0. */
  readonly stride?: number;
  /** Default `'longestFirst'`. */
  readonly strategy?: TruncationStrategy;
  /** Default `'right'`. */
  readonly direction?: Side;
}

/** How encodings are cut. */
export interface Truncation extends Required<TruncationOptions> {
  readonly maxLength: number;
}

/** Options of `Tokenizer.enablePadding`. */
export interface PaddingOptions {
  /** To so many tokens. Default null: as many as the longest of a batch. */
  readonly length?: number | null;
  /** To a multiple of so many. Default null. */
  readonly padToMultipleOf?: number | null;
  /** Default `'right'`. */
  readonly direction?: Side;
  /** Default 0. */
  readonly padId?: number;
  /** Default 0. */
  readonly padTypeId?: number;
  /** Default `'[PAD]'`. */
  readonly padToken?: string;
}

const strategies = ['longestFirst', 'onlyFirst', 'onlySecond'] as const;
const fileStrategies = ['LongestFirst', 'OnlyFirst', 'OnlySecond'] as const;
const sides = ['left', 'right'] as const;
const fileSides = ['Left', 'Right'] as const;

function requireOne<T>(owner: string, what: string, value: T, all: readonly T[]): void {
  if (all.includes(value)) return;
  throw new RangeError(`${owner}: ${what} must be one of ${all.join(', ')}, got ${shown(value)}.`);
}

export function truncationOf(maxLength: number, options?: TruncationOptions): Truncation {
  const owner = 'enableTruncation';
  const {
    stride = 0,
    strategy = 'longestFirst',
    direction = 'right',
  } = optionsOf(owner, options, ['stride', 'strategy', 'direction']);
  requireWhole(owner, 'maxLength', maxLength);
  requireWhole(owner, 'stride', stride, 0, Math.max(0, maxLength - 1));
  requireOne(owner, 'strategy', strategy, strategies);
  requireOne(owner, 'direction', direction, sides);
  return { maxLength, stride, strategy, direction };
}

/** One or two encodings cut so that they and so many added tokens have room. */
export function truncated(
  encodings: readonly Encoding[],
  { maxLength, stride, strategy, direction }: Truncation,
  added: number,
): Encoding[] {
  const [first, second] = encodings as [Encoding, Encoding?];
  const room = Math.max(0, maxLength - added);
  const excess = first.length + (second?.length ?? 0) - room;
  if (excess <= 0) return [...encodings];
  const cut = (one: Encoding, length: number): Encoding => {
    if (one.length <= length) return one;
    if (length > stride || length === 0) {
      return one.truncate(length, { stride: length === 0 ? 0 : stride, direction });
    }
    throw new RangeError(
      `Tokenizer.encode: ${length} tokens are left of maxLength ${maxLength}, which is no more than the stride of ${stride}; take a greater maxLength or a smaller stride.`,
    );
  };
  // As HF: where the special tokens take all the room, whatever may be cut, nothing else is left.
  if (room === 0) return encodings.map((one) => cut(one, 0));
  if (strategy === 'longestFirst') {
    if (second === undefined) return [cut(first, room)];
    let shorter = Math.min(first.length, second.length);
    let longer = shorter > room ? shorter : Math.max(shorter, room - shorter);
    if (shorter + longer > room) {
      shorter = Math.floor(room / 2);
      longer = room - shorter;
    }
    const [a, b] = first.length > second.length ? [longer, shorter] : [shorter, longer];
    return [cut(first, a), cut(second, b)];
  }
  const target = strategy === 'onlyFirst' ? first : second;
  if (target === undefined || target.length <= excess) {
    throw new RangeError(
      `Tokenizer.encode: ${excess} tokens must be cut off for maxLength ${maxLength}, but the ${strategy === 'onlyFirst' ? 'first' : 'second'} text, which alone may be cut, has ${target?.length ?? 'none'}; take the strategy longestFirst or a greater maxLength.`,
    );
  }
  const length = target.length - excess;
  if (target === first)
    return second === undefined ? [cut(first, length)] : [cut(first, length), second];
  return [first, cut(target, length)];
}

export function truncationJSON({ maxLength, stride, strategy, direction }: Truncation): Json {
  return {
    direction: fileSides[sides.indexOf(direction)]!,
    max_length: maxLength,
    strategy: fileStrategies[strategies.indexOf(strategy)]!,
    stride,
  };
}

/** The truncation that tokenizer.json describes at a place. */
export function truncationFrom(value: unknown, place: string): Truncation {
  const fields = new Fields(value, place);
  const direction = sides[fileSides.indexOf(fields.word('direction', fileSides, 'Right'))]!;
  const strategy =
    strategies[fileStrategies.indexOf(fields.word('strategy', fileStrategies, 'LongestFirst'))]!;
  const truncation = truncationOf(fields.number('max_length'), {
    stride: fields.number('stride', 0),
    strategy,
    direction,
  });
  fields.done();
  return truncation;
}

/** How encodings are filled up. */
export interface Padding extends Required<PaddingOptions> {
  /** Fills the encodings of a batch up. */
  apply(encodings: readonly Encoding[]): Encoding[];
}

export function paddingOf(options?: PaddingOptions): Padding {
  const owner = 'enablePadding';
  const {
    length = null,
    padToMultipleOf = null,
    direction = 'right',
    padId = 0,
    padTypeId = 0,
    padToken = '[PAD]',
  } = optionsOf(owner, options, [
    'length',
    'padToMultipleOf',
    'direction',
    'padId',
    'padTypeId',
    'padToken',
  ]);
  if (length !== null) requireWhole(owner, 'length', length);
  if (padToMultipleOf !== null) requireWhole(owner, 'padToMultipleOf', padToMultipleOf, 1);
  requireOne(owner, 'direction', direction, sides);
  requireWhole(owner, 'padId', padId);
  requireWhole(owner, 'padTypeId', padTypeId);
  const settings = { direction, padId, padTypeId, padToken };
  return {
    ...settings,
    length,
    padToMultipleOf,
    apply(encodings) {
      const longest = encodings.reduce((most, one) => Math.max(most, one.length), 0);
      const multiple = padToMultipleOf ?? 1;
      const target = Math.ceil((length ?? longest) / multiple) * multiple;
      return encodings.map((one) => one.pad(target, settings));
    },
  };
}

export function paddingJSON(padding: Padding): Json {
  const { length, padToMultipleOf, direction, padId, padTypeId, padToken } = padding;
  return {
    strategy: length === null ? 'BatchLongest' : { Fixed: length },
    direction: fileSides[sides.indexOf(direction)]!,
    pad_to_multiple_of: padToMultipleOf,
    pad_id: padId,
    pad_type_id: padTypeId,
    pad_token: padToken,
  };
}

/** The padding that tokenizer.json describes at a place. */
export function paddingFrom(value: unknown, place: string): Padding {
  const fields = new Fields(value, place);
  let length: number | null = null;
  if (fields.raw('strategy') !== 'BatchLongest') {
    const strategy = fields.object('strategy');
    length = strategy.number('Fixed');
    strategy.done();
  }
  const padding = paddingOf({
    length,
    direction: sides[fileSides.indexOf(fields.word('direction', fileSides, 'Right'))]!,
    padToMultipleOf: fields.optionalNumber('pad_to_multiple_of'),
    padId: fields.number('pad_id'),
    padTypeId: fields.number('pad_type_id'),
    padToken: fields.string('pad_token'),
  });
  fields.done();
  return padding;
}
