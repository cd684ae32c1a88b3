import {
  defaultGenerator,
  optionsOf,
  requireWhole,
  shown,
  type Generator,
} from '@kasane/tensor-core';
import type { Game, Player } from './game.ts';
import { requireGame, requirePlayer } from './given.ts';
import { movesOf } from './minimax.ts';
import { opened } from './opening.ts';
import type { Solver } from './solver.ts';
import { Turns } from '@kasane/tensor-core/turns';

/** Options of `RandomPlayer`. */
export interface RandomPlayerOptions {
  /** Where moves come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * Whoever takes any legal action, all equally likely: what every method should beat.
 *
 * $$ \pi(a \mid s) = \frac{1}{\text{number of legal actions}} $$
 *
 * @throws RangeError if the game is over.
 *
 * @example
 * import { RandomPlayer, ticTacToe } from '@kasane/rl/games';
 * import { Generator } from '@kasane/tensor-core';
 * const player = new RandomPlayer(ticTacToe, { generator: new Generator(1) });
 * ticTacToe.legal(ticTacToe.initial()).includes(player.choose(ticTacToe.initial())); // => true
 */
export class RandomPlayer<State> implements Player<State> {
  readonly game: Game<State>;
  readonly #generator: Generator;

  constructor(game: Game<State>, options: RandomPlayerOptions = {}) {
    const { generator = defaultGenerator() } = optionsOf('RandomPlayer', options, ['generator']);
    requireGame('RandomPlayer', game);
    this.game = game;
    this.#generator = generator;
  }

  choose(state: State): number {
    const actions = movesOf('RandomPlayer', this.game, state);
    return actions[this.#generator.below(actions.length)]!;
  }
}

/** Options of `arena`. */
export interface ArenaOptions {
  /** How many games; players begin in turn. Default: 100. */
  readonly games?: number;
  /** Random moves before the players take over, so that players who always do the same play different games. Default: 0. */
  readonly opening?: number;
  /** Where random moves come from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
  /** Stops it; the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
  /** Told after each game. */
  readonly onProgress?: (result: ArenaResult) => void;
}

/** How the first of two players did. */
export interface ArenaResult {
  readonly games: number;
  readonly wins: number;
  readonly draws: number;
  readonly losses: number;
  /** What share of the points it got: a win counts 1, a draw ½. */
  readonly score: number;
}

/**
 * Has two players play games against each other, beginning in turn, and counts from the view of the first. Of each pair of games both have the same
 * random opening.
 *
 * $$ \text{score} = \frac{\text{wins} + \frac12 \text{draws}}{\text{games}} $$
 *
 * @throws RangeError if a player chooses an action that is not legal, `games` is not a whole number of at least 1, `opening` not one of at
 * least 0, or an opening of so many random moves always ends the game.
 *
 * @example
 * import { arena, Minimax, RandomPlayer, ticTacToe } from '@kasane/rl/games';
 * import { Generator } from '@kasane/tensor-core';
 * const random = new RandomPlayer(ticTacToe, { generator: new Generator(1) });
 * const { losses } = await arena(ticTacToe, [new Minimax(ticTacToe), random], { games: 10 });
 * losses; // => 0
 */
export async function arena<State>(
  game: Game<State>,
  players: readonly [Player<State>, Player<State>],
  options: ArenaOptions = {},
): Promise<ArenaResult> {
  const names = ['games', 'opening', 'generator', 'signal', 'onProgress'] as const;
  const given = optionsOf('arena', options, names);
  requireGame('arena', game);
  const { games = 100, opening = 0, generator = defaultGenerator(), signal, onProgress } = given;
  requireWhole('arena', 'games', games, 1);
  requireWhole('arena', 'opening', opening);
  requirePlayer('arena', Object(players)[0]);
  requirePlayer('arena', Object(players)[1]);
  const turns = new Turns(signal);
  let result: ArenaResult = { games: 0, wins: 0, draws: 0, losses: 0, score: 0 };
  let start = game.initial();
  for (let round = 0; round < games; round++) {
    if (round % 2 === 0) start = opened('arena', game, { moves: opening, generator });
    const first = (round % 2) as 0 | 1; // a remainder by two
    const outcome = await playOut(
      game,
      first === 0 ? players : [players[1], players[0]],
      start,
      turns,
    );
    result = counted(result, first === 0 ? outcome : -outcome);
    onProgress?.(result);
  }
  return result;
}

/** One game to its end: what it is worth to the player who moves for side 0. */
async function playOut<State>(
  game: Game<State>,
  players: readonly [Player<State>, Player<State>],
  start: State,
  turns: Turns,
): Promise<number> {
  let state = start;
  for (;;) {
    const outcome = game.outcome(state);
    const side = game.player(state);
    if (outcome !== null) return side === 0 ? outcome : -outcome;
    if (turns.due) await turns.give();
    state = game.play(state, await players[side].choose(state));
  }
}

function counted(before: ArenaResult, outcome: number): ArenaResult {
  const games = before.games + 1;
  const wins = before.wins + (outcome > 0 ? 1 : 0);
  const draws = before.draws + (outcome === 0 ? 1 : 0);
  return { games, wins, draws, losses: games - wins - draws, score: (wins + draws / 2) / games };
}

/** How a player's choices compare with the best there are. */
export interface Mistakes {
  /** States in which it chose. */
  readonly states: number;
  /** Choices that turned a win into a draw or a loss, or a draw into a loss. */
  readonly mistakes: number;
  /** Those of them that led to a loss. */
  readonly losing: number;
  /** Mistakes per state. */
  readonly rate: number;
}

/** Options of `mistakes`. */
export interface MistakesOptions {
  /** Stops it; the promise is rejected with its reason. */
  readonly signal?: AbortSignal;
  /** Told after each state. */
  readonly onProgress?: (done: number, of: number) => void;
}

/**
 * Has a player choose in each of some states, and counts how often that gives away what a solver says could be had. A player that makes no losing mistake
 * in any reachable state never loses from a state that is not lost.
 *
 * $$ \text{rate} = \frac1n \sum_s 1\bigl[-v(s \cdot a_s) < v(s)\bigr] $$
 *
 * @throws RangeError if the player chooses an action that is not legal.
 *
 * @example
 * import { mistakes, Minimax, reachable, TableSolver, ticTacToe } from '@kasane/rl/games';
 * const states = reachable(ticTacToe).slice(-500);
 * const player = new Minimax(ticTacToe, { depth: 1 });
 * const { rate } = await mistakes(ticTacToe, player, [states, new TableSolver(ticTacToe)]);
 * rate < 0.02; // => true
 */
export async function mistakes<State>(
  game: Game<State>,
  player: Player<State>,
  cases: readonly [states: readonly State[], solver: Solver<State>],
  options: MistakesOptions = {},
): Promise<Mistakes> {
  const { signal, onProgress } = optionsOf('mistakes', options, ['signal', 'onProgress']);
  requireGame('mistakes', game);
  requirePlayer('mistakes', player);
  const [states, solver] = requireCases(cases);
  const turns = new Turns(signal);
  const open = states.filter((state) => game.outcome(state) === null);
  let wrong = 0;
  let losing = 0;
  for (const [done, state] of open.entries()) {
    if (turns.due) await turns.give();
    const next = game.play(state, await player.choose(state));
    const value = 0 - solver.value(next);
    if (value < solver.value(state)) {
      wrong += 1;
      if (value < 0) losing += 1;
    }
    onProgress?.(done + 1, open.length);
  }
  const rate = open.length === 0 ? 0 : wrong / open.length;
  return { states: open.length, mistakes: wrong, losing, rate };
}

/** Throws TypeError unless there are states and a solver. */
function requireCases<State>(
  cases: readonly [readonly State[], Solver<State>],
): readonly [readonly State[], Solver<State>] {
  const { 0: states, 1: solver } = Object(cases) as Partial<typeof cases>;
  if (Array.isArray(states) && typeof solver?.value === 'function') return cases;
  throw new TypeError(`mistakes: needs [states, solver], got ${shown(cases)}.`);
}
