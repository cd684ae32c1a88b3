/**
 * Backpropagation through time, derived by hand and held against autograd: every gradient agrees to
 * 1e-10 in float64.
 *
 * The network is a recurrent one with biases, states as rows:
 *
 *     u^t = x^t W_in + z^(t−1) W + b      z^t = f(u^t)      v^t = z^t W_out + c      y^t = σ(v^t)
 *
 * with E = Σ_t (y^t − d^t)² / 2. By hand, with δ^t = ∂E/∂u^t and δout^t = ∂E/∂v^t, from the last
 * step to the first:
 *
 *     δout^t = (y^t − d^t) σ'(v^t)
 *     δ^t    = (δout^t W_outᵀ + δ^(t+1) Wᵀ) f'(u^t)
 */
import { backward, customVjp, grad, gradients, noGrad } from '@kasane/autograd';
import { Generator, rand, randn, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { SGD } from '@kasane/optim';
import { check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { largestDifference } from '../statistics.ts';

const STEP = 1e-6; // of the numerical derivatives
const LEARNING_RATE = 0.1; // of the one step of descent

interface Weights {
  readonly wIn: Tensor; // (I, H)
  readonly w: Tensor; // (H, H)
  readonly wOut: Tensor; // (H, O)
  readonly b: Tensor; // (1, H)
  readonly c: Tensor; // (1, O)
}

/** f and its derivative written through z = f(u). */
const ACTIVATIONS = {
  sigmoid: {
    f: (u: Tensor): Tensor => u.sigmoid(),
    slope: (z: Tensor): Tensor => z.mul(z.neg().add(1)), // σ' = σ (1 − σ)
  },
  tanh: {
    f: (u: Tensor): Tensor => u.tanh(),
    slope: (z: Tensor): Tensor => z.square().neg().add(1), // tanh' = 1 − tanh²
  },
  identity: {
    f: (u: Tensor): Tensor => u,
    slope: (z: Tensor): Tensor => z.newFull(z.shape, 1),
  },
};
type Activation = (typeof ACTIVATIONS)[keyof typeof ACTIVATIONS];

/** One step's values; index 0 of `z` is the initial state. */
interface Trace {
  readonly u: readonly Tensor[];
  readonly z: readonly Tensor[];
  readonly y: readonly Tensor[];
}

/** `shift` moves each u^t, so that ∂E/∂shift^t is ∂E/∂u^t. */
function forward(
  { wIn, w, wOut, b, c }: Weights,
  x: readonly Tensor[],
  f: Activation['f'],
  shift?: readonly Tensor[],
): Trace {
  const u: Tensor[] = [];
  const z = [zeros(b.shape, float64())]; // (1, H)
  const y: Tensor[] = [];
  for (const [t, xt] of x.entries()) {
    const ut = xt.matmul(wIn).add(z[t]!.matmul(w)).add(b); // (1, H)
    u.push(shift === undefined ? ut : ut.add(shift[t]!));
    z.push(f(u[t]!));
    y.push(z[t + 1]!.matmul(wOut).add(c).sigmoid()); // (1, O)
  }
  return { u, z, y };
}

/** E = Σ_t (y^t − d^t)² / 2 */
const errorOf = (y: readonly Tensor[], d: readonly Tensor[]): Tensor =>
  y.map((yt, t) => yt.sub(d[t]!).square().sum().mul(0.5)).reduce((sum, term) => sum.add(term));

/** The recursion by hand. `carry` takes δ^(t+1) back through the recurrent weights. */
function deltas(
  { w, wOut }: Weights,
  { z, y }: Trace,
  d: readonly Tensor[],
  slope: Activation['slope'],
  carry: (delta: Tensor) => Tensor = (delta) => delta.matmul(w.t()),
): { delta: Tensor[]; deltaOut: Tensor[] } {
  const delta: Tensor[] = [];
  const deltaOut = y.map((yt, t) => yt.sub(d[t]!).mul(yt).mul(yt.neg().add(1))); // T × (1, O)
  let later = zeros(z[0]!.shape, float64()); // δ^(T+1) = 0
  for (let t = y.length - 1; t >= 0; t--) {
    later = deltaOut[t]!.matmul(wOut.t())
      .add(carry(later))
      .mul(slope(z[t + 1]!)); // (1, H)
    delta.unshift(later);
  }
  return { delta, deltaOut };
}

/** Sums over time of what each step adds to each gradient: δ^t with what went in, from the left. */
function contributions(
  x: readonly Tensor[],
  { z }: Trace,
  { delta, deltaOut }: ReturnType<typeof deltas>,
): Record<keyof Weights, Tensor[]> {
  return {
    wIn: delta.map((dt, t) => x[t]!.t().matmul(dt)), // T × (I, H)
    w: delta.map((dt, t) => z[t]!.t().matmul(dt)), // T × (H, H)
    wOut: deltaOut.map((dt, t) => z[t + 1]!.t().matmul(dt)), // T × (H, O)
    b: delta, // T × (1, H)
    c: deltaOut, // T × (1, O)
  };
}

const total = (terms: readonly Tensor[]): Tensor => terms.reduce((sum, term) => sum.add(term));
const numbers = (tensors: readonly Tensor[]): number[] => tensors.flatMap((t) => [...t.dataSync()]);

/** The quiz of the course: which product carries δ back? Its U, W, V are the transposes of ours. */
const CARRIES: Readonly<Record<string, (delta: Tensor, weights: Weights) => Tensor>> = {
  'delta_t.dot(W)': (delta, { wIn }) => delta.matmul(wIn.t()),
  'delta_t.dot(U)': (delta, { w }) => delta.matmul(w.t()),
  'delta_t.dot(V)': (delta, { wOut }) => delta.matmul(wOut.t()),
  'delta_t.dot(U.T)': (delta, { w }) => delta.matmul(w),
};

export const bptt: Exercise = defineExercise({
  id: 'bptt',
  title: { en: 'Backpropagation through time by hand', ja: 'BPTT（通時的誤差逆伝播法）' },
  summary: 'Derives the gradients of a recurrent network by hand and holds them against autograd.',
  rows: [20, 21, 22, 23, 24, 25, 26, 27, 28, 29],
  packages: ['@kasane/tensor-core', '@kasane/autograd', '@kasane/optim'],
  parameters: {
    length: { type: 'integer', default: 8, min: 2, max: 100, description: 'steps in time' },
    hidden: {
      type: 'integer',
      default: 4,
      min: 1,
      max: 32,
      description: 'units of input, hidden layer and output alike',
    },
    activation: {
      type: 'choice',
      options: ['sigmoid', 'tanh', 'identity'],
      default: 'sigmoid',
      description: 'of the hidden layer',
    },
  },
  variants: {
    tanh: {
      title: { en: 'With tanh in the hidden layer', ja: '中間層にtanh' },
      parameters: { activation: 'tanh' },
    },
    identity: {
      title: { en: 'With the identity in the hidden layer', ja: '中間層に恒等写像' },
      parameters: { activation: 'identity' },
    },
  },
  charts: {
    delta: { x: 't', y: 'norm of δ', scale: 'log' },
  },
  *run({ parameters: { length, hidden, activation }, seed }) {
    const { f, slope } = ACTIVATIONS[activation];
    const generator = new Generator(seed);
    const options = { generator, ...float64() };
    const draw = (rows: number): Tensor =>
      randn([rows, hidden], options).mul(1 / Math.sqrt(hidden));
    const weights = {
      wIn: draw(hidden),
      w: draw(hidden),
      wOut: draw(hidden),
      b: draw(1),
      c: draw(1),
    };
    const names = ['wIn', 'w', 'wOut', 'b', 'c'] as const;
    const x = Array.from({ length }, () => randn([1, hidden], options)); // T × (1, I)
    const d = Array.from({ length }, () => rand([1, hidden], options)); // T × (1, O)

    // ——— by hand, by autograd, by differences ———
    const trace = forward(weights, x, f);
    const hand = deltas(weights, trace, d, slope);
    const terms = contributions(x, trace, hand);
    const byHand = names.map((name) => total(terms[name]));

    for (const name of names) weights[name].requiresGrad = true;
    backward(errorOf(forward(weights, x, f).y, d));
    const byAutograd = names.map((name) => weights[name].grad!.detach());

    const byDifferences = names.map((name) => {
      const values = weights[name].dataSync();
      const error = (i: number, change: number): number => {
        const moved = values.slice();
        moved[i]! += change;
        const there = { ...weights, [name]: tensor(moved, weights[name].shape, float64()) };
        return noGrad(() => errorOf(forward(there, x, f).y, d)).item();
      };
      return Array.from(values, (_, i) => (error(i, STEP) - error(i, -STEP)) / (2 * STEP));
    });
    const relative = names.map((_, i) => {
      const size = Math.max(...byDifferences[i]!.map(Math.abs));
      return largestDifference(byAutograd[i]!.dataSync(), byDifferences[i]!) / size;
    });
    const apart = names.map((_, i) =>
      largestDifference(byHand[i]!.dataSync(), byAutograd[i]!.dataSync()),
    );
    yield {
      type: 'table',
      name: 'gradients',
      columns: [
        'of',
        'by hand and by autograd, difference',
        'by autograd and numerically, relative',
      ],
      rows: names.map((name, i) => [name, apart[i]!, relative[i]!]),
    };

    // ——— δ by the recursion, and ∂E/∂u by autograd ———
    const shift = x.map(() => {
      const still = zeros([1, hidden], float64());
      still.requiresGrad = true;
      return still;
    });
    const byShift = gradients([errorOf(forward(weights, x, f, shift).y, d)], shift);
    const deltaApart = largestDifference(numbers(hand.delta), numbers(byShift.map((g) => g!)));
    for (const [t, delta] of hand.delta.entries()) {
      yield {
        type: 'series',
        chart: 'delta',
        name: 'norm of δ',
        x: t + 1,
        y: Math.hypot(...delta.dataSync()),
      };
    }

    // ——— the formulas in plain numbers, beside the tensors ———
    const panel = formulas(weights, x, activation);
    yield {
      type: 'table',
      name: 'first unit',
      columns: ['t', 'u', 'z', 'y'],
      rows: x.map((_, t) => [
        t + 1,
        trace.u[t]!.dataSync()[0]!,
        trace.z[t + 1]!.dataSync()[0]!,
        trace.y[t]!.dataSync()[0]!,
      ]),
    };

    // ——— one step of descent ———
    const before = names.map((name) => weights[name].detach().add(0));
    new SGD(
      names.map((name) => weights[name]),
      { lr: LEARNING_RATE },
    ).step();
    const expected = before.map((value, i) => value.sub(byAutograd[i]!.mul(LEARNING_RATE)));
    const stepApart = largestDifference(
      numbers(expected),
      numbers(names.map((name) => weights[name].detach())),
    );

    // With an error at the last step only, which steps add to which gradient?
    const late = {
      ...hand,
      ...deltas(
        weights,
        trace,
        trace.y.map((yt, t) => (t < length - 1 ? yt : d[t]!)),
        slope,
      ),
    };
    const lateTerms = contributions(x, trace, late);
    const reach = (name: keyof Weights): number =>
      lateTerms[name].filter((term) => term.abs().sum().item() > 0).length;

    // ——— each node is visited once, however often its value is used ———
    let visits = 0;
    const counted = customVjp<[Tensor]>({
      name: 'counted',
      forward: (a) => a.square(),
      backward: (g, { inputs: [a] }) => {
        visits++;
        return [g.mul(a).mul(2)];
      },
    });
    const leaf = tensor(3, { ...float64(), requiresGrad: true });
    const shared = counted(leaf);
    backward(shared.mul(shared).add(shared)); // s² + s with s = a², so 4a³ + 2a

    // ——— the quiz: z = t², t = x + y ———
    const dzdx = grad((a: Tensor, b: Tensor) => a.add(b).square())(tensor(2), tensor(3)).item();
    // ——— the quiz: y1 from x1, z0 and the weights ———
    const scalar = (value: number): Tensor => tensor([[value]], float64());
    const golden = forward(
      { wIn: scalar(0.5), w: scalar(0.8), wOut: scalar(1), b: scalar(0), c: scalar(0) },
      [scalar(1)],
      ACTIVATIONS.sigmoid.f,
    );
    // ——— the challenge: which product goes back in time, with the identity for f? ———
    const { identity } = ACTIVATIONS;
    const linear = forward(weights, x, identity.f);
    const truth = gradients([errorOf(linear.y, d)], [weights.wIn, weights.w, weights.wOut]);
    const right = Object.entries(CARRIES).filter(([, carry]) => {
      const back = deltas(weights, linear, d, identity.slope, (delta) => carry(delta, weights));
      const { wIn, w, wOut } = contributions(x, linear, back);
      return (
        largestDifference(
          numbers([total(wIn), total(w), total(wOut)]),
          numbers(truth.map((g) => g!)),
        ) < 1e-10
      );
    });

    return [
      check(
        20,
        'gradients by autograd against numerical ones, relative',
        Math.max(...relative),
      ).below(1e-6),
      check(21, 'visits of a node that is used three times', visits).equals(1),
      check(21, 'gradient through it at 3', leaf.grad!.item()).equals(114),
      check(22, 'dz/dx of z = t², t = x + y at x = 2, y = 3', dzdx).equals(10),
      check(23, '∂E/∂W_in by hand against autograd', apart[0]!).below(1e-10),
      check(23, '∂E/∂W by hand against autograd', apart[1]!).below(1e-10),
      check(23, '∂E/∂W_out by hand against autograd', apart[2]!).below(1e-10),
      check(24, '∂E/∂b by hand against autograd', apart[3]!).below(1e-10),
      check(24, '∂E/∂c by hand against autograd', apart[4]!).below(1e-10),
      check(
        25,
        'the formulas in plain numbers against the tensors',
        largestDifference(panel, numbers([...trace.u, ...trace.z.slice(1), ...trace.y])),
      ).below(1e-12),
      check(26, 'z1 for W_in = 0.5, x = 1, z0 = 0', golden.z[1]!.item()).near(0.622459, 5e-7),
      check(26, 'y1 for W_out = 1', golden.y[0]!.item()).near(0.650778, 5e-7),
      check(27, 'weights after a step against before − ε · gradient', stepApart).below(1e-15),
      check(27, 'steps that the last error reaches in W_in', reach('wIn')).equals(length),
      check(27, 'steps that the last error reaches in W (z0 is zero)', reach('w')).equals(
        length - 1,
      ),
      check(27, 'steps that the last error reaches in b', reach('b')).equals(length),
      check(27, 'steps that the last error reaches in W_out', reach('wOut')).equals(1),
      check(27, 'steps that the last error reaches in c', reach('c')).equals(1),
      check(28, 'δ by the recursion against ∂E/∂u by autograd', deltaApart).below(1e-10),
      check(
        29,
        'the product that carries δ back',
        right.map(([name]) => name).join(' and '),
      ).equals('delta_t.dot(U)'),
    ];
  },
});

/** u, z and y of every step in plain numbers, one formula after the other; all u first, then z, y. */
function formulas(
  weights: Weights,
  x: readonly Tensor[],
  activation: keyof typeof ACTIVATIONS,
): number[] {
  const sigmoid = (v: number): number => 1 / (1 + Math.exp(-v));
  const f = { sigmoid, tanh: Math.tanh, identity: (u: number): number => u }[activation];
  const n = weights.b.size;
  const units = Array.from({ length: n }, (_, j) => j);
  const [wIn, w, wOut, b, c] = [weights.wIn, weights.w, weights.wOut, weights.b, weights.c].map(
    (one) => one.dataSync(),
  );
  const sum = (row: ArrayLike<number>, matrix: ArrayLike<number>, j: number): number =>
    units.reduce((value, i) => value + row[i]! * matrix[i * n + j]!, 0);
  const [us, zs, ys]: number[][] = [[], [], []];
  let z = units.map(() => 0);
  for (const xt of x) {
    const input = xt.dataSync();
    const u = units.map((j) => sum(input, wIn!, j) + sum(z, w!, j) + b![j]!);
    z = u.map(f);
    us!.push(...u);
    zs!.push(...z);
    ys!.push(...units.map((j) => sigmoid(sum(z, wOut!, j) + c![j]!)));
  }
  return [...us!, ...zs!, ...ys!];
}
