import { backward, customVjp, grad, gradients, noGrad } from '@kasane/autograd';
import { SGD } from '@kasane/optim';
import { tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { float64 } from '../../float64.ts';
import { largestDifference } from '../../statistics.ts';
import { ACTIVATIONS, contributions, deltas, errorOf, forward, numbers, total } from './network.ts';
import type { Activation, Deltas, Trace, Weights } from './network.ts';

const STEP = 1e-6; // of the numerical derivatives
const LEARNING_RATE = 0.1; // of the one step of descent

export const NAMES = ['wIn', 'w', 'wOut', 'b', 'c'] as const;

/** What a network is given, and what it shall answer. */
export interface Example {
  readonly weights: Weights;
  readonly x: readonly Tensor[]; // T × (1, I)
  readonly d: readonly Tensor[]; // T × (1, O)
}

/** The gradient of each weight, from E moved a little up and down. */
export function byDifferences({ weights, x, d }: Example, f: Activation['f']): number[][] {
  return NAMES.map((name) => {
    const values = weights[name].dataSync();
    const error = (i: number, change: number): number => {
      const moved = values.slice();
      moved[i]! += change;
      const there = { ...weights, [name]: tensor(moved, weights[name].shape, float64()) };
      return noGrad(() => errorOf(forward(there, x, f).y, d)).item();
    };
    return Array.from(values, (_, i) => (error(i, STEP) - error(i, -STEP)) / (2 * STEP));
  });
}

/** ∂E/∂u^t by autograd: of a shift that is added to each u^t. */
export function byShift({ weights, x, d }: Example, f: Activation['f']): Tensor[] {
  const shift = x.map(() => zeros(weights.b.shape, { ...float64(), requiresGrad: true }));
  return gradients([errorOf(forward(weights, x, f, shift).y, d)], shift).map((g) => g!);
}

/** One step of descent with the gradients that the weights hold. */
export function oneStep(weights: Weights, gradientsOfAll: readonly Tensor[]): Check {
  const all = NAMES.map((name) => weights[name]);
  const before = all.map((weight) => weight.detach().add(0));
  new SGD(all, { lr: LEARNING_RATE }).step();
  const expected = before.map((value, i) => value.sub(gradientsOfAll[i]!.mul(LEARNING_RATE)));
  const apart = largestDifference(numbers(expected), numbers(all.map((one) => one.detach())));
  return check(27, 'weights after a step against before − ε · gradient', apart).below(1e-15);
}

/** With an error at the last step only: which steps add to which gradient? */
export function reach(
  { weights, x, d }: Example,
  trace: Trace,
  slope: Activation['slope'],
): Check[] {
  const last = x.length - 1;
  const silent = trace.y.map((yt, t) => (t < last ? yt : d[t]!));
  const late = contributions(x, trace, deltas(weights, trace, silent, slope));
  const steps = (name: keyof Weights): number =>
    late[name].filter((term) => term.abs().sum().item() > 0).length;
  return [
    check(27, 'steps that the last error reaches in W_in', steps('wIn')).equals(x.length),
    check(27, 'steps that the last error reaches in W (z0 is zero)', steps('w')).equals(last),
    check(27, 'steps that the last error reaches in b', steps('b')).equals(x.length),
    check(27, 'steps that the last error reaches in W_out', steps('wOut')).equals(1),
    check(27, 'steps that the last error reaches in c', steps('c')).equals(1),
  ];
}

/** Each node is visited once, however often its value is used. */
export function visits(): Check[] {
  let count = 0;
  const counted = customVjp<[Tensor]>({
    name: 'counted',
    forward: (a) => a.square(),
    backward: (g, { inputs: [a] }) => {
      count++;
      return [g.mul(a).mul(2)];
    },
  });
  const leaf = tensor(3, { ...float64(), requiresGrad: true });
  const shared = counted(leaf);
  backward(shared.mul(shared).add(shared)); // s² + s with s = a², so 4a³ + 2a
  return [
    check(21, 'visits of a node that is used three times', count).equals(1),
    check(21, 'gradient through it at 3', leaf.grad!.item()).equals(114),
  ];
}

/** The quizzes: z = t² with t = x + y; and y1 from x1, z0 and the weights. */
export function quizzes(): Check[] {
  const scalar = (value: number): Tensor => tensor([[value]], float64());
  const dzdx = grad((a: Tensor, b: Tensor) => a.add(b).square())(scalar(2), scalar(3)).item();
  const golden = forward(
    { wIn: scalar(0.5), w: scalar(0.8), wOut: scalar(1), b: scalar(0), c: scalar(0) },
    [scalar(1)],
    ACTIVATIONS.sigmoid.f,
  );
  return [
    check(22, 'dz/dx of z = t², t = x + y at x = 2, y = 3', dzdx).equals(10),
    check(26, 'z1 for W_in = 0.5, x = 1, z0 = 0', golden.z[1]!.item()).near(0.622459, 5e-7),
    check(26, 'y1 for W_out = 1', golden.y[0]!.item()).near(0.650778, 5e-7),
  ];
}

/** The quiz of the course: which product carries δ back? Its U, W, V are the transposes of ours. */
const CARRIES: Readonly<Record<string, (delta: Tensor, weights: Weights) => Tensor>> = {
  'delta_t.dot(W)': (delta, { wIn }) => delta.matmul(wIn.t()),
  'delta_t.dot(U)': (delta, { w }) => delta.matmul(w.t()),
  'delta_t.dot(V)': (delta, { wOut }) => delta.matmul(wOut.t()),
  'delta_t.dot(U.T)': (delta, { w }) => delta.matmul(w),
};

/** The challenge: which product goes back in time, with the identity for f? */
export function challenge({ weights, x, d }: Example): Check {
  const { identity } = ACTIVATIONS;
  const trace = forward(weights, x, identity.f);
  const matrices = [weights.wIn, weights.w, weights.wOut];
  const truth = numbers(gradients([errorOf(trace.y, d)], matrices).map((g) => g!));
  const right = Object.entries(CARRIES).filter(([, carry]) => {
    const back: Deltas = deltas(weights, trace, d, identity.slope, (delta) =>
      carry(delta, weights),
    );
    const { wIn, w, wOut } = contributions(x, trace, back);
    return largestDifference(numbers([total(wIn), total(w), total(wOut)]), truth) < 1e-10;
  });
  const names = right.map(([name]) => name).join(' and ');
  return check(29, 'the product that carries δ back', names).equals('delta_t.dot(U)');
}
