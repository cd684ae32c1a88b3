/**
 * The two players of a DCGAN of digits, batch 64: a generator 100 → 128×7×7 → 64×14×14 → 28×28 of transposed convolutions,
 * kernel 4, stride 2, with batch normalisation and ReLU, and its mirror with leaky ReLU.
 *
 *     L_D = mean softplus(−D(x)) + mean softplus(D(G(z))),   L_G = mean softplus(−D(G(z)))
 *
 * A step is an update of each player with Adam, after which L_D + L_G is read. The noise z is data here, as all sides must see the
 * same. tfjs is not here: its WebAssembly backend has no gradient of convolutions, and its JavaScript backend takes minutes.
 */
import { backward } from '@kasane/autograd';
import { DCGANDiscriminator, DCGANGenerator, nonSaturatingLoss } from '@kasane/generative';
import { Adam } from '@kasane/optim';
import { noGrad, scope, tensor, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { numbers } from '../numbers.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { onThreads, type Workload } from '../workload.ts';
import { COMPARED, seed } from './classifier.ts';
import { training } from './training.ts';

const [BATCH, SIDE, LATENT] = [64, 28, 100];

export const dcgan: Workload = {
  id: 'dcgan',
  title: `training step of both networks of a DCGAN for digits, batch ${BATCH}, Adam${onThreads(2)}, compiled`,
  unit: 'ms',
  threads: 2,
  goals: [{ atMost: 160 }],
  native: true,

  ours: kasane(() => {
    const G = new DCGANGenerator(SIDE, { latentSize: LATENT });
    const D = new DCGANDiscriminator(SIDE);
    seed(G);
    seed(D);
    const how = { lr: 2e-4, betas: [0.5, 0.999] } as const;
    const [ofG, ofD] = [new Adam(G.parameters(), how), new Adam(D.parameters(), how)];
    const game = nonSaturatingLoss();
    const x = tensor(numbers(BATCH * SIDE * SIDE, 1), [BATCH, 1, SIDE, SIDE]);
    const z = tensor(numbers(BATCH * LATENT, 20), [BATCH, LATENT]);
    const judge = compile((x: Tensor, z: Tensor): Tensor => {
      const made = noGrad(() => G.forward(z));
      const loss = game.discriminator(D.forward(x), D.forward(made.detach()));
      backward(loss);
      ofD.step();
      ofD.zeroGrad();
      return loss;
    });
    const make = compile((z: Tensor): Tensor => {
      const loss = game.generator(D.forward(G.forward(z)));
      backward(loss);
      ofG.step();
      ofG.zeroGrad();
      ofD.zeroGrad(); // D is asked, and learns nothing of this
      return loss;
    });
    return training(() => scope(() => judge(x, z).item() + make(z).item()), COMPARED);
  }, 2),

  peers: [pytorch('dcgan.py', 1), pytorch('dcgan.py', 2)],
};
