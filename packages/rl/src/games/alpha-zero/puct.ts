import type { Game } from '../game.ts';

/** A state in the tree; what is known of its actions stands in arrays, in the order of `actions`. */
interface Node<State> {
  readonly state: State;
  readonly outcome: number | null;
  readonly actions: readonly number[];
  /** P, from the network; empty until it was asked. */
  priors: Float64Array;
  /** N of each action. */
  readonly visits: Int32Array;
  /** W of each action: sum of what it was worth to whoever is to move here. */
  readonly totals: Float64Array;
  readonly children: (Node<State> | undefined)[];
}

/**
 * The tree of one AlphaZero search. Down it goes by the action with the greatest
 *
 * $$ Q(a) + c \, P(a) \frac{\sqrt{\sum_b N(b)}}{1 + N(a)} $$
 *
 * where Q is the mean value, 0 for what was not tried; of equals, as all are at first, the one with the greater P. Who holds the tree asks a network about each leaf,
 * so that many trees may ask at once.
 */
export class PuctTree<State> {
  readonly #game: Game<State>;
  readonly #exploration: number;
  readonly #root: Node<State>;
  /** The nodes passed on the way to the leaf, and which action was taken in each. */
  readonly #path: Node<State>[] = [];
  readonly #taken: number[] = [];
  #leaf: Node<State>;

  constructor(game: Game<State>, state: State, exploration: number) {
    this.#game = game;
    this.#exploration = exploration;
    this.#root = this.#node(state);
    this.#leaf = this.#root;
  }

  /** Walks down: the state to ask the network about, to be answered by `answer`; null if the game ends there, which is counted already. */
  descend(): State | null {
    this.#path.length = 0;
    this.#taken.length = 0;
    let node = this.#root;
    while (node.outcome === null && node.priors.length > 0) {
      const i = this.#select(node);
      this.#path.push(node);
      this.#taken.push(i);
      node = node.children[i] ??= this.#node(this.#game.play(node.state, node.actions[i]!));
    }
    this.#leaf = node;
    if (node.outcome === null) return node.state;
    this.#backUp(node.outcome);
    return null;
  }

  /** What the network says of the state that `descend` gave: the policy over all actions from `offset` on, and the value. */
  answer(policies: ArrayLike<number>, offset: number, value: number): void {
    const { actions } = this.#leaf;
    const priors = Float64Array.from(actions, (action) => policies[offset + action]!);
    const sum = priors.reduce((a, b) => a + b, 0);
    // A policy that gives nothing to any legal action says nothing.
    this.#leaf.priors = sum > 0 ? priors.map((p) => p / sum) : priors.fill(1 / actions.length);
    this.#backUp(value);
  }

  /** Mixes noise, a number for each of all actions, into the root's priors: P ← (1 - ε) P + ε noise. */
  addNoise(noise: ArrayLike<number>, offset: number, share: number): void {
    const { actions, priors } = this.#root;
    const legal = actions.map((action) => noise[offset + action]!);
    const sum = legal.reduce((a, b) => a + b, 0);
    priors.forEach((p, i) => {
      priors[i] = (1 - share) * p + share * (legal[i]! / sum);
    });
  }

  /** How often each of all actions was tried at the root. */
  visits(): number[] {
    return this.#spread(this.#root.visits);
  }

  /** The root's policy over all actions. */
  priors(): number[] {
    return this.#spread(this.#root.priors);
  }

  /** The mean of what was found at the root, for whoever is to move there. */
  value(): number {
    const visits = this.#root.visits.reduce((a, b) => a + b, 0);
    return visits === 0 ? 0 : this.#root.totals.reduce((a, b) => a + b, 0) / visits;
  }

  #spread(values: ArrayLike<number>): number[] {
    const spread = Array.from({ length: this.#game.actions }, () => 0);
    this.#root.actions.forEach((action, i) => {
      spread[action] = values[i]!;
    });
    return spread;
  }

  #select({ priors, visits, totals }: Node<State>): number {
    let sum = 0;
    for (let i = 0; i < visits.length; i++) sum += visits[i]!;
    const scale = this.#exploration * Math.sqrt(sum);
    let best = 0;
    let highest = -Infinity;
    for (let i = 0; i < visits.length; i++) {
      const n = visits[i]!;
      const score = (n === 0 ? 0 : totals[i]! / n) + (scale * priors[i]!) / (1 + n);
      if (score < highest || (score === highest && priors[i]! <= priors[best]!)) continue;
      highest = score;
      best = i;
    }
    return best;
  }

  /** Counts a value, seen by whoever is to move at the leaf, on the way back. */
  #backUp(value: number): void {
    let seen = value;
    for (let depth = this.#path.length - 1; depth >= 0; depth--) {
      seen = 0 - seen;
      const node = this.#path[depth]!;
      const i = this.#taken[depth]!;
      node.visits[i] = node.visits[i]! + 1;
      node.totals[i] = node.totals[i]! + seen;
    }
  }

  #node(state: State): Node<State> {
    const outcome = this.#game.outcome(state);
    const actions = outcome === null ? this.#game.legal(state) : [];
    const n = actions.length;
    return {
      state,
      outcome,
      actions,
      priors: new Float64Array(0),
      visits: new Int32Array(n),
      totals: new Float64Array(n),
      children: Array.from({ length: n }),
    };
  }
}
