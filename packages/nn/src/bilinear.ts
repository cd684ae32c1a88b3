import {
  formatShape,
  sameShape,
  ShapeError,
  sizeOf,
  requireTensors,
  requireWhole,
  optionsOf,
  type Tensor,
} from '@kasane/tensor-core';
import { layerNames, type LayerOptions } from './layer-options.ts';
import { Module } from './module.ts';
import { weightAndBias } from './new-parameter.ts';
import type { Parameter } from './parameter.ts';
import { checkLastDims } from './shapes.ts';

/** Options of `Bilinear`. */
export interface BilinearOptions extends LayerOptions {
  /** Add b. Default true. */
  readonly bias?: boolean;
}

/**
 * A form that is linear in each of two inputs.
 *
 * $$ y_k = x_1^\top A_k x_2 + b_k $$
 *
 * | tensor  | shape                                  |
 * | ------- | -------------------------------------- |
 * | input 1 | (..., in1Features)                     |
 * | input 2 | (..., in2Features)                     |
 * | output  | (..., outFeatures)                     |
 * | weight  | (outFeatures, in1Features, in2Features) |
 * | bias    | (outFeatures)                          |
 *
 * Both start from U(-1/√in1Features, 1/√in1Features). Same as `torch.nn.Bilinear`.
 *
 * @throws RangeError unless the sizes are whole numbers ≥ 1.
 * @throws {@link ShapeError} if the inputs do not fit each other or the layer.
 *
 * @example
 * import { Bilinear } from '@kasane/nn';
 * import { randn } from '@kasane/tensor-core';
 * const layer = new Bilinear(20, 30, 40);
 * layer.forward(randn([128, 20]), randn([128, 30])).shape; // => [128,40]
 *
 * @category Layers
 */
export class Bilinear extends Module {
  /** The size of the first input's last dimension. */
  readonly in1Features: number;
  /** The size of the second input's last dimension. */
  readonly in2Features: number;
  /** The size of the output's last dimension. */
  readonly outFeatures: number;
  /** (outFeatures, in1Features, in2Features) */
  readonly weight: Parameter;
  /** (outFeatures), or null without a bias. */
  readonly bias: Parameter | null;

  constructor(
    in1Features: number,
    in2Features: number,
    outFeatures: number,
    options: BilinearOptions = {},
  ) {
    super();
    optionsOf('Bilinear', options, ['bias', ...layerNames]);
    requireWhole('Bilinear', 'in1Features', in1Features, 1);
    requireWhole('Bilinear', 'in2Features', in2Features, 1);
    requireWhole('Bilinear', 'outFeatures', outFeatures, 1);
    this.in1Features = in1Features;
    this.in2Features = in2Features;
    this.outFeatures = outFeatures;
    const shape = [outFeatures, in1Features, in2Features];
    [this.weight, this.bias] = weightAndBias(shape, in1Features, options);
  }

  forward(input1: Tensor, input2: Tensor): Tensor {
    const { in1Features: I, in2Features: J, outFeatures: K } = this;
    requireTensors('Bilinear', [input1, input2]);
    checkLastDims('Bilinear', input1, [I], 'in1Features');
    checkLastDims('Bilinear', input2, [J], 'in2Features');
    const lead = input1.shape.slice(0, -1);
    if (!sameShape(lead, input2.shape.slice(0, -1))) {
      throw new ShapeError(
        `Bilinear: the inputs must agree in all but the last dimension, got ${formatShape(input1.shape)} and ${formatShape(input2.shape)}. Broadcast one.`,
      );
    }
    const n = sizeOf(lead);
    const right = input2
      .reshape([n, J])
      .matmul(this.weight.reshape([K * I, J]), { transposeB: true })
      .reshape([n, K, I]); // A_k x₂
    const form = right.matmul(input1.reshape([n, I, 1])).reshape([...lead, K]);
    return this.bias === null ? form : form.add(this.bias);
  }

  override multiplyAdds(_inputs: readonly Tensor[], [output]: readonly Tensor[]): number {
    return output!.size * this.in1Features * (this.in2Features + 1);
  }
}
