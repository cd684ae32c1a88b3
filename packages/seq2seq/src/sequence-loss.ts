import { crossEntropy } from '@kasane/nn';
import {
  formatShape,
  optionsOf,
  requireTensors,
  sameShape,
  ShapeError,
  type Tensor,
} from '@kasane/tensor-core';

/** Options of `sequenceLoss`. */
export interface SequenceLossOptions {
  /** The token that counts for nothing. Default 0. */
  readonly paddingIdx?: number;
  /** The share of each target that is spread evenly over all tokens, 0 to 1. Default 0. */
  readonly labelSmoothing?: number;
  /** The mean over the tokens, the sum, or the sum over the tokens and mean over the sequences. Default `'mean'`. */
  readonly reduction?: 'mean' | 'sum' | 'sequence';
}

/**
 * The cross-entropy of sequences, without padding.
 *
 * $$ \ell = -\sum_{n,t:\, y_{nt} \neq \mathrm{pad}} \log p_{nt}(y_{nt}) $$
 *
 * for `'sum'`; by default divided by how many such tokens there are, for `'sequence'` by N.
 *
 * | tensor  | shape          |
 * | ------- | -------------- |
 * | logits  | (N, T, V)      |
 * | targets | (N, T), int32  |
 * | output  | ()             |
 *
 * Same as `torch.nn.functional.cross_entropy` with `ignore_index`, over (N·T, V); label smoothing is PyTorch's, over all tokens, padding too.
 *
 * @throws {@link ShapeError} if the shapes do not fit.
 * @throws RangeError for a share out of range.
 *
 * @example
 * import { sequenceLoss } from '@kasane/seq2seq';
 * import { tensor, zeros } from '@kasane/tensor-core';
 * const loss = sequenceLoss(zeros([1, 3, 4]), tensor([[2, 3, 0]], { dtype: 'int32' }));
 * loss.item().toFixed(4); // => 1.3863
 *
 * @see Szegedy et al. (2016), Rethinking the Inception Architecture for Computer Vision.
 * @category Training
 */
export function sequenceLoss(
  logits: Tensor,
  targets: Tensor,
  options?: SequenceLossOptions,
): Tensor {
  const names = ['paddingIdx', 'labelSmoothing', 'reduction'] as const;
  const given = optionsOf('sequenceLoss', options, names);
  const { paddingIdx = 0, labelSmoothing = 0, reduction = 'mean' } = given;
  requireTensors('sequenceLoss', [logits, targets]);
  const [N, T, V] = logits.shape;
  if (logits.ndim !== 3 || !sameShape(targets.shape, [N!, T!])) {
    throw new ShapeError(
      `sequenceLoss: needs logits (N, T, V) and targets (N, T), got ${formatShape(logits.shape)} and ${formatShape(targets.shape)}.`,
    );
  }
  const loss = crossEntropy(logits.reshape([N! * T!, V!]), targets.flatten(), {
    ignoreIndex: paddingIdx,
    labelSmoothing,
    reduction: reduction === 'mean' ? 'mean' : 'sum',
  });
  return reduction === 'sequence' ? loss.div(N!) : loss;
}
