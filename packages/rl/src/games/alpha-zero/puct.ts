import type { Game } from '../game.ts';

const UNKNOWN = new Float64Array(0);

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
  /** Sum of N over the actions. */
  tried: number;
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
  #root: Node<State>;
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

  /** The state at the root. */
  get state(): State {
    return this.#root.state;
  }

  /** Whether the network has answered for the root. */
  get isKnown(): boolean {
    return this.#root.priors.length > 0;
  }

  /** How many simulations went through the root's actions. */
  get tried(): number {
    return this.#root.tried;
  }

  /** Makes a move: the state it leads to becomes the root, with all that is known of what follows. */
  advance(action: number): void {
    const { state, actions, children } = this.#root;
    this.#root = children[actions.indexOf(action)] ?? this.#node(this.#game.play(state, action));
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

  /** What the network says of the state that `descend` gave, from `offset` on: the policy over all actions, then the value. */
  answer(answers: ArrayLike<number>, offset: number): void {
    const { actions } = this.#leaf;
    const n = actions.length;
    const priors = new Float64Array(n);
    let sum = 0;
    for (let i = 0; i < n; i++) {
      priors[i] = answers[offset + actions[i]!]!;
      sum += priors[i]!;
    }
    // A policy that gives nothing to any legal action says nothing.
    for (let i = 0; i < n; i++) priors[i] = sum > 0 ? priors[i]! / sum : 1 / n;
    this.#leaf.priors = priors;
    this.#backUp(answers[offset + this.#game.actions]!);
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
    const { tried, totals } = this.#root;
    return tried === 0 ? 0 : totals.reduce((a, b) => a + b, 0) / tried;
  }

  #spread(values: ArrayLike<number>): number[] {
    const spread = Array.from({ length: this.#game.actions }, () => 0);
    this.#root.actions.forEach((action, i) => {
      spread[action] = values[i]!;
    });
    return spread;
  }

  #select({ priors, visits, totals, tried }: Node<State>): number {
    const scale = this.#exploration * Math.sqrt(tried);
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
      node.tried += 1;
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
      priors: UNKNOWN,
      visits: new Int32Array(n),
      totals: new Float64Array(n),
      tried: 0,
      children: Array.from({ length: n }),
    };
  }
}
