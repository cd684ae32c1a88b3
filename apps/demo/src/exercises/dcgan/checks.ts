import type { DCGANDiscriminator, DCGANGenerator } from '@kasane/generative';
import { AvgPool2d, Conv2d, ConvTranspose2d, MaxPool2d } from '@kasane/layers-cnn';
import { gradients } from '@kasane/autograd';
import { LeakyReLU, ReLU, type Sequential } from '@kasane/nn';
import {
  noGrad,
  randn,
  scope,
  tensor,
  zeros,
  type Generator,
  type Tensor,
} from '@kasane/tensor-core';
import { check, type Check } from '../../check.ts';
import type { Cell } from '../../events/event.ts';
import type { Part } from '../../exercise.ts';
import { float64 } from '../../float64.ts';

const DCGAN = { stride: 2, padding: 1, bias: false } as const; // with kernels of 4
const sizeOf = ({ shape }: Tensor): string => `${shape.at(-2)} × ${shape.at(-1)}`;

/** What transposed convolutions, strided ones and leaky ReLU do, whatever was learnt. */
export function layerChecks(generator: Generator): readonly Check[] {
  return scope(() => {
    const exact = float64();
    const down = new Conv2d(3, 5, 4, { ...DCGAN, ...exact, generator });
    const up = new ConvTranspose2d(5, 3, 4, { ...DCGAN, ...exact, generator });
    up.weight.assign(down.weight.detach()); // (5, 3, 4, 4) of both: 5 channels from 3, and back
    const [x, y] = [[2, 3, 8, 8], [2, 5, 4, 4]].map((shape) => randn(shape, { ...exact, generator })); // prettier-ignore
    const [there, back] = noGrad(() => [down.forward(x!).mul(y!).sum().item(), up.forward(y!).mul(x!).sum().item()]); // prettier-ignore
    const wide = new ConvTranspose2d(1, 1, 4, { ...DCGAN, generator }).forward(zeros([1, 1, 4, 4]));
    const half = new Conv2d(1, 1, 4, { ...DCGAN, generator }).forward(zeros([1, 1, 64, 64]));
    const leaky = new LeakyReLU();
    const at = tensor([2, -2, 0], { requiresGrad: true });
    const values = leaky.forward(at);
    const [slopes] = gradients([values.sum()], [at]);
    const [f, g] = [values, slopes!].map((t) => [...t.dataSync()]);
    return [
      check(157, 'transposed convolution of 4 × 4, kernel 4, stride 2, padding 1', sizeOf(wide)).equals('8 × 8'),
      check(157, '⟨Ax, y⟩ and ⟨x, Aᵀy⟩ of a convolution A and the transposed one, apart by', Math.abs(there! - back!)).below(1e-6),
      check(158, 'convolution of 64 × 64, kernel 4, stride 2, padding 1', sizeOf(half)).equals('32 × 32'),
      check(159, 'leaky ReLU of 2', f![0]!).equals(2),
      check(159, 'leaky ReLU of −2', f![1]!).near(-0.02, 1e-8),
      check(159, 'leaky ReLU of 0', f![2]!).equals(0),
      check(159, 'its slope at 2', g![0]!).equals(1),
      check(159, 'its slope at −2', g![1]!).near(0.01, 1e-8),
    ];
  }); // prettier-ignore
}

/** The layers of both players with the sizes of what they give. */
export function* architecture(
  G: DCGANGenerator,
  D: DCGANDiscriminator,
): Part<never, readonly Check[]> {
  const rows: Cell[][] = [];
  for (const player of [G, D]) player.eval(); // nothing is learnt of zeros
  const walk = (player: string, layers: Sequential, input: Tensor): string =>
    scope(() => {
      const sides = [input.shape.at(-1)!];
      let x = input;
      for (const layer of [...layers]) {
        x = noGrad(() => layer.forward(x));
        rows.push([player, layer.constructor.name, x.shape.slice(1).join(' × ')]);
        if (x.shape.at(-1) !== sides.at(-1)) sides.push(x.shape.at(-1)!);
      }
      return sides.join(' ');
    });
  const made = walk('G', G.layers, zeros([2, G.latentSize, 1, 1]));
  const judged = walk('D', D.layers, zeros([2, 1, 28, 28]));
  for (const player of [G, D]) player.train();
  yield { type: 'table', name: 'the two players', columns: ['player', 'layer', 'gives'], rows };
  const count = (of: DCGANGenerator | DCGANDiscriminator, ...kinds: (new (...a: never[]) => object)[]): number =>
    of.modules().filter((module) => kinds.some((kind) => module instanceof kind)).length; // prettier-ignore
  return [
    check(157, 'sides of what G makes of a number', made).equals('1 7 14 28'),
    check(157, 'ReLUs of G, behind all but its last layer', count(G, ReLU)).equals(count(G, ConvTranspose2d) - 1),
    check(158, 'sides of what D makes of a digit', judged).equals('28 14 7 1'),
    check(158, 'poolings of D', count(D, MaxPool2d, AvgPool2d)).equals(0),
    check(158, 'leaky ReLUs of D, behind all but its last layer', count(D, LeakyReLU)).equals(count(D, Conv2d) - 1),
  ]; // prettier-ignore
}
