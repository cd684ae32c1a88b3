import { backward } from '@kasane/autograd';
import { RNN } from '@kasane/layers-rnn';
import { Linear } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { Generator, scope, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { float64 } from '../../float64.ts';
import { largestDifference } from '../../statistics.ts';
import { bit, BITS, forward, initialise, LARGEST, lossOf, PLACES } from './network.ts';
import type { Settings } from './network.ts';

const STEPS = 100;

/** The same network made of layers, from the same weights and on the same pairs: it must learn the same. */
export async function sideBySide(
  settings: Settings & { readonly lr: number },
  seed: number,
): Promise<Check> {
  const { hidden, lr, activation } = settings;
  const generator = new Generator(seed);
  const { wIn, w, wOut } = initialise(settings, generator);
  const copy = async (t: Tensor): Promise<Tensor> =>
    tensor(await t.data(), t.shape, { ...float64(), requiresGrad: true });
  const weights = { wIn: await copy(wIn), w: await copy(w), wOut: await copy(wOut) };

  const rnn = new RNN(2, hidden, { nonlinearity: activation, bias: false, ...float64() });
  const dense = new Linear(hidden, 1, { bias: false, ...float64() });
  rnn.loadStateDict({ weight_ih_l0: weights.wIn.t(), weight_hh_l0: weights.w.t() });
  dense.loadStateDict({ weight: weights.wOut.t() });

  const byHand = new SGD(Object.values(weights), { lr });
  const byLayers = new SGD([...rnn.parameters(), ...dense.parameters()], { lr });
  let apart = 0;
  for (let step = 0; step < STEPS; step++) {
    scope(() => {
      const [a, b] = [generator.below(LARGEST), generator.below(LARGEST)];
      const bits = PLACES.map((t) => [bit(a, t), bit(b, t)]);
      const d = tensor(
        PLACES.map((t) => [bit(a + b, t)]),
        float64(),
      );
      const x = bits.map((both) => tensor([both], float64())); // T × (1, 2)
      const y = forward(weights, x, { activation, derivative: 'true' }).y; // (T, 1)
      const states = rnn.forward(tensor(bits.flat(), [BITS, 1, 2], float64())).output; // (T, 1, H)
      const answers = dense.forward(states).sigmoid().reshape([BITS, 1]);
      apart = Math.max(apart, largestDifference(y.dataSync(), answers.dataSync()));
      byHand.zeroGrad();
      byLayers.zeroGrad();
      backward(lossOf(y, d));
      backward(lossOf(answers, d));
      byHand.step();
      byLayers.step();
    });
  }
  return check(
    [20, 27],
    `${STEPS} steps on plain tensors and with RNN and Linear: largest difference of an answer`,
    apart,
  ).below(1e-10);
}
