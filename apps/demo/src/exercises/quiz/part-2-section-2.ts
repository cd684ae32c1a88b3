/** The questions of the second part's second section: reinforcement learning. */
import { gradients } from '@kasane/autograd';
import {
  CliffWalking,
  discountedReturn,
  EpsilonGreedy,
  GaussianBandit,
  MDP,
  playBandit,
  softmaxPolicy,
  solvePolicy,
  valueIteration,
} from '@kasane/rl';
import { Generator, tensor } from '@kasane/tensor-core';
import { float64 } from '../../float64.ts';
import { sum } from '../../statistics.ts';
import { holds } from './question.ts';
import type { Question } from './question.ts';

const row = (list: ArrayLike<number>): number[] => Array.from(list);

// ——— action, policy and reward in a game ———

/** A walk along the cliff with points: the moves to the goal, and what the game counts. */
function walk(): { rewards: number[]; cells: number[]; points: number; reached: boolean } {
  const game = new CliffWalking();
  game.reset({ seed: 1 });
  const moves = [0, ...Array.from({ length: 11 }, () => 1), 2];
  const steps = moves.map((move) => game.step(move));
  const cells = steps.map(({ observation }) => observation);
  // A point is lost with each cell that the figure comes to, and 99 more below the cliff, which this way never is.
  const points = -cells.length;
  const reached = steps.at(-1)!.terminated;
  return { rewards: steps.map(({ reward }) => reward), cells, points, reached };
}

/** Where the figure stands after each of the four moves from one cell. */
function afterEachMove(): number[] {
  return [0, 1, 2, 3].map((move) => {
    const game = new CliffWalking();
    game.reset({ seed: 1 });
    game.s = 14;
    return game.step(move).observation;
  });
}

const parts: Question = {
  id: 'parts-of-a-game',
  row: 135,
  ask: {
    en: 'A game is played by an agent: what is action, policy and reward?',
    ja: 'ゲームをエージェントが遊ぶ場合、行動・方策・報酬の例は？',
  },
  options: {
    'action: how the figure is moved': holds(() => new Set(afterEachMove()).size === 4),
    'action: the points of the game': holds(() => {
      const { points } = walk();
      return new CliffWalking().actionSpace.contains(points);
    }),
    'policy: how likely it is moved each way, in each place': holds(() =>
      softmaxPolicy([[0, 1, -1, 2]]).every(
        (chances) => chances.every((p) => p > 0) && Math.abs(sum(row(chances)) - 1) < 1e-9,
      ),
    ),
    'reward: the points of the game': holds(() => {
      const { rewards, points, reached } = walk();
      return reached && sum(rewards) === points;
    }),
    'reward: where the figure stands': holds(() => {
      const { rewards, cells } = walk();
      return rewards.every((reward, i) => reward === cells[i]);
    }),
  },
  truth: () => [1],
  by: 'a walk along the cliff',
  key: [
    'action: how the figure is moved',
    'policy: how likely it is moved each way, in each place',
    'reward: the points of the game',
  ],
};

// ——— exploring and exploiting ———

/** Whether an agent of ten arms still pulls all of them, and whether it pulls the best one more often than chance does. */
function habits(epsilon: number): readonly number[] {
  const generator = new Generator(1);
  let [hits, pulls, tried] = [0, 0, 0];
  for (let i = 0; i < 50; i++) {
    const bandit = GaussianBandit.draw(10, { generator });
    const agent = new EpsilonGreedy(10, { epsilon, generator });
    const { arms, regrets } = playBandit(bandit, agent, 1000);
    hits += regrets.slice(500).filter((regret) => regret === 0).length;
    pulls += 500;
    tried += new Set(arms.slice(500)).size;
  }
  return [Number(tried / 50 > 9), Number(hits / pulls > 0.2)];
}

const tradeoff: Question = {
  id: 'explore-exploit',
  row: 136,
  ask: {
    en: 'Who explores and exploits? (explores, exploits)',
    ja: '探索と利用の両方をしているのは？（探索、利用）',
  },
  options: {
    'always what was best so far: ε = 0': () => habits(0),
    'mostly what was best so far: ε = 0.1': () => habits(0.1),
    'always something drawn: ε = 1': () => habits(1),
  },
  truth: () => [1, 1],
  by: '50 bandits of ten arms',
  key: ['mostly what was best so far: ε = 0.1'],
};

// ——— the Bellman equations ———

const GAMMA = 0.9;
const P = [
  [[0.7, 0.3], [0.1, 0.9]],
  [[0, 1], [0.6, 0.4]],
]; // prettier-ignore
const R = [
  [[0, 1], [2, -1]],
  [[3, 2], [0, 1]],
]; // prettier-ignore
const PI = [
  [0.25, 0.75],
  [0.6, 0.4],
];
const task = (): MDP => new MDP(P, R);
const values = (): { V: number[]; Q: number[][] } => {
  const { V, Q } = solvePolicy(task(), PI, { gamma: GAMMA });
  return { V: row(V), Q: Q.map(row) };
};

/** For each state: what a formula makes of what its actions are worth, and of how likely they are. */
const perState = (
  worth: (s: number, a: number) => number,
  put: (worths: readonly number[], chances: readonly number[]) => number,
): number[] => P.map((actions, s) => put(actions.map((_, a) => worth(s, a)), PI[s]!)); // prettier-ignore

/** Σ_s' P(s' | s, a) [R(s, a, s') + factor · next(s')]. */
const backup =
  (next: readonly number[], factor: number) =>
  (s: number, a: number): number =>
    sum(P[s]![a]!.map((p, to) => p * (R[s]![a]![to]! + factor * next[to]!)));
const weighed = (worths: readonly number[], chances: readonly number[]): number =>
  sum(worths.map((worth, a) => chances[a]! * worth));

const bellmanOfStates: Question = {
  id: 'bellman-v',
  row: 145,
  ask: { en: 'What is V of a policy?', ja: '状態価値関数 V のベルマン方程式は？' },
  options: {
    'V(s) = Σ_a π(s, a) Σ_s′ P [R + γ V(s′)]': () => perState(backup(values().V, GAMMA), weighed),
    'V(s) = max_a Σ_s′ P [R + γ V(s′)]': () => perState(backup(values().V, GAMMA), (worths) => Math.max(...worths)),
    'V(s) = Σ_a Σ_s′ P [R + γ V(s′)]': () => perState(backup(values().V, GAMMA), sum),
    'V(s) = Σ_a π(s, a) Σ_s′ P [R + V(s′)]': () => perState(backup(values().V, 1), weighed),
  }, // prettier-ignore
  truth: () => values().V,
  by: 'solving linear equations',
  key: ['V(s) = Σ_a π(s, a) Σ_s′ P [R + γ V(s′)]'],
};

const perPair = (worth: (s: number, a: number) => number): number[] =>
  P.flatMap((actions, s) => actions.map((_, a) => worth(s, a)));

const bellmanOfActions: Question = {
  id: 'bellman-q',
  row: 148,
  ask: {
    en: 'What is Q of a policy, from Q itself?',
    ja: '行動価値関数 Q のベルマン方程式（Qだけで書いたもの）は？',
  },
  options: {
    'Q(s, a) = Σ_s′ P [R + γ Σ_b π(s′, b) Q(s′, b)]': () => perPair(backup(values().Q.map((q, s) => weighed(q, PI[s]!)), GAMMA)),
    'Q(s, a) = Σ_s′ P [R + γ max_b Q(s′, b)]': () => perPair(backup(values().Q.map((q) => Math.max(...q)), GAMMA)),
    'Q(s, a) = Σ_s′ P [R + γ Σ_b Q(s′, b)]': () => perPair(backup(values().Q.map(sum), GAMMA)),
    'Q(s, a) = Σ_b π(s, b) Σ_s′ P [R + γ Q(s′, b)]': () => {
      const { Q } = values();
      const each = (s: number, b: number): number => backup(Q.map((q) => q[b]!), GAMMA)(s, b);
      return perPair((s) => weighed([each(s, 0), each(s, 1)], PI[s]!));
    },
  }, // prettier-ignore
  truth: () => values().Q.flat(),
  by: 'solving linear equations',
  key: ['Q(s, a) = Σ_s′ P [R + γ Σ_b π(s′, b) Q(s′, b)]'],
};

// ——— Q-learning ———

/** Where a rule comes to whose every step is of the size 0.1, over and over for all that can be done in two states. */
function settled(target: (reward: number, next: readonly number[]) => number): number[] {
  const Q = [[0, 0], [0, 0]]; // prettier-ignore
  const [reward, next] = [[[0, 1], [2, 0]], [[0, 1], [1, 0]]]; // prettier-ignore
  for (let sweep = 0; sweep < 4000; sweep++) {
    for (const s of [0, 1]) {
      for (const a of [0, 1]) {
        Q[s]![a]! += 0.1 * (target(reward[s]![a]!, Q[next[s]![a]!]!) - Q[s]![a]!);
      }
    }
  }
  return Q.flat();
}

const qLearningRule: Question = {
  id: 'q-learning',
  row: 141,
  ask: {
    en: 'With which target y does Q ← Q + α (y − Q) learn what the best policy is worth?',
    ja: 'Q ← Q + α (y − Q) が最適な行動価値になる y は？（Q学習）',
  },
  options: {
    'y = r + γ max_b Q(s′, b)': () => settled((r, next) => r + GAMMA * Math.max(...next)),
    'y = r + γ mean_b Q(s′, b)': () => settled((r, next) => r + GAMMA * (sum(next) / 2)),
    'y = r + γ min_b Q(s′, b)': () => settled((r, next) => r + GAMMA * Math.min(...next)),
    'y = r': () => settled((r) => r),
  },
  truth: () => {
    const P2 = [[[1, 0], [0, 1]], [[0, 1], [1, 0]]]; // prettier-ignore
    return valueIteration(new MDP(P2, [[0, 1], [2, 0]]), { gamma: GAMMA }).Q.flatMap(row); // prettier-ignore
  },
  by: 'value iteration',
  key: ['y = r + γ max_b Q(s′, b)'],
};

// ——— discounts ———

/** What a reward of 1 is worth after so many steps. */
const worthAfter = (steps: number): number => {
  const rewards = Array.from({ length: steps + 1 }, (_, t) => Number(t === steps));
  return discountedReturn(rewards, { gamma: GAMMA });
};
const ones = (count: number): number[] => Array.from({ length: count }, () => 1);

const discounting: Question = {
  id: 'discount',
  row: 151,
  ask: {
    en: 'What does a discount γ below 1 do?',
    ja: '割引率 γ（0 ≤ γ < 1）の働きとして正しいのは？',
  },
  options: {
    'near rewards weigh more than later ones': holds(() => worthAfter(1) > worthAfter(5)),
    'later rewards weigh more than near ones': holds(() => worthAfter(5) > worthAfter(1)),
    'rewards that never end have a finite sum': holds(() => {
      const sums = [1000, 2000].map((count) => discountedReturn(ones(count), { gamma: GAMMA }));
      return Math.abs(sums[0]! - 10) < 1e-9 && Math.abs(sums[1]! - 10) < 1e-9;
    }),
    'all rewards weigh the same': holds(() => worthAfter(0) === worthAfter(5)),
  },
  truth: () => [1],
  by: 'adding up rewards',
  key: ['near rewards weigh more than later ones', 'rewards that never end have a finite sum'],
};

// ——— the policy gradient ———

const [THETA, GAINS] = [
  [0.3, -0.2, 0.5],
  [1, 3, -2],
] as const;

/** π and its slopes: ∂π(a) / ∂θ_j and ∂ log π(a) / ∂θ_j, of three arms. */
function slopes(): { pi: number[]; ofPi: number[][]; ofLog: number[][] } {
  const pi = row(softmaxPolicy([[...THETA]])[0]!);
  const ofLog = pi.map((_, a) => pi.map((p, j) => Number(a === j) - p));
  return { pi, ofLog, ofPi: ofLog.map((each, a) => each.map((slope) => pi[a]! * slope)) };
}

/** E_π of something that has a number for each θ. */
const expected = (of: (a: number) => readonly number[]): number[] => {
  const { pi } = slopes();
  return THETA.map((_, j) => sum(pi.map((p, a) => p * of(a)[j]!)));
};

const theorem: Question = {
  id: 'policy-gradient',
  row: 154,
  ask: {
    en: 'What is ∇J(θ), by the theorem of the policy gradient?',
    ja: '方策勾配定理の公式は？',
  },
  options: {
    'E_π[∇ log π(a | s) Q(s, a)]': () => expected((a) => slopes().ofLog[a]!.map((slope) => slope * GAINS[a]!)),
    'E_π[∇π(a | s) Q(s, a)]': () => expected((a) => slopes().ofPi[a]!.map((slope) => slope * GAINS[a]!)),
    'E_π[∇ log π(a | s)]': () => expected((a) => slopes().ofLog[a]!),
    'E_π[log π(a | s) Q(s, a)]': () => [sum(slopes().pi.map((p, a) => p * Math.log(p) * GAINS[a]!))],
  }, // prettier-ignore
  truth: () => {
    const theta = tensor([...THETA], { requiresGrad: true, ...float64() });
    const J = theta
      .softmax(0)
      .mul(tensor([...GAINS], float64()))
      .sum();
    return [...gradients([J], [theta])[0]!.dataSync()];
  },
  by: 'autograd of J = Σ π(a) Q(a)',
  key: ['E_π[∇ log π(a | s) Q(s, a)]'],
};

export const part2Section2: readonly Question[] = [
  parts,
  tradeoff,
  qLearningRule,
  bellmanOfStates,
  bellmanOfActions,
  discounting,
  theorem,
];
