/** What holds exactly, whatever is learned: a block whose F is 0 is the identity. */
import { jacobian } from '@kasane/autograd';
import { Conv2d } from '@kasane/layers-cnn';
import { BasicBlock, PreActivationBlock, Residual } from '@kasane/layers-cnn/models';
import { init } from '@kasane/nn';
import { eye, noGrad, rand, randn } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import type { Part } from '../../exercise.ts';
import { float64 } from '../../float64.ts';
import { largestDifference } from '../../statistics.ts';
import { CHANNELS } from './network.ts';

/** The derivative of a residual block of 2 channels of 3 × 3 whose F is 0: (18, 18). */
function* slope(
  options: { readonly generator: Generator } & ReturnType<typeof float64>,
): Part<never, Tensor> {
  const body = new Conv2d(2, 2, 3, { padding: 1, ...options });
  init.zeros(body.weight);
  init.zeros(body.bias!);
  const residual = new Residual(body);
  const point = randn([1, 2, 3, 3], options);
  const found = jacobian((x) => residual.forward(x), point).reshape([18, 18]);
  const names = Array.from({ length: 18 }, (_, i) => String(i + 1));
  const all = [...found.dataSync()];
  yield {
    type: 'heatmap',
    name: '∂y/∂x of y = x + F(x) with F = 0',
    rows: names,
    columns: names,
    values: names.map((_, i) => all.slice(18 * i, 18 * i + 18)),
    x: 'x',
    y: 'y',
  };
  return found;
}

/** Blocks that have nothing to change. */
export function* withoutChange(generator: Generator): Part<never, Check[]> {
  const options = { generator, ...float64() };
  const found = yield* slope(options);
  const positive = rand([2, CHANNELS, 6, 6], options);
  const basic = new BasicBlock(CHANNELS, CHANNELS, options);
  init.zeros(basic.bn2.weight!);
  const any = randn([2, CHANNELS, 6, 6], options);
  const preActivation = new PreActivationBlock(CHANNELS, CHANNELS, options);
  init.zeros(preActivation.conv2.weight);
  const moved = (block: BasicBlock | PreActivationBlock, x: Tensor): number =>
    largestDifference(noGrad(() => block.forward(x)).dataSync(), x.dataSync());
  const identity = eye(18, 18, float64()).dataSync();
  return [
    check(114, 'y = x + F(x) with F = 0: ∂y/∂x against the identity matrix', largestDifference(found.dataSync(), identity)).equals(0),
    check(115, 'BasicBlock, last normalisation 0: output against a non-negative input', moved(basic, positive)).equals(0),
    check(115, 'PreActivationBlock, last weights 0: output against any input', moved(preActivation, any)).equals(0),
  ]; // prettier-ignore
}
