/**
 * A game of two players who move in turn, see everything, and of whom one gains what the other loses.
 *
 * States are never changed: `play` gives the next one. What a state is, is the game's own business. Values are seen by whoever is to move:
 * 1 is a win for that player, -1 a loss, 0 a draw. So what a move is worth to its mover is minus the value of the state it leads to.
 */
export interface Game<State> {
  readonly name: string;
  /** Actions are the whole numbers from 0 to `actions` - 1; which of them are legal depends on the state. */
  readonly actions: number;
  /** Shape of what `encode` writes: planes, rows, columns. */
  readonly shape: readonly [planes: number, rows: number, columns: number];
  /** Ways to turn and mirror the board that change nothing about the game, the first of which leaves it as it is. */
  readonly symmetries: readonly Symmetry[];
  /** The state before the first move. */
  initial(): State;
  /** Who is to move, 0 being who began. */
  player(state: State): 0 | 1;
  /** The actions that the rules allow, in rising order; none when the game is over. */
  legal(state: State): readonly number[];
  /** The state after an action. Throws RangeError for one that is not legal. */
  play(state: State, action: number): State;
  /** What the end is worth to whoever is to move, null while the game goes on. */
  outcome(state: State): number | null;
  /** The same for states that are the same, different for others. */
  key(state: State): number;
  /** Writes what a network sees, as whoever is to move sees it, to `out` from `offset` on: planes × rows × columns numbers. */
  encode(state: State, out: Float32Array, offset?: number): void;
  /** The board in lines of text. */
  render(state: State): string;
}

/**
 * A way to turn or mirror a board. The picture made by it has at place `i` what was at `cells[i]`, in each plane, and what was true of
 * action `actions[a]` is true of action `a` there.
 */
export interface Symmetry {
  readonly cells: readonly number[];
  readonly actions: readonly number[];
}

/** Whoever chooses a legal action, at once or after a while. */
export interface Player<State> {
  choose(state: State): number | Promise<number>;
}

/** What `analyse` of a search says of a state. */
export interface Analysis {
  /** The action found best; of equals the first. */
  readonly action: number;
  /** What the state is worth to whoever is to move. */
  readonly value: number;
}
