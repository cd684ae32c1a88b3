import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { arena, mistakes, RandomPlayer } from './arena.ts';
import { MCTS } from './mcts.ts';
import { Minimax } from './minimax.ts';
import { reachable, TableSolver } from './solver.ts';
import { ticTacToe as game } from './tic-tac-toe.ts';

const random = (seed: number) => new RandomPlayer(game, { generator: new Generator(seed) });
const solver = new TableSolver(game);

describe('arena', () => {
  test('random players who begin win 585 of 1000 games of tic-tac-toe, lose 288, draw 127', async () => {
    let first = 0;
    const { wins, draws, losses, score } = await arena(game, [random(1), random(2)], {
      games: 2000,
    });
    expect(wins + draws + losses).toBe(2000);
    expect(score).toBeCloseTo(0.5, 1); // they begin in turn
    expect(draws / 2000).toBeCloseTo(0.127, 1);
    await arena(game, [random(3), random(4)], {
      games: 1,
      onProgress: ({ games }) => (first += games),
    });
    expect(first).toBe(1);
  });

  test('minimax never loses against random, nor against itself from even openings', async () => {
    const player = new Minimax(game);
    expect((await arena(game, [player, random(5)], { games: 20 })).losses).toBe(0);
    const even = await arena(game, [player, player], {
      games: 20,
      opening: 2,
      generator: new Generator(6),
    });
    expect(even.wins).toBe(even.losses); // both play each opening from both sides
  });

  test('stops where the signal says so, and says what is wrong', async () => {
    await expect(
      arena(game, [random(1), random(2)], { signal: AbortSignal.abort() }),
    ).rejects.toThrow(/abort/);
    await expect(arena(game, [random(1), { choose: () => 10 }], {})).rejects.toThrow(
      /^ticTacToe.play: the action must be one of/,
    );
    // @ts-expect-error -- one player only
    await expect(arena(game, [random(1)])).rejects.toThrow(/^arena: needs a player, with choose/);
  });
});

describe('mistakes', () => {
  const states = reachable(game);

  test('MCTS with 1000 simulations never loses from any reachable state that is not lost', async () => {
    const player = new MCTS(game, { simulations: 1000, generator: new Generator(1) });
    const result = await mistakes(game, player, [states, solver]);
    expect(result.losing).toBe(0);
  });

  test('says what is wrong', async () => {
    // @ts-expect-error -- no solver
    await expect(mistakes(game, random(1), [states])).rejects.toThrow(
      /^mistakes: needs \[states, solver\], got/,
    );
    // @ts-expect-error -- nothing
    await expect(mistakes(game, random(1))).rejects.toThrow(
      /^mistakes: needs \[states, solver\], got undefined/,
    );
  });

  test('the solver makes none, a random player many', async () => {
    expect((await mistakes(game, solver, [states, solver])).mistakes).toBe(0);
    const { rate, states: asked } = await mistakes(game, random(1), [states, solver]);
    expect(asked).toBe(4520);
    expect(rate).toBeGreaterThan(0.2);
  });
});
