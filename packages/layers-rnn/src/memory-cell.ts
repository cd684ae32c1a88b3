import { promoteTypes, type Tensor } from '@kasane/tensor-core';
import { RecurrentCell } from './recurrent-cell.ts';

/** What an LSTM carries from step to step. */
export interface LSTMState {
  /** The hidden state: what the next layer sees. */
  readonly h: Tensor;
  /** The cell state: what is remembered. */
  readonly c: Tensor;
}

/** What cells share whose state is h and c: the twin of `HiddenCell`. */
export abstract class MemoryCell extends RecurrentCell<LSTMState> {
  zeroState(batch: number, like: Tensor): LSTMState {
    const dtype = promoteTypes(like.dtype, this.weightHh.dtype);
    const zeros = like.newFull([batch, this.hiddenSize], 0, dtype);
    return { h: zeros, c: zeros };
  }

  outputOf({ h }: LSTMState): Tensor {
    return h;
  }
}
