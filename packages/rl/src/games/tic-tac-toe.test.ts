import { describe, expect, test } from 'vitest';
import { MCTS } from './mcts.ts';
import { Minimax } from './minimax.ts';
import { reachable, TableSolver } from './solver.ts';
import { ticTacToe as game } from './tic-tac-toe.ts';
import { testGame } from '../../test/game.ts';

testGame(game);

const states = reachable(game);
const solver = new TableSolver(game);

describe('tic-tac-toe', () => {
  test('has 5478 states, of which 958 are ends: 626 won by who began, 316 by the other, 16 draws', () => {
    const ends = states.filter((state) => game.outcome(state) !== null);
    const won = ends.filter((state) => game.outcome(state) === -1);
    const first = won.filter((state) => game.player(state) === 1);
    expect([states.length, ends.length]).toEqual([5478, 958]);
    expect([first.length, won.length - first.length, ends.length - won.length]).toEqual([
      626, 316, 16,
    ]);
  });

  test('is a draw with best play', () => {
    expect(solver.value(game.initial())).toBe(0);
  });

  test('refuses squares that are taken, off the board or after the end', () => {
    const state = game.play(game.initial(), 4);
    expect(() => game.play(state, 4)).toThrow(
      /^ticTacToe.play: the action must be one of 0, 1, 2, 3, 5, 6, 7, 8, got 4\.$/,
    );
    for (const action of [9, -1, 0.5, Number.NaN])
      expect(() => game.play(state, action)).toThrow(RangeError);
    const over = { own: 0b000_000_110, other: 0b111_000_000 };
    expect(() => game.play(over, 0)).toThrow(/no action is legal, for the game is over, got 0/);
  });

  test('refuses what is no state', () => {
    // @ts-expect-error -- no state
    expect(() => game.legal(null)).toThrow(
      /^ticTacToe: the state must be { own, other }, got null/,
    );
    expect(() => game.legal({ own: 1, other: 1 })).toThrow(/share none/);
  });
});

describe('search in tic-tac-toe', () => {
  test('minimax plays the best there is from every reachable state, and wins at once where it can', () => {
    const minimax = new Minimax(game);
    for (const state of states) {
      if (game.outcome(state) !== null || game.legal(state).length > 7) continue; // those below follow from all others
      const { action, value } = minimax.analyse(state);
      const next = game.play(state, action);
      expect(0 - solver.value(next)).toBe(solver.value(state));
      expect(Math.round(value)).toBe(solver.value(state));
      if (game.legal(state).some((a) => game.outcome(game.play(state, a)) === -1)) {
        expect(game.outcome(next)).toBe(-1);
      }
    }
  });

  test('minimax looks at fewer states than there are games', () => {
    const minimax = new Minimax(game);
    expect(minimax.analyse(game.initial()).value).toBe(0);
    expect(minimax.nodes).toBeLessThan(25_000); // of 549,945
  });

  test('minimax sees no further than its depth, and goes by its evaluation there', () => {
    const minimax = new Minimax(game, {
      depth: 1,
      evaluate: (state) => (state.other & 0b10000 ? -0.5 : 0),
    });
    expect(minimax.analyse(game.initial())).toEqual({ action: 4, value: 0.5 });
  });

  test('MCTS repeats itself with the same seed', async () => {
    const { Generator } = await import('@kasane/tensor-core');
    const visits = () =>
      new MCTS(game, { simulations: 200, generator: new Generator(3) }).analyse(game.initial())
        .visits;
    expect(visits()).toEqual(visits());
    expect(visits().reduce((a, b) => a + b)).toBe(200);
  });

  test('errors say what is wrong', () => {
    const over = { own: 0b000_000_110, other: 0b111_000_000 };
    expect(() => new Minimax(game).choose(over)).toThrow(
      /^Minimax: there is no action to choose, for the game is over\.$/,
    );
    expect(() => new MCTS(game).choose(over)).toThrow(/^MCTS: there is no action to choose/);
    expect(() => solver.choose(over)).toThrow(/^TableSolver: there is no action to choose/);
    expect(() => new MCTS(game, { simulations: 0 })).toThrow(RangeError);
    expect(() => new MCTS(game, { exploration: Number.NaN })).toThrow(
      /exploration must be 0 or more, got NaN/,
    );
    // @ts-expect-error -- no game
    expect(() => new Minimax({})).toThrow(/^Minimax: needs a game, such as ticTacToe, got/);
  });
});
