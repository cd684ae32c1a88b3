import { grad } from '@kasane/autograd';
import { eye, Generator, rand, randn, tensor } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { float64 } from '../../float64.ts';
import { largestDifference, standardDeviation } from '../../statistics.ts';
import { bitsOf, BITS, draw, forward, initialise } from './network.ts';
import type { Settings, Weights } from './network.ts';

const sigmoid = (u: number): number => 1 / (1 + Math.exp(-u));
/** The activations in plain numbers. */
const PLAIN = { sigmoid, relu: (u: number): number => Math.max(0, u), tanh: Math.tanh } as const;

/** What holds before any training: the formulas of the forward pass, and how weights are drawn. */
export async function formulas(settings: Settings, seed: number): Promise<Check[]> {
  const generator = new Generator(seed);
  const weights = initialise(settings, generator);
  const x = bitsOf([[105, 58]]); // T × (1, 2)
  const { u, z, y } = forward(weights, x, settings);
  const reversed = forward(weights, x.toReversed(), settings).y;
  const shapes = [weights.wIn, weights.wOut, weights.w].map(({ shape }) => `(${shape.join(', ')})`);

  const drawn = async (init: Settings['init']): Promise<number> =>
    standardDeviation([...(await draw(1000, 1000, { init, std: 1 }, generator).data())]);
  const [he, xavier] = [await drawn('he'), await drawn('xavier')];

  return [
    check(
      1,
      'answers change when the order of the bits is reversed',
      largestDifference(await y.data(), (await reversed.data()).toReversed()) > 0,
    ).equals(true),
    ...golden(),
    ...activations(settings, seed),
    check(8, 'columns of u, of z, for 8 steps', `${u.length}, ${z.length}`).equals(
      `${BITS + 1}, ${BITS + 1}`,
    ),
    check(8, 'largest entry of the first state', Math.max(...(await z[0]!.abs().data()))).equals(0),
    check(10, 'shapes of W_in, W_out and W', shapes.join(', ')).equals(
      `(2, ${settings.hidden}), (${settings.hidden}, 1), (${settings.hidden}, ${settings.hidden})`,
    ),
    check(
      [3, 11],
      'one run of 8 steps against 8 single steps',
      largestDifference(await y.data(), await singleSteps(weights, x, settings)),
    ).atMost(1e-12),
    check(15, "standard deviation of 1,000 × 1,000 of He's weights", he).near(
      Math.sqrt(2 / 1000),
      0.01 * Math.sqrt(2 / 1000),
    ),
    check(16, "standard deviation of 1,000 × 1,000 of Xavier's weights", xavier).near(
      1 / Math.sqrt(1000),
      0.01 / Math.sqrt(1000),
    ),
    tanhSlope(),
  ];
}

/** Step by step, each from the state that the step before has shown. */
async function singleSteps(
  weights: Weights,
  x: readonly Tensor[],
  settings: Settings,
): Promise<number[]> {
  const answers: number[] = [];
  let state: Tensor | undefined;
  for (const xt of x) {
    const { z, y } = forward(weights, [xt], settings, state);
    answers.push(...(await y.data()));
    // Only the numbers are handed on, as they would be shown.
    state = tensor(await z[1]!.data(), z[1]!.shape);
  }
  return answers;
}

/** The golden step: W_in = 0.5, W = 0.8, W_out = 1, no biases, x = 1 and then 0. */
function golden(): Check[] {
  const scalar = (value: number): Tensor => tensor([[value]], float64());
  const weights = { wIn: scalar(0.5), w: scalar(0.8), wOut: scalar(1) };
  const settings = { activation: 'sigmoid', derivative: 'true' } as const;
  const { u, z, v, y } = forward(weights, [scalar(1), scalar(0)], settings);
  const at = (t: Tensor, i = 0): number => t.dataSync()[i]!;
  return [
    check(4, 'u at step 1 of the golden example', at(u[1]!)).near(0.5, 1e-12),
    check(5, 'z at step 1', at(z[1]!)).near(0.622459, 5e-7),
    check(6, 'v at step 1', at(v)).near(0.622459, 5e-7),
    check(7, 'y at step 1', at(y)).near(0.650778, 5e-7),
    check(4, 'u at step 2', at(u[2]!)).near(0.497967, 5e-7),
    check(5, 'z at step 2', at(z[2]!)).near(0.621982, 5e-7),
    check([7, 9], 'y at step 2', at(y, 1)).near(0.650669, 5e-7),
  ];
}

/** z = f(u) for each f, v linear in z, and y between 0 and 1, with weights of float64. */
function activations({ hidden }: Settings, seed: number): Check[] {
  const options = { ...float64(), generator: new Generator(seed) };
  const xavier = (fanIn: number, fanOut: number): Tensor =>
    randn([fanIn, fanOut], options).mul(1 / Math.sqrt(fanIn));
  const weights = { wIn: xavier(2, hidden), w: xavier(hidden, hidden), wOut: xavier(hidden, 1) };
  const x = Array.from({ length: BITS }, () => randn([1, 2], options));
  const passes = (['sigmoid', 'tanh', 'relu'] as const).map((activation) => {
    const { u, z, v, y } = forward(weights, x, { activation, derivative: 'true' });
    const [us, zs] = [u, z].map((ts) => ts.slice(1).flatMap((t) => [...t.dataSync()]));
    const wanted = us!.map(PLAIN[activation]);
    return { activation, apart: largestDifference(zs!, wanted), z, v, y };
  });
  // With W_in = 0, W = 1 and ReLU a step hands on a state that has nothing below zero.
  const carry = { ...weights, wIn: weights.wIn.mul(0), w: eye(hidden, hidden, float64()) };
  const output = (z0: Tensor): number =>
    forward(carry, x.slice(0, 1), { activation: 'relu', derivative: 'true' }, z0).v.item();
  const [one, other] = [rand([1, hidden], options), rand([1, hidden], options)];
  const linear = Math.abs(output(one.mul(2).add(other)) - (2 * output(one) + output(other)));
  const ys = passes.flatMap(({ y }) => [...y.dataSync()]);
  return [
    ...passes.map(({ activation, apart }) =>
      check(5, `z against ${activation}(u), largest difference`, apart).below(1e-12),
    ),
    check(6, 'v of 2 z + z′ against 2 v + v′', linear).below(1e-12),
    check(7, 'smallest y', Math.min(...ys)).above(0),
    check(7, 'largest y', Math.max(...ys)).below(1),
    check(9, 'y against σ(W_out z), step by step', stepwise(passes[0]!, weights)).below(1e-12),
  ];
}

/** How far all answers at once are from answers computed state by state. */
const stepwise = (
  { z, y }: { readonly z: readonly Tensor[]; readonly y: Tensor },
  { wOut }: Weights,
): number =>
  largestDifference(
    y.dataSync(),
    z.slice(1).map((zt) => sigmoid(zt.matmul(wOut).item())),
  );

function tanhSlope(): Check {
  const h = 1e-5;
  const difference = (Math.tanh(0.7 + h) - Math.tanh(0.7 - h)) / (2 * h);
  const slope = grad((u: Tensor) => u.tanh())(tensor(0.7, float64())).item();
  const apart = Math.abs(slope - difference);
  return check(19, "tanh' at 0.7 against a finite difference", apart).below(1e-6);
}
