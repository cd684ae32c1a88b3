import { optionsOf, ShapeError, formatShape, type Shape, type Tensor } from '@kasane/tensor-core';
import { commonShape, expandTo } from './broadcast.ts';
import type { Constraint } from './constraint.ts';
import { lowerCholesky, positiveDefinite, realVector } from './constraints.ts';
import { positiveVector } from './parameter-constraints.ts';
import { Distribution, type SampleOptions } from './distribution.ts';
import { HALF_LOG_TWO_PI } from './math/gamma.ts';
import { normalNoise } from './noise.ts';
import { cholesky, diagonal, identityLike, solveTriangular } from './ops/linear-algebra.ts';
import { asTensors, checkValues, type DistributionOptions } from './parameters.ts';

/** Options of MultivariateNormal: one of the three matrices, (…, n, n). */
export interface MultivariateNormalOptions extends DistributionOptions {
  /** Σ, symmetric and positive definite. */
  readonly covarianceMatrix?: Tensor;
  /** Σ⁻¹. */
  readonly precisionMatrix?: Tensor;
  /** L, lower triangular, with Σ = L Lᵀ: what the others are made into. */
  readonly scaleTril?: Tensor;
}

const matrices = ['covarianceMatrix', 'precisionMatrix', 'scaleTril'] as const;

/**
 * The normal distribution of vectors.
 *
 * $$ \log p(x) = -\tfrac12 \lVert L^{-1} (x - \mu) \rVert^2 - \sum \log L_{ii} - \tfrac n2 \log 2\pi, \quad \Sigma = L L^\top, \quad \mathrm{E}[x] = \mu $$
 *
 * | | |
 * | --- | --- |
 * | loc | (…, n) |
 * | the matrix | (…, n, n) |
 *
 * Same as `torch.distributions.MultivariateNormal`. Throws TypeError unless one matrix is given, RangeError unless it
 * is positive definite, ShapeError if the shapes do not fit. Factors are computed on the host.
 *
 * @example
 * import { MultivariateNormal } from '@kasane/distributions';
 * import { tensor, zeros } from '@kasane/tensor-core';
 * const covarianceMatrix = tensor([[4, 2], [2, 5]]);
 * const p = new MultivariateNormal(zeros([2]), { covarianceMatrix });
 * p.scaleTril.toArray(); // => [[2,0],[1,2]]
 * p.logProb(tensor([1, 1])).item().toFixed(4); // => -3.3804
 * @category Multivariate
 */
export class MultivariateNormal extends Distribution {
  /** The mean, (…batchShape, n). */
  readonly loc: Tensor;
  /** The Cholesky factor of the covariance, (…batchShape, n, n). */
  readonly scaleTril: Tensor;

  constructor(loc: Tensor, options: MultivariateNormalOptions) {
    const owner = 'MultivariateNormal';
    const { validateArgs = true, ...given } = {
      ...optionsOf(owner, options, [...matrices, 'validateArgs']),
    };
    const names = matrices.filter((name) => given[name] !== undefined);
    const [name] = names;
    if (name === undefined || names.length > 1) {
      throw new TypeError(
        `${owner}: needs one of covarianceMatrix, precisionMatrix and scaleTril, got ${names.join(' and ') || 'none'}.`,
      );
    }
    const [mean, matrix] = asTensors(owner, { loc, [name]: given[name]! }) as [Tensor, Tensor]; // as many
    const n = mean.shape.at(-1);
    if (n === undefined || matrix.shape.at(-1) !== n || matrix.shape.at(-2) !== n) {
      throw new ShapeError(
        `${owner}: needs loc (…, n) and ${name} (…, n, n), got ${formatShape(mean.shape)} and ${formatShape(matrix.shape)}.`,
      );
    }
    if (validateArgs) {
      checkValues(owner, 'loc', mean, realVector);
      checkValues(owner, name, matrix, name === 'scaleTril' ? lowerCholesky : positiveDefinite);
    }
    const batch = commonShape(owner, [mean.shape.slice(0, -1), matrix.shape.slice(0, -2)]);
    super(owner, mean, batch, [n]);
    this.loc = expandTo(mean, [...batch, n]);
    const factor =
      name === 'scaleTril'
        ? matrix
        : name === 'covarianceMatrix'
          ? cholesky(matrix)
          : fromPrecision(matrix);
    this.scaleTril = expandTo(factor, [...batch, n, n]);
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return realVector;
  }
  get mean(): Tensor {
    return this.loc;
  }
  override get mode(): Tensor {
    return this.loc;
  }
  get variance(): Tensor {
    return this.scaleTril.square().sum(-1);
  }
  /** Σ = L Lᵀ, (…batchShape, n, n). */
  get covarianceMatrix(): Tensor {
    return this.scaleTril.matmul(this.scaleTril, { transposeB: true });
  }
  /** Σ⁻¹, (…batchShape, n, n). */
  get precisionMatrix(): Tensor {
    const { scaleTril } = this;
    const inverse = solveTriangular(scaleTril, identityLike(scaleTril, this.eventShape[0]!));
    return inverse.matmul(inverse, { transposeA: true });
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const noise = normalNoise(this.shapeOf(sampleShape), this.loc, options).unsqueeze(-1);
    return this.scaleTril.matmul(noise).squeeze(-1).add(this.loc);
  }

  logProb(value: Tensor | number): Tensor {
    const apart = this.asValue(value).sub(this.loc); // (…, n)
    const z = solveTriangular(this.scaleTril, apart.unsqueeze(-1)).squeeze(-1);
    const n = this.eventShape[0]!;
    return z
      .square()
      .sum(-1)
      .mul(-0.5)
      .sub(this.halfLogDet())
      .sub(n * HALF_LOG_TWO_PI);
  }

  override entropy(): Tensor {
    return this.halfLogDet().add(this.eventShape[0]! * (0.5 + HALF_LOG_TWO_PI));
  }

  expand(batchShape: Shape): MultivariateNormal {
    this.requireExpandable(batchShape);
    const [n] = this.eventShape as [number]; // vectors
    return new MultivariateNormal(expandTo(this.loc, [...batchShape, n]), {
      scaleTril: expandTo(this.scaleTril, [...batchShape, n, n]),
      validateArgs: false,
    });
  }

  /** ½ log det Σ = Σ log Lᵢᵢ. @internal */
  halfLogDet(): Tensor {
    return diagonal(this.scaleTril).log().sum(-1);
  }
}

/** The Cholesky factor of P⁻¹: that of P with rows and columns reversed, turned round and inverted. */
function fromPrecision(p: Tensor): Tensor {
  const n = p.shape.at(-1)!;
  const turned = cholesky(p.flip([-2, -1]))
    .flip([-2, -1])
    .transpose(-1, -2); // lower, U with P = Uᵀ U
  return solveTriangular(turned, identityLike(p, n));
}

/**
 * The normal distribution of vectors whose elements are independent: `MultivariateNormal` with a diagonal covariance,
 * at a cost that grows with n and not with n².
 *
 * $$ \log p(x) = \sum_i \left( -\tfrac12 \left( \tfrac{x_i - \mu_i}{\sigma_i} \right)^2 - \log \sigma_i \right) - \tfrac n2 \log 2\pi, \quad \mathrm{E}[x] = \mu $$
 *
 * loc and scaleDiag are (…, n). TensorFlow Probability's name; in PyTorch it is `Independent(Normal(loc, scale), 1)`.
 *
 * @throws RangeError unless the scales are positive.
 * @throws {@link ShapeError} if the shapes do not fit.
 *
 * @example
 * import { MultivariateNormalDiag } from '@kasane/distributions';
 * import { tensor, zeros } from '@kasane/tensor-core';
 * const p = new MultivariateNormalDiag(zeros([2]), tensor([1, 2]));
 * p.logProb(tensor([0, 2])).item().toFixed(4); // => -3.0310
 * @category Multivariate
 */
export class MultivariateNormalDiag extends Distribution {
  /** The mean, (…batchShape, n). */
  readonly loc: Tensor;
  /** The standard deviations, (…batchShape, n). */
  readonly scaleDiag: Tensor;

  constructor(loc: Tensor, scaleDiag: Tensor, options?: DistributionOptions) {
    const owner = 'MultivariateNormalDiag';
    const { validateArgs = true } = optionsOf(owner, options, ['validateArgs']);
    const [mean, scale] = asTensors(owner, { loc, scaleDiag }) as [Tensor, Tensor]; // as many
    if (mean.ndim === 0 || mean.shape.at(-1) !== scale.shape.at(-1)) {
      throw new ShapeError(
        `${owner}: needs loc and scaleDiag (…, n), got ${formatShape(mean.shape)} and ${formatShape(scale.shape)}.`,
      );
    }
    if (validateArgs) {
      checkValues(owner, 'loc', mean, realVector);
      checkValues(owner, 'scaleDiag', scale, positiveVector);
    }
    const shape = commonShape(owner, [mean.shape, scale.shape]);
    super(owner, mean, shape.slice(0, -1), shape.slice(-1));
    this.loc = expandTo(mean, shape);
    this.scaleDiag = expandTo(scale, shape);
  }

  override get hasRsample(): boolean {
    return true;
  }
  get support(): Constraint {
    return realVector;
  }
  get mean(): Tensor {
    return this.loc;
  }
  override get mode(): Tensor {
    return this.loc;
  }
  get variance(): Tensor {
    return this.scaleDiag.square();
  }
  /** The Cholesky factor of the covariance, (…batchShape, n, n). */
  get scaleTril(): Tensor {
    const { scaleDiag } = this;
    return scaleDiag.unsqueeze(-1).mul(identityLike(scaleDiag, this.eventShape[0]!));
  }
  /** (…batchShape, n, n). */
  get covarianceMatrix(): Tensor {
    const { variance } = this;
    return variance.unsqueeze(-1).mul(identityLike(variance, this.eventShape[0]!));
  }

  protected draw(sampleShape: Shape, options: SampleOptions): Tensor {
    const noise = normalNoise(this.shapeOf(sampleShape), this.loc, options);
    return noise.mul(this.scaleDiag).add(this.loc);
  }

  logProb(value: Tensor | number): Tensor {
    const z = this.asValue(value).sub(this.loc).div(this.scaleDiag);
    const n = this.eventShape[0]!;
    return z
      .square()
      .mul(-0.5)
      .sub(this.scaleDiag.log())
      .sum(-1)
      .sub(n * HALF_LOG_TWO_PI);
  }

  override entropy(): Tensor {
    const n = this.eventShape[0]!;
    return this.scaleDiag
      .log()
      .sum(-1)
      .add(n * (0.5 + HALF_LOG_TWO_PI));
  }

  expand(batchShape: Shape): MultivariateNormalDiag {
    this.requireExpandable(batchShape);
    const shape = [...batchShape, ...this.eventShape];
    const scale = expandTo(this.scaleDiag, shape);
    return new MultivariateNormalDiag(expandTo(this.loc, shape), scale, { validateArgs: false });
  }

  /** ½ log det Σ. @internal */
  halfLogDet(): Tensor {
    return this.scaleDiag.log().sum(-1);
  }
}
