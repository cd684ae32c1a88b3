import {
  DTypeError,
  formatShape,
  isFloatingPoint,
  sameShape,
  ShapeError,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';

/** What the queries of an attention may not see. */
export interface AttentionMasks {
  /** Which keys a query may not see, true for those, or numbers added to the scores; (T, S) or (N·H, T, S). */
  readonly attnMask?: Tensor;
  /** Which keys are padding, likewise; (N, S), or (S) without a batch. */
  readonly keyPaddingMask?: Tensor;
  /** Query t sees keys 0 to t only. Default false. */
  readonly isCausal?: boolean;
}

/** The sizes that masks are held to. */
interface Sizes {
  readonly N: number;
  readonly H: number;
  readonly T: number;
  readonly S: number;
}

/** Throws unless the masks fit. */
export function checkMasks(
  owner: string,
  { attnMask, keyPaddingMask }: AttentionMasks,
  { N, H, T, S, single }: Sizes & { readonly single: boolean },
): void {
  const one = (name: string, mask: Tensor | undefined, ...shapes: readonly Shape[]): void => {
    if (mask === undefined) return;
    if (!shapes.some((shape) => sameShape(shape, mask.shape))) {
      throw new ShapeError(
        `${owner}: ${name} must have shape ${shapes.map(formatShape).join(' or ')}, got ${formatShape(mask.shape)}.`,
      );
    }
    if (mask.dtype === 'bool' || isFloatingPoint(mask.dtype)) return;
    throw new DTypeError(
      `${owner}: ${name} must be bool, true for what is blocked, or numbers that are added to the scores, got ${mask.dtype}. Cast it to bool.`,
    );
  };
  one('attnMask', attnMask, [T, S], [N * H, T, S]);
  one('keyPaddingMask', keyPaddingMask, ...(single ? [[S], [1, S]] : [[N, S]]));
}

/** What is added to the scores (N, H, T, S + extra): 0 for the last, which all queries see; undefined for nothing. */
export function biasOf(
  { attnMask, keyPaddingMask, isCausal = false }: AttentionMasks,
  like: Tensor,
  { N, H, T, S }: Sizes,
  extra: number,
): Tensor | undefined {
  const numbers = (mask: Tensor): Tensor =>
    isFloatingPoint(mask.dtype) ? mask : mask.where(like.newFull([], -Infinity), 0);
  const parts: Tensor[] = [];
  if (attnMask !== undefined) {
    parts.push(numbers(attnMask.ndim === 2 ? attnMask : attnMask.reshape([N, H, T, S])));
  }
  if (keyPaddingMask !== undefined) parts.push(numbers(keyPaddingMask.reshape([N, 1, 1, S])));
  if (isCausal && extra > 0) parts.push(numbers(like.newFull([T, S], 1, 'bool').triu(1)));
  if (parts.length === 0) return undefined;
  const bias = parts.reduce((a, b) => a.add(b));
  if (extra === 0) return bias;
  return bias.pad([...bias.shape.slice(1).map((): [number, number] => [0, 0]), [0, extra]]);
}
