import { Generator } from '@kasane/tensor-core';
import { describe, expect, test } from 'vitest';
import { connectFour as game, type ConnectFourState } from './connect-four.ts';
import { ConnectFourSolver } from './connect-four-solver.ts';
import { MCTS } from './mcts.ts';
import { testGame } from '../../test/game.ts';

testGame(game);

function after(moves: string): ConnectFourState {
  return [...moves].reduce((state, digit) => game.play(state, Number(digit) - 1), game.initial());
}

/** A state with so many stones and no winner yet, at random. */
function drawn(generator: Generator, stones: number): ConnectFourState {
  for (;;) {
    let state = game.initial();
    while (game.outcome(state) === null && state.moves < stones) {
      const legal = game.legal(state);
      state = game.play(state, legal[generator.below(legal.length)]!);
    }
    if (game.outcome(state) === null) return state;
  }
}

/** The same where nobody has left the other a win, so that the end is not near. */
function quiet(generator: Generator, stones: number): ConnectFourState {
  const isWon = (state: ConnectFourState): boolean =>
    game.legal(state).some((action) => game.outcome(game.play(state, action)) === -1);
  for (;;) {
    let state = game.initial();
    while (state.moves < stones) {
      const next = game.legal(state).map((action) => game.play(state, action));
      const safe = next.filter((one) => game.outcome(one) === null && !isWon(one));
      if (safe.length === 0) break;
      state = safe[generator.below(safe.length)]!;
    }
    if (state.moves === stones) return state;
  }
}

/** The board as text, and four in a row looked for square by square. */
function hasFour(state: ConnectFourState): boolean {
  const board = game
    .render(state)
    .split('\n')
    .map((line) => line.split(' '));
  const directions = [
    [0, 1],
    [1, 0],
    [1, 1],
    [1, -1],
  ] as const;
  return board.some((line, r) =>
    line.some((stone, c) =>
      directions.some(([dr, dc]) =>
        [0, 1, 2, 3].every((k) => stone !== '.' && board[r + k * dr]?.[c + k * dc] === stone),
      ),
    ),
  );
}

/** The score by looking at every move. */
function bruteScore(state: ConnectFourState, known = new Map<number, number>()): number {
  const outcome = game.outcome(state);
  if (outcome !== null) return outcome * Math.floor((44 - state.moves) / 2);
  const key = game.key(state);
  const kept = known.get(key);
  if (kept !== undefined) return kept;
  const score = Math.max(
    ...game.legal(state).map((a) => 0 - bruteScore(game.play(state, a), known)),
  );
  known.set(key, score);
  return score;
}

describe('connect four', () => {
  test('sees every four in a row, and no other', () => {
    const generator = new Generator(2);
    let won = 0;
    for (let i = 0; i < 300; i++) {
      let state = game.initial();
      while (game.outcome(state) === null) {
        expect(hasFour(state)).toBe(false);
        const legal = game.legal(state);
        state = game.play(state, legal[generator.below(legal.length)]!);
      }
      expect(hasFour(state)).toBe(game.outcome(state) === -1);
      won += game.outcome(state)!;
    }
    expect(won).toBeLessThan(-250);
  });

  test('refuses columns that are full, off the board or after the end', () => {
    expect(() => game.play(after('444444'), 3)).toThrow(
      /^connectFour.play: the action must be one of 0, 1, 2, 4, 5, 6, got 3\.$/,
    );
    for (const action of [7, -1, 0.5, Number.NaN])
      expect(() => game.play(after('4'), action)).toThrow(RangeError);
    expect(() => game.play(after('1212121'), 4)).toThrow(
      /no action is legal, for the game is over, got 4/,
    );
  });
});

describe('ConnectFourSolver', () => {
  test('says what is no state', () => {
    // @ts-expect-error -- no state
    expect(() => new ConnectFourSolver().score(null)).toThrow(/^connectFour: the state must be {/);
  });

  test('finds the scores that looking at every move finds', () => {
    const generator = new Generator(4);
    const solver = new ConnectFourSolver({ tableBits: 12 });
    for (let i = 0; i < 150; i++) {
      const state = drawn(generator, 28 + (i % 14));
      const score = bruteScore(state);
      expect(solver.score(state)).toBe(score);
      expect(solver.value(state)).toBe(Math.sign(score));
      expect(0 - solver.score(game.play(state, solver.choose(state)))).toBe(score);
    }
  });

  test('scores ends, wins at once and threats that cannot all be met', () => {
    const solver = new ConnectFourSolver();
    expect(solver.score(after('1212121'))).toBe(-18); // lost with the opponent's 4th stone
    expect(solver.score(after('121212'))).toBe(18);
    expect(solver.score(after('2252576253462244111563365343671351441'))).toBe(-1);
    expect(() => solver.choose(after('1212121'))).toThrow(
      /^ConnectFourSolver: there is no action to choose/,
    );
  });

  test('solves positions with 29 stones in less than a millisecond each', () => {
    const generator = new Generator(5);
    const solver = new ConnectFourSolver();
    for (let i = 0; i < 300; i++) {
      const before = solver.nodes;
      solver.score(quiet(generator, 29));
      expect(solver.nodes - before).toBeLessThan(6000); // some 7 a µs
    }
  });
});

describe('MCTS in connect four', () => {
  test('takes a win and blocks one', () => {
    const player = new MCTS(game, { simulations: 400, generator: new Generator(1) });
    expect(player.choose(after('121212'))).toBe(0);
    expect(player.choose(after('12121'))).toBe(0);
  });
});
