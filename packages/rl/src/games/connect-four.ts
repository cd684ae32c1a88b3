import type { Game } from './game.ts';
import { refuseAction, requireState } from './given.ts';
import {
  aligned,
  bottomBit,
  COLUMNS,
  LOW_COLUMNS,
  ROWS,
  STRIDE,
  topBit,
} from './connect-four-bits.ts';

/**
 * A state of connect four: stones as bits. A column has seven bits, its lowest square first, the seventh always free. The numbers `...Lo` have
 * columns 0 to 3, the numbers `...Hi` columns 4 to 6.
 */
export interface ConnectFourState {
  /** Stones of whoever is to move. */
  readonly ownLo: number;
  readonly ownHi: number;
  /** All stones. */
  readonly allLo: number;
  readonly allHi: number;
  /** How many moves were made. */
  readonly moves: number;
}

const CELLS = ROWS * COLUMNS;

/**
 * Connect four: stones fall into seven columns of six squares, and four in a row win, across, up or diagonally. Action `a` is the column.
 *
 * There are 4,531,985,219,092 states; with best play whoever begins wins, in the middle column. A network sees two planes: own stones, the
 * other's, the top row first.
 *
 * @throws RangeError if an action is not legal, or a state has moves that are none.
 *
 * @example
 * import { connectFour } from '@kasane/rl/games';
 * let state = connectFour.initial();
 * for (const column of [3, 3, 2]) state = connectFour.play(state, column);
 * connectFour.render(state).split('\n').slice(-2); // => [". . . O . . .",". . X X . . ."]
 */
export const connectFour: Game<ConnectFourState> = {
  name: 'connect four',
  actions: COLUMNS,
  shape: [2, ROWS, COLUMNS],
  symmetries: [
    { cells: range(CELLS), actions: range(COLUMNS) },
    {
      cells: range(CELLS).map((i) => i - (i % COLUMNS) + COLUMNS - 1 - (i % COLUMNS)),
      actions: range(COLUMNS).toReversed(),
    },
  ],
  initial: () => ({ ownLo: 0, ownHi: 0, allLo: 0, allHi: 0, moves: 0 }),

  player(state) {
    check(state);
    return state.moves % 2 === 0 ? 0 : 1;
  },

  legal(state) {
    check(state);
    return opponentWon(state) ? [] : open(state);
  },

  play(state, action) {
    check(state);
    const low = action < LOW_COLUMNS;
    const all = low ? state.allLo : state.allHi;
    const column = Number.isInteger(action) && action >= 0 && action < COLUMNS;
    if (!column || (all & topBit(action)) !== 0 || opponentWon(state)) {
      refuseAction('connectFour.play', connectFour.legal(state), action);
    }
    // A stone more: adding one to the lowest square carries to the first that is free.
    const taken = all | (all + bottomBit(action));
    return {
      ownLo: state.allLo ^ state.ownLo,
      ownHi: state.allHi ^ state.ownHi,
      allLo: low ? taken : state.allLo,
      allHi: low ? state.allHi : taken,
      moves: state.moves + 1,
    };
  },

  outcome(state) {
    check(state);
    if (opponentWon(state)) return -1;
    return state.moves === CELLS ? 0 : null;
  },

  key(state) {
    check(state);
    // Adding them puts a bit on top of each column, above which nothing is: 49 bits that tell all.
    return (state.ownHi + state.allHi) * 2 ** (STRIDE * LOW_COLUMNS) + state.ownLo + state.allLo;
  },

  encode(state, out, offset = 0) {
    check(state);
    for (let column = 0; column < COLUMNS; column++) {
      const low = column < LOW_COLUMNS;
      const shift = STRIDE * (low ? column : column - LOW_COLUMNS);
      const own = (low ? state.ownLo : state.ownHi) >> shift;
      const other = (low ? state.allLo ^ state.ownLo : state.allHi ^ state.ownHi) >> shift;
      for (let height = 0; height < ROWS; height++) {
        const cell = offset + (ROWS - 1 - height) * COLUMNS + column;
        out[cell] = (own >> height) & 1;
        out[cell + CELLS] = (other >> height) & 1;
      }
    }
  },

  render(state) {
    const planes = new Float32Array(2 * CELLS);
    connectFour.encode(state, planes);
    const mine = state.moves % 2 === 0 ? 'X' : 'O';
    const theirs = mine === 'X' ? 'O' : 'X';
    const square = (i: number): string => {
      if (planes[i] === 1) return mine;
      return planes[CELLS + i] === 1 ? theirs : '.';
    };
    return range(ROWS)
      .map((row) =>
        range(COLUMNS)
          .map((column) => square(row * COLUMNS + column))
          .join(' '),
      )
      .join('\n');
  },
};

function range(n: number): readonly number[] {
  return Array.from({ length: n }, (_, i) => i);
}

/** Columns that are not full. */
function open({ allLo, allHi }: ConnectFourState): readonly number[] {
  const columns: number[] = [];
  for (let column = 0; column < COLUMNS; column++) {
    if (((column < LOW_COLUMNS ? allLo : allHi) & topBit(column)) === 0) columns.push(column);
  }
  return columns;
}

/** Whether the last move made four in a row. */
function opponentWon({ ownLo, ownHi, allLo, allHi, moves }: ConnectFourState): boolean {
  return moves >= 7 && aligned(allLo ^ ownLo, allHi ^ ownHi);
}

function check(state: ConnectFourState): void {
  const { moves } = requireState('connectFour', state, '{ ownLo, ownHi, allLo, allHi, moves }');
  if (moves >= 0 && moves <= CELLS) return; // false for undefined, too
  throw new RangeError(`connectFour: moves must be 0 … ${CELLS}, got ${moves}.`);
}
