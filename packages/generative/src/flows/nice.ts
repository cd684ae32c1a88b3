import { ModuleList, newParameter, type Parameter } from '@kasane/nn';
import type { Tensor } from '@kasane/tensor-core';
import { Coupling, type Mapped } from './coupling.ts';
import { Flow, flowOptions, type FlowOptions } from './flow.ts';

/**
 * A flow of additive couplings, which keep volumes, and one learned scale for each feature behind them. Its noise is normal. It starts as
 * the identity.
 *
 * $$ z_\text{moved} = x_\text{moved} + t(x_\text{kept}) \text{ in each coupling}, \quad z \leftarrow e^s \odot z \text{ at the end} $$
 *
 * $$ \log\left|\det \tfrac{\partial z}{\partial x}\right| = \sum_i s_i $$
 *
 * Points are (N, D), noise too, log |det| is (N). The paper's noise is logistic or normal.
 *
 * @throws RangeError if there are fewer than 2 features, or `couplings` or a hidden size is not a whole number of at least 1.
 * @throws {@link ShapeError} if points are not (N, D).
 *
 * @example
 * import { NICE } from '@kasane/generative';
 * import { zeros } from '@kasane/tensor-core';
 * const flow = new NICE(4);
 * flow.forward(zeros([3, 4])).logDet.toArray(); // => [0,0,0]
 *
 * @see Dinh, Krueger, Bengio (2015), NICE: Non-linear Independent Components Estimation.
 * @category Flows
 */
export class NICE extends Flow {
  readonly features: number;
  /** From data to noise, in this order. @internal */
  readonly couplings: ModuleList<Coupling>;
  /** (D) */
  readonly logScale: Parameter;

  constructor(features: number, options?: FlowOptions) {
    super();
    const given = flowOptions('NICE', features, options);
    this.features = features;
    this.couplings = new ModuleList(
      Array.from(
        { length: given.couplings ?? 4 },
        (_, i) =>
          new Coupling(features, given.hiddenSizes, { parity: i % 2, scales: false }, given),
      ),
    );
    const { dtype, backend } = given;
    this.logScale = newParameter([features], 0, {
      ...(dtype && { dtype }),
      ...(backend && { backend }),
    });
  }

  protected toNoise(x: Tensor): Mapped {
    let values = x;
    for (const coupling of this.couplings) values = coupling.forward(values).values;
    const logDet = x.newFull([x.shape[0]!], 0).add(this.logScale.sum());
    return { values: values.mul(this.logScale.exp()), logDet };
  }

  protected toData(z: Tensor): Tensor {
    let values = z.mul(this.logScale.neg().exp());
    for (const coupling of [...this.couplings].reverse()) values = coupling.inverse(values);
    return values;
  }

  protected get like(): Tensor {
    return this.logScale;
  }
}
