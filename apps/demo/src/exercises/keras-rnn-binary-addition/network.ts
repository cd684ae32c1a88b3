import { RNN } from '@kasane/layers-rnn';
import { Dropout, init, Linear, Module } from '@kasane/nn';
import type { Generator, Tensor } from '@kasane/tensor-core';

export interface Settings {
  readonly units: number;
  readonly activation: 'relu' | 'sigmoid' | 'tanh';
  readonly output: 'sigmoid' | 'tanh';
  readonly optimizer: 'sgd' | 'adam';
  readonly dropout: number;
  /** How long an input that dropout hides stays hidden. */
  readonly hidden: 'sequence' | 'step';
  readonly recurrentDropout: number;
  readonly epochs: number;
}

/** Bits of two numbers (B, T, 2) to the bits of their sum (B, T, 1). */
export class Adder extends Module {
  readonly rnn: RNN;
  readonly dense: Linear;
  /** Draws anew for every step; the dropout of the layer itself draws once for a sequence. */
  readonly perStep: Dropout;
  readonly output: Settings['output'];

  constructor(
    { units, activation, output, dropout, hidden, recurrentDropout }: Settings,
    generator: Generator,
  ) {
    super();
    this.output = output;
    this.rnn = new RNN(2, units, {
      nonlinearity: activation,
      batchFirst: true,
      bias: 'single',
      inputDropout: hidden === 'sequence' ? dropout : 0,
      recurrentDropout,
      generator,
    });
    this.perStep = new Dropout(hidden === 'step' ? dropout : 0, { generator });
    this.dense = new Linear(units, 1, { generator });
    // As Keras starts.
    for (const [name, parameter] of this.namedParameters()) {
      if (name.includes('bias')) init.zeros(parameter);
      else if (name.includes('hh')) init.orthogonal(parameter, { generator });
      else init.xavierUniform(parameter, { generator });
    }
  }

  forward(x: Tensor): Tensor {
    const y = this.dense.forward(this.rnn.forward(this.perStep.forward(x)).output);
    return this.output === 'sigmoid' ? y.sigmoid() : y.tanh();
  }
}
