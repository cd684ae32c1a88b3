import type { Game, Player } from './game.ts';
import { requireGame } from './given.ts';
import { movesOf } from './minimax.ts';

/** What knows the value of every state under best play, to measure others against. */
export interface Solver<State> extends Player<State> {
  /** 1 if whoever is to move can win, 0 if not more than a draw, -1 if the other wins. */
  value(state: State): number;
  choose(state: State): number;
}

/**
 * Solves a small game exactly, by looking at every state that can follow and remembering each.
 *
 * $$ v(s) = \max_a -v(s \cdot a), \qquad v \text{ of an end: its outcome} $$
 *
 * Of tic-tac-toe's 5,478 states all are known after the first question. For connect four there is `ConnectFourSolver`.
 *
 * @throws RangeError if `choose` is asked where the game is over.
 *
 * @example
 * import { TableSolver, ticTacToe } from '@kasane/rl/games';
 * const solver = new TableSolver(ticTacToe);
 * solver.value(ticTacToe.initial()); // => 0
 * solver.known; // => 5478
 */
export class TableSolver<State> implements Solver<State> {
  readonly game: Game<State>;
  readonly #values = new Map<number, number>();

  constructor(game: Game<State>) {
    requireGame('TableSolver', game);
    this.game = game;
  }

  /** How many states it remembers. */
  get known(): number {
    return this.#values.size;
  }

  value(state: State): number {
    const { game } = this;
    const key = game.key(state);
    const known = this.#values.get(key);
    if (known !== undefined) return known;
    let value = game.outcome(state);
    if (value === null) {
      value = -Infinity;
      // No pruning: every state that can follow is to be known.
      for (const action of game.legal(state)) {
        value = Math.max(value, 0 - this.value(game.play(state, action)));
      }
    }
    this.#values.set(key, value);
    return value;
  }

  /** The first of the best actions. Throws RangeError where the game is over. */
  choose(state: State): number {
    const wanted = this.value(state);
    const actions = movesOf('TableSolver', this.game, state);
    return actions.find((action) => 0 - this.value(this.game.play(state, action)) === wanted)!; // the value is one of theirs
  }
}

/**
 * All states that can be reached, the ends among them, each once; of those that differ by nothing but order of moves the first.
 *
 * @example
 * import { reachable, ticTacToe } from '@kasane/rl/games';
 * const states = reachable(ticTacToe);
 * states.length; // => 5478
 * states.filter((state) => ticTacToe.outcome(state) !== null).length; // => 958
 */
export function reachable<State>(game: Game<State>): State[] {
  requireGame('reachable', game);
  const start = game.initial();
  const states = [start];
  const seen = new Set([game.key(start)]);
  // Grows while it is walked.
  for (const state of states) {
    for (const action of game.legal(state)) {
      const next = game.play(state, action);
      const key = game.key(next);
      if (!seen.has(key)) states.push(next);
      seen.add(key);
    }
  }
  return states;
}
