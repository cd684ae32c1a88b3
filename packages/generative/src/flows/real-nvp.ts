import { ModuleList } from '@kasane/nn';
import type { Tensor } from '@kasane/tensor-core';
import { Coupling, type Mapped } from './coupling.ts';
import { Flow, flowOptions, type FlowOptions } from './flow.ts';

/**
 * A flow of affine couplings, which keep and move even and odd features in turn. It starts as the identity.
 *
 * $$ z_\text{moved} = x_\text{moved} \odot e^{s(x_\text{kept})} + t(x_\text{kept}), \quad \log\left|\det \tfrac{\partial z}{\partial x}\right| = \sum s(x_\text{kept}), \quad s = 2 \tanh(\cdot) $$
 *
 * Points are (N, D), noise too, log |det| is (N). There is no batch normalisation as in the paper.
 *
 * @throws RangeError if there are fewer than 2 features, or `couplings` or a hidden size is not a whole number of at least 1.
 * @throws {@link ShapeError} if points are not (N, D).
 *
 * @example
 * import { RealNVP } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * const flow = new RealNVP(2);
 * flow.logProb(zeros([1, 2])).toArray(); // => [-1.837877]
 * flow.sample(5).shape; // => [5,2]
 *
 * @see Dinh, Sohl-Dickstein, Bengio (2017), Density Estimation Using Real NVP.
 * @category Flows
 */
export class RealNVP extends Flow {
  readonly features: number;
  /** From data to noise, in this order. @internal */
  readonly couplings: ModuleList<Coupling>;

  constructor(features: number, options?: FlowOptions) {
    super();
    const given = flowOptions('RealNVP', features, options);
    this.features = features;
    this.couplings = new ModuleList(
      Array.from(
        { length: given.couplings ?? 8 },
        (_, i) => new Coupling(features, given.hiddenSizes, { parity: i % 2, scales: true }, given),
      ),
    );
  }

  protected toNoise(x: Tensor): Mapped {
    let values = x;
    let logDet = x.newFull([x.shape[0]!], 0);
    for (const coupling of this.couplings) {
      const mapped = coupling.forward(values);
      values = mapped.values;
      logDet = logDet.add(mapped.logDet);
    }
    return { values, logDet };
  }

  protected toData(z: Tensor): Tensor {
    let values = z;
    for (const coupling of [...this.couplings].reverse()) values = coupling.inverse(values);
    return values;
  }

  protected get like(): Tensor {
    return this.couplings.at(0)!.mask;
  }
}
