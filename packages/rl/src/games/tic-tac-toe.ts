import type { Game, Symmetry } from './game.ts';
import { refuseAction, requireState } from './given.ts';

/** A state of tic-tac-toe: the squares taken, as bits of two numbers. Square 3 · row + column is bit 3 · row + column. */
export interface TicTacToeState {
  /** Squares of whoever is to move. */
  readonly own: number;
  /** Squares of the opponent. */
  readonly other: number;
}

const SQUARES = 9;
const FULL = 0b111_111_111;
/** The eight lines. */
const LINES = [
  0b111, 0b111000, 0b111000000, 0b1001001, 0b10010010, 0b100100100, 0b100010001, 0b1010100,
];

/** Whether a set of squares has a line, for all 512 of them. */
const HAS_LINE = Array.from({ length: FULL + 1 }, (_, squares) =>
  LINES.some((line) => (squares & line) === line),
);

/** The squares of a set, in rising order. */
const MEMBERS: readonly (readonly number[])[] = Array.from({ length: FULL + 1 }, (_, squares) =>
  Array.from({ length: SQUARES }, (_, i) => i).filter((i) => squares & (1 << i)),
);

const NO_MOVES: readonly number[] = [];

/**
 * Tic-tac-toe: three in a row on a board of 3 × 3. Action `a` takes the square in row ⌊a / 3⌋, column a mod 3.
 *
 * Of its 5,478 reachable states, 958 are ends; with best play it is a draw. A network sees two planes: own squares, the other's.
 *
 * @throws RangeError if an action is not legal, or a state is none of the board's.
 *
 * @example
 * import { ticTacToe } from '@kasane/rl/games';
 * let state = ticTacToe.initial();
 * for (const square of [4, 0, 2, 6]) state = ticTacToe.play(state, square);
 * ticTacToe.render(state).split('\n'); // => ["O . X",". X .","O . ."]
 * ticTacToe.legal(state); // => [1,3,5,7,8]
 */
export const ticTacToe: Game<TicTacToeState> = {
  name: 'tic-tac-toe',
  actions: SQUARES,
  shape: [2, 3, 3],
  symmetries: squareSymmetries(3),
  initial: () => ({ own: 0, other: 0 }),

  player(state) {
    check(state);
    return MEMBERS[state.own | state.other]!.length % 2 === 0 ? 0 : 1;
  },

  legal(state) {
    check(state);
    return HAS_LINE[state.other] ? NO_MOVES : MEMBERS[FULL & ~(state.own | state.other)]!;
  },

  play(state, action) {
    check(state);
    const free = MEMBERS[FULL & ~(state.own | state.other)]!;
    if (!free.includes(action) || HAS_LINE[state.other]) {
      refuseAction('ticTacToe.play', ticTacToe.legal(state), action);
    }
    return { own: state.other, other: state.own | (1 << action) };
  },

  outcome(state) {
    check(state);
    if (HAS_LINE[state.other]) return -1;
    return (state.own | state.other) === FULL ? 0 : null;
  },

  key(state) {
    check(state);
    return (state.own << SQUARES) | state.other;
  },

  encode(state, out, offset = 0) {
    check(state);
    for (let i = 0; i < SQUARES; i++) {
      out[offset + i] = (state.own >> i) & 1;
      out[offset + SQUARES + i] = (state.other >> i) & 1;
    }
  },

  render(state) {
    const mine = ticTacToe.player(state) === 0 ? 'X' : 'O';
    const theirs = mine === 'X' ? 'O' : 'X';
    const squares = Array.from({ length: SQUARES }, (_, i) => {
      if ((state.own >> i) & 1) return mine;
      return (state.other >> i) & 1 ? theirs : '.';
    });
    return [0, 3, 6].map((row) => squares.slice(row, row + 3).join(' ')).join('\n');
  },
};

/** Bits of a board, no square taken twice. */
function check(state: TicTacToeState): void {
  const { own, other } = requireState('ticTacToe', state, '{ own, other }');
  if (own >= 0 && own <= FULL && other >= 0 && other <= FULL && (own & other) === 0) return;
  throw new RangeError(
    `ticTacToe: own and other must be sets of the squares 0 … 8 that share none, got ${own} and ${other}.`,
  );
}

/** The four turns of a square board and their mirror images, where an action is a cell. */
function squareSymmetries(size: number): readonly Symmetry[] {
  return Array.from({ length: 8 }, (_, which) => {
    const cells = Array.from({ length: size * size }, (_, cell) => {
      let row = Math.floor(cell / size);
      let column = cell % size;
      for (let turn = 0; turn < which % 4; turn++) {
        const before = row;
        row = size - 1 - column;
        column = before;
      }
      return size * row + (which < 4 ? column : size - 1 - column);
    });
    return { cells, actions: cells };
  });
}
