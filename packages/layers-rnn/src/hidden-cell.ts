import { promoteTypes, type Tensor } from '@kasane/tensor-core';
import type { RecurrenceKind } from './ops/recurrence.ts';
import { stepOf } from './ops/step.ts';
import { RecurrentCell, type RunOptions } from './recurrent-cell.ts';
import type { SequenceOutput } from './unroll.ts';

/** What cells share whose state is h alone, and that run as one op over a sequence. */
export abstract class HiddenCell extends RecurrentCell<Tensor> {
  protected abstract readonly kind: RecurrenceKind;

  zeroState(batch: number, like: Tensor): Tensor {
    return like.newFull([batch, this.hiddenSize], 0, promoteTypes(like.dtype, this.weightHh.dtype));
  }

  outputOf(h: Tensor): Tensor {
    return h;
  }

  advance(projected: Tensor, h: Tensor, mask?: Tensor | null): Tensor {
    const step = stepOf(this.kind, this.weights(mask, projected.dtype));
    return step(projected, { h, c: undefined }).h;
  }

  override run(projected: Tensor, h0: Tensor, options: RunOptions = {}): SequenceOutput<Tensor> {
    const { output, h } = this.fuse(this.kind, { projected, h0 }, options);
    return { output, state: h };
  }
}
