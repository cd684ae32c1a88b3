import { defaultGenerator, optionsOf, requireWhole, type Generator } from '@kasane/tensor-core';
import type { Analysis, Game, Player } from './game.ts';
import { requireExploration, requireGame } from './given.ts';
import { movesOf } from './minimax.ts';

/** Options of `MCTS`. */
export interface MCTSOptions {
  /** Games played out for each choice. Default: 1000. */
  readonly simulations?: number;
  /** How much a move that was little tried is preferred. Default: √2. */
  readonly exploration?: number;
  /** Where random moves come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** What a search found. */
export interface SearchAnalysis extends Analysis {
  /** How often each action was tried, illegal ones never. */
  readonly visits: readonly number[];
}

/** A state in the tree. */
interface Node<State> {
  readonly state: State;
  /** The action that led here, -1 at the root. */
  readonly action: number;
  readonly outcome: number | null;
  /** Actions that have no child yet, in random order; null until the node is visited a second time. */
  untried: number[] | null;
  readonly children: Node<State>[];
  visits: number;
  /** Sum of what was gained by whoever moved to here. */
  total: number;
}

/**
 * Monte Carlo tree search with upper confidence bounds (UCT), which knows nothing of the game but its rules.
 *
 * Each simulation walks down the tree by the child with the greatest
 *
 * $$ \frac{W_a}{N_a} + c \sqrt{\frac{\ln N}{N_a}} $$
 *
 * where W is what was gained so far, between -1 and 1 for each of N visits, adds one child, plays on from there at random to the end, and counts the result
 * on the way back. Chosen is the action that was tried most.
 *
 * @throws RangeError if the game is over, `simulations` is not a whole number of at least 1, or `exploration` not ≥ 0 and finite.
 *
 * @example
 * import { MCTS, ticTacToe } from '@kasane/rl/games';
 * import { Generator } from '@kasane/tensor-core';
 * const player = new MCTS(ticTacToe, { simulations: 500, generator: new Generator(1) });
 * player.choose({ own: 0b000_000_011, other: 0b000_011_000 }); // => 2
 * @see Kocsis and Szepesvári (2006), Bandit based Monte-Carlo planning.
 */
export class MCTS<State> implements Player<State> {
  readonly game: Game<State>;
  readonly simulations: number;
  readonly exploration: number;
  readonly #generator: Generator;
  /** Random words, drawn by the block. */
  readonly #words = new Uint32Array(1024);
  #used = 1024;

  constructor(game: Game<State>, options: MCTSOptions = {}) {
    const given = optionsOf('MCTS', options, ['simulations', 'exploration', 'generator']);
    requireGame('MCTS', game);
    const { simulations = 1000, exploration = Math.SQRT2, generator = defaultGenerator() } = given;
    requireWhole('MCTS', 'simulations', simulations, 1);
    requireExploration('MCTS', exploration);
    this.game = game;
    this.simulations = simulations;
    this.exploration = exploration;
    this.#generator = generator;
  }

  choose(state: State): number {
    return this.analyse(state).action;
  }

  /** The action tried most, the mean result of it, and how often each was tried. */
  analyse(state: State): SearchAnalysis {
    movesOf('MCTS', this.game, state);
    const root = this.#node(state, -1);
    for (let i = 0; i < this.simulations; i++) this.#simulate(root);
    const visits = Array.from({ length: this.game.actions }, () => 0);
    for (const child of root.children) visits[child.action] = child.visits;
    const best = root.children.reduce((a, b) => (b.visits > a.visits ? b : a));
    return { action: best.action, value: best.total / best.visits, visits };
  }

  #simulate(root: Node<State>): void {
    const path = [root];
    let node = root;
    // Down to a node that has an untried action, or to an end of the game.
    while (node.outcome === null) {
      node.untried ??= this.#shuffled(this.game.legal(node.state));
      const action = node.untried.pop();
      if (action === undefined) {
        node = this.#select(node);
        path.push(node);
        continue;
      }
      const child = this.#node(this.game.play(node.state, action), action);
      node.children.push(child);
      node = child;
      path.push(node);
      break;
    }
    let result = node.outcome ?? this.#rollout(node.state); // to whoever is to move there
    for (let i = path.length - 1; i >= 0; i--) {
      result = 0 - result; // to whoever moved to there
      path[i]!.visits += 1;
      path[i]!.total += result;
    }
  }

  #select(node: Node<State>): Node<State> {
    const logVisits = Math.log(node.visits);
    let best = node.children[0]!;
    let highest = -Infinity;
    for (const child of node.children) {
      const bound = this.exploration * Math.sqrt(logVisits / child.visits);
      const score = child.total / child.visits + bound;
      if (score <= highest) continue;
      highest = score;
      best = child;
    }
    return best;
  }

  /** Plays at random to the end: what that is worth to whoever is to move at the beginning. */
  #rollout(state: State): number {
    const { game } = this;
    let sign = 1;
    let now = state;
    for (;;) {
      const outcome = game.outcome(now);
      if (outcome !== null) return outcome === 0 ? 0 : sign * outcome;
      const actions = game.legal(now);
      now = game.play(now, actions[this.#below(actions.length)]!);
      sign = -sign;
    }
  }

  #node(state: State, action: number): Node<State> {
    const outcome = this.game.outcome(state);
    return { state, action, outcome, untried: null, children: [], visits: 0, total: 0 };
  }

  #shuffled(actions: readonly number[]): number[] {
    const shuffled = [...actions];
    for (let i = shuffled.length - 1; i > 0; i--) {
      const j = this.#below(i + 1);
      const moved = shuffled[i]!;
      shuffled[i] = shuffled[j]!;
      shuffled[j] = moved;
    }
    return shuffled;
  }

  /** A whole number below a small bound; that some are more likely by bound / 2³² is far below what a search can tell. */
  #below(bound: number): number {
    if (this.#used === this.#words.length) {
      this.#generator.words(this.#words);
      this.#used = 0;
    }
    return Math.floor((this.#words[this.#used++]! / 2 ** 32) * bound);
  }
}
