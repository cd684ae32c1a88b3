/** The stages on the way to an LSTM with peepholes. */
import { CECCell, GatedCECCell, LSTM, PeepholeLSTM, Recurrent, RNN } from '@kasane/layers-rnn';
import { init } from '@kasane/nn';
import { tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import type { Stage, Task } from './tasks.ts';

/** A layer of one kind, and its outputs at every step, (T, B, H). */
export interface Memory {
  readonly parameters: readonly Tensor[];
  read(x: Tensor): Tensor;
}

/** A network of one stage. */
export function build(stage: Stage, { inputs, hidden }: Task, generator: Generator): Memory {
  const options = { bias: 'single', generator } as const;
  switch (stage) {
    case 'RNN': {
      const rnn = new RNN(inputs, hidden, { generator });
      return { parameters: rnn.parameters(), read: (x) => rnn.forward(x).output };
    }
    case 'carousel': {
      const cell = new CECCell(inputs, hidden, { generator });
      init.zeros(cell.entry.bias!); // or silence would add up
      const carousel = new Recurrent(cell);
      return { parameters: carousel.parameters(), read: (x) => carousel.forward(x).output };
    }
    case 'gates': {
      const cell = new GatedCECCell(inputs, hidden, options);
      init.zeros(cell.biasIh!);
      const gated = new Recurrent(cell);
      return { parameters: gated.parameters(), read: (x) => gated.forward(x).output };
    }
    default: {
      const Layer = stage === 'peepholes' ? PeepholeLSTM : LSTM;
      const lstm = new Layer(inputs, hidden, options);
      // The forget gate starts open, and where time is kept the output gate shut; i, f, g, o.
      const sums = [0, 3, 0, stage === 'peepholes' || inputs === 1 ? -3 : 0];
      lstm.cell(0).biasIh!.assign(tensor(sums.flatMap((sum) => Array<number>(hidden).fill(sum))));
      return { parameters: lstm.parameters(), read: (x) => lstm.forward(x).output };
    }
  }
}
