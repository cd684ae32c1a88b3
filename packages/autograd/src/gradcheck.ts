import {
  DTypeError,
  optionsOf,
  requireTensors,
  scope,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { call, pull, pullEach } from './trace.ts';

/** Options of `gradcheck`. */
export interface GradcheckOptions {
  /** Step of the finite differences. Default 1e-6. */
  readonly eps?: number;
  /** Absolute tolerance. Default 1e-5. */
  readonly atol?: number;
  /** Relative tolerance. Default 1e-3. */
  readonly rtol?: number;
}

const optionNames = ['eps', 'atol', 'rtol'] as const;

/**
 * Thrown by `gradcheck` when a gradient is wrong.
 *
 * @example
 * import { gradcheck, GradcheckError } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * let caught: unknown;
 * try {
 *   gradcheck((x: Tensor): Tensor => x.mul(x.detach()), [tensor([3], { dtype: 'float64' })]);
 * } catch (error) {
 *   caught = error;
 * }
 * caught instanceof GradcheckError; // => true
 */
export class GradcheckError extends Error {
  override readonly name = 'GradcheckError';
}

/**
 * Compares the gradients of `f` with central differences, for every pair of an input and an output element. Returns true,
 * or throws.
 *
 * $$ \left| \frac{\partial f_j}{\partial x_i} - d_{ji} \right| \le \text{atol} + \text{rtol} \, |d_{ji}| $$
 *
 * $$ d_{ji} = \frac{f_j(x + \varepsilon e_i) - f_j(x - \varepsilon e_i)}{2 \varepsilon} $$
 *
 * Same as `torch.autograd.gradcheck`, which only warns of float32.
 *
 * @throws {@link GradcheckError} at the first pair that disagrees.
 * @throws {@link DTypeError} if no input is float64, or one is float32.
 *
 * @example
 * import { gradcheck } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * gradcheck((x: Tensor): Tensor => x.sin(), [tensor([0.5, 1], { dtype: 'float64' })]); // => true
 */
export function gradcheck<A extends readonly Tensor[]>(
  f: (...args: A) => Tensor,
  args: A,
  options: GradcheckOptions = {},
): boolean {
  requireTensors('gradcheck', args);
  const { eps = 1e-6, atol = 1e-5, rtol = 1e-3 } = optionsOf('gradcheck', options, optionNames);
  const positions = float64Positions('gradcheck', args);
  scope(() => {
    const { output, inputs } = call('gradcheck', f, args, positions);
    const analytic = pullEach(output, inputs, false).map((row) => row.map((g) => g.dataSync()));
    positions.forEach((position, which) => {
      for (let i = 0; i < args[position]!.size; i++) {
        const numeric = difference(f, args, position, i, eps);
        for (let j = 0; j < output.size; j++) {
          const got = analytic[j]![which]![i]!;
          const want = numeric[j]!;
          if (Math.abs(got - want) <= atol + rtol * Math.abs(want)) continue;
          throw new GradcheckError(
            `gradcheck: d output[${j}] / d input ${position}[${i}] is ${got} by its rule and ${want} by differences with eps ${eps}.`,
          );
        }
      }
    });
  });
  return true;
}

/**
 * Checks second derivatives: `gradcheck` of the gradient of the output, with fixed weights $w$; PyTorch draws them.
 *
 * $$ g(x) = \nabla_x \sum_j w_j f_j(x), \quad w_j = \cos(j + 1) $$
 *
 * @throws {@link GradcheckError} at the first pair that disagrees.
 * @throws {@link DTypeError} if no input is float64, or one is float32.
 *
 * @example
 * import { gradgradcheck } from '@kasane/autograd';
 * import { tensor, type Tensor } from '@kasane/tensor-core';
 * gradgradcheck((x: Tensor): Tensor => x.sin(), [tensor([0.5, 1], { dtype: 'float64' })]); // => true
 */
export function gradgradcheck<A extends readonly Tensor[]>(
  f: (...args: A) => Tensor,
  args: A,
  options: GradcheckOptions = {},
): boolean {
  requireTensors('gradgradcheck', args);
  optionsOf('gradgradcheck', options, optionNames);
  const positions = float64Positions('gradgradcheck', args);
  for (const which of positions.keys()) {
    const gradient = (...inner: A): Tensor => {
      const { output, inputs } = call('gradgradcheck', f, inner, positions);
      // Distinct weights, so that no two outputs can hide each other's error.
      const weights = Float64Array.from({ length: output.size }, (_, i) => Math.cos(i + 1));
      const seed = tensor(weights, output.shape, { dtype: 'float64', backend: output.backend });
      return pull([output], inputs, [seed], true)[which]!;
    };
    gradcheck(gradient, args, options);
  }
  return true;
}

/** Which arguments are checked: those of float64, for float32 has too few digits. */
function float64Positions(owner: string, args: readonly Tensor[]): number[] {
  const positions = args.map((_, i) => i).filter((i) => args[i]!.dtype === 'float64');
  if (positions.length === 0 || args.some((t) => t.dtype === 'float32')) {
    throw new DTypeError(`${owner}: needs float64 inputs. Use .cast("float64").`);
  }
  return positions;
}

/** (f(x + ε) - f(x - ε)) / 2ε for element `i` of argument `position`. */
function difference<A extends readonly Tensor[]>(
  f: (...args: A) => Tensor,
  args: A,
  position: number,
  i: number,
  eps: number,
): Float64Array {
  const at = (step: number): Float64Array => {
    const moved = args.map((arg, p) => {
      if (p !== position) return arg;
      const values = arg.dataSync();
      values[i]! += step;
      return tensor(values, arg.shape, { dtype: 'float64', backend: arg.backend });
    });
    // Mapping keeps the tuple's length and element type, which the type of map does not say.
    return Float64Array.from(f(...(moved as readonly Tensor[] as A)).dataSync());
  };
  const plus = at(eps);
  const minus = at(-eps);
  return plus.map((v, j) => (v - minus[j]!) / (2 * eps));
}
