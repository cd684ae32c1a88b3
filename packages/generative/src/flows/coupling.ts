import { Buffer, layerOptions, Module, SiLU, type LayerOptions, type Sequential } from '@kasane/nn';
import { tensor, type Tensor } from '@kasane/tensor-core';
import { mlp } from '../autoencoders/mlp.ts';

/** What a step of a flow gives: its values, and the log of how much it stretches space at each point. */
export interface Mapped {
  /** (N, D) */
  readonly values: Tensor;
  /** (N) */
  readonly logDet: Tensor;
}

/**
 * A coupling: the features of one parity stay, and say how the others are scaled and shifted.
 *
 * $$ z_{\text{moved}} = x_{\text{moved}} \odot e^{s(x_{\text{kept}})} + t(x_{\text{kept}}) $$
 *
 * The log scale s is bounded to ±2 by tanh, so that no step explodes; without a scale, the coupling is NICE's additive one.
 * @internal
 */
export class Coupling extends Module {
  /** 1 for features that stay, 0 for those that move. */
  readonly mask: Buffer;
  readonly network: Sequential;
  readonly #scales: boolean;

  constructor(
    features: number,
    hiddenSizes: readonly number[],
    keep: { readonly parity: number; readonly scales: boolean },
    options: LayerOptions,
  ) {
    super();
    const { dtype = 'float32', backend } = options;
    const kept = Array.from({ length: features }, (_, i) => (i % 2 === keep.parity ? 1 : 0));
    this.mask = new Buffer(tensor(kept, { dtype, ...(backend && { backend }) }));
    this.#scales = keep.scales;
    const outputs = keep.scales ? 2 * features : features;
    const activation = (): SiLU => new SiLU();
    this.network = mlp([features, ...hiddenSizes, outputs], {
      ...layerOptions(options),
      activation,
    });
    // What starts from zero starts as no change.
    for (const parameter of this.network.children().at(-1)!.parameters()) {
      parameter.assign(parameter.newFull(parameter.shape, 0));
    }
  }

  /** From data to noise. */
  forward(x: Tensor): Mapped {
    const { logScale, shift } = this.#changes(x);
    if (!logScale) return { values: x.add(shift), logDet: x.newFull([x.shape[0]!], 0) };
    // Log scale and shift are 0 for what stays.
    return { values: x.mul(logScale.exp()).add(shift), logDet: logScale.sum(-1) };
  }

  /** From noise to data. */
  inverse(z: Tensor): Tensor {
    const { logScale, shift } = this.#changes(z);
    const moved = z.sub(shift);
    return logScale ? moved.mul(logScale.neg().exp()) : moved;
  }

  #changes(x: Tensor): { logScale?: Tensor; shift: Tensor } {
    const moves = this.mask.neg().add(1);
    const out = this.network.forward(x.mul(this.mask));
    if (!this.#scales) return { shift: out.mul(moves) };
    const [logScale, shift] = out.chunk(2, -1);
    return { logScale: logScale!.tanh().mul(2).mul(moves), shift: shift!.mul(moves) };
  }
}
