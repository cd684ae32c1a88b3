import { optionsOf, requireFunction, requireWhole } from '@kasane/tensor-core';
import type { Analysis, Game, Player } from './game.ts';
import { requireGame } from './given.ts';

/** Options of `Minimax`. */
export interface MinimaxOptions<State> {
  /** How many moves to look ahead. Default: to the end of the game. */
  readonly depth?: number;
  /** What a state at that depth seems worth to whoever is to move, between -0.9 and 0.9. Default: 0. */
  readonly evaluate?: (state: State) => number;
}

/** What a move less or more counts, so that a player wins soon and loses late. */
const PER_MOVE = 1e-3;

/**
 * Minimax with alpha-beta pruning: the move that is best if both play as well as they can see.
 *
 * $$ v(s) = \max_a -v(s \cdot a) $$
 *
 * An end that is n moves away counts n / 1000 less than its outcome, for the winner as for the loser. What cannot change the choice is not looked at:
 * of a move that is known to be answered well enough, no better answer is sought.
 *
 * @throws RangeError if the game is over, or `depth` is not a whole number of at least 1.
 *
 * @example
 * import { Minimax, ticTacToe } from '@kasane/rl/games';
 * const player = new Minimax(ticTacToe);
 * let state = ticTacToe.initial();
 * while (ticTacToe.outcome(state) === null) {
 *   state = ticTacToe.play(state, player.choose(state));
 * }
 * ticTacToe.outcome(state); // => 0
 * @see Knuth and Moore (1975), An analysis of alpha-beta pruning.
 */
export class Minimax<State> implements Player<State> {
  readonly game: Game<State>;
  readonly depth: number;
  readonly evaluate: (state: State) => number;
  /** States looked at by the last `analyse`. */
  nodes = 0;

  constructor(game: Game<State>, options: MinimaxOptions<State> = {}) {
    const { depth = Infinity, evaluate = () => 0 } = optionsOf('Minimax', options, [
      'depth',
      'evaluate',
    ]);
    requireGame('Minimax', game);
    if (depth !== Infinity) requireWhole('Minimax', 'depth', depth, 1);
    requireFunction('Minimax', evaluate);
    this.game = game;
    this.depth = depth;
    this.evaluate = evaluate;
  }

  choose(state: State): number {
    return this.analyse(state).action;
  }

  /** The best action and what it leads to. */
  analyse(state: State): Analysis {
    this.nodes = 0;
    let action = -1;
    let alpha = -Infinity;
    for (const candidate of movesOf('Minimax', this.game, state)) {
      const value = 0 - this.#search(this.game.play(state, candidate), 1, -Infinity, -alpha);
      if (value <= alpha) continue;
      alpha = value;
      action = candidate;
    }
    return { action, value: alpha };
  }

  /** The value if it is between alpha and beta; else a bound of it on the same side of them. */
  #search(state: State, plies: number, alpha: number, beta: number): number {
    const { game } = this;
    this.nodes += 1;
    const outcome = game.outcome(state);
    if (outcome !== null) return outcome - Math.sign(outcome) * plies * PER_MOVE;
    if (plies >= this.depth) return this.evaluate(state);
    let best = -Infinity;
    for (const action of game.legal(state)) {
      const value =
        0 - this.#search(game.play(state, action), plies + 1, -beta, -Math.max(alpha, best));
      if (value > best) best = value;
      if (best >= beta) break;
    }
    return best;
  }
}

/** The legal actions, or RangeError if there is none to choose. */
export function movesOf<State>(owner: string, game: Game<State>, state: State): readonly number[] {
  const actions = game.legal(state);
  if (actions.length > 0) return actions;
  throw new RangeError(`${owner}: there is no action to choose, for the game is over.`);
}
