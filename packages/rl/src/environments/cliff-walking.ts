import { optionsOf } from '@kasane/tensor-core';
import { neighbour } from './frozen-lake.ts';
import { drawCells } from './drawing/cells.ts';
import type { Picture, PictureOptions } from './drawing/picture.ts';
import { TabularEnv, type Outcome } from './tabular-env.ts';
import { drawMap, type TextMap } from './text-map.ts';

/** Options of `CliffWalking`. */
export interface CliffWalkingOptions {
  /** A step goes to either side as often as ahead. Default: false. */
  readonly isSlippery?: boolean;
}

const map: TextMap = {
  rows: 4,
  columns: 12,
  cells: `${'.'.repeat(36)}S${'C'.repeat(10)}G`,
};
const start = 36;

/** Up, right, down, left: what the actions add to row and column. */
const moves = [
  [-1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
] as const;

/**
 * Along a cliff to the goal, on a map of 4 rows of 12 cells.
 *
 * $$ s = 12 \cdot \text{row} + \text{column} $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Discrete(48)`: the number s of the cell |
 * | actions      | `Discrete(4)`: up (0), right (1), down (2), left (3) |
 * | reward       | -1 for each step; -100 for one over the cliff, which leads back to the start without an end |
 * | start        | cell 36, the lower left corner |
 * | terminated   | at the goal, cell 47, the lower right corner |
 * | truncated    | never, with `make('CliffWalking-v1')` either |
 *
 * With `isSlippery`, as `make('CliffWalkingSlippery-v1')` has it, a step goes ahead, to its left and to its right with a probability of ⅓
 * each.
 *
 * Same as `CliffWalkingEnv` of Gymnasium 1.4, its `P` and `info.prob` included, except: a step after the end throws; a seed draws other
 * steps; and there are `picture` and a `render` in characters in place of a `render_mode`.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`.
 * @throws TypeError if `reset` is given options, of which it has none.
 *
 * @example
 * import { CliffWalking } from '@kasane/rl';
 * const env = new CliffWalking();
 * env.reset(); // at 36
 * [env.step(1).reward, env.s]; // => [-100,36]
 * @see http://incompleteideas.net/book/the-book-2nd.html Example 6.6
 * @category Environments
 */
export class CliffWalking extends TabularEnv {
  readonly keys: Readonly<Record<string, number>> = {
    ArrowUp: 0,
    ArrowRight: 1,
    ArrowDown: 2,
    ArrowLeft: 3,
  };
  constructor(options?: CliffWalkingOptions) {
    const { isSlippery = false } = optionsOf('CliffWalking', options, ['isSlippery']);
    const turns = isSlippery ? [3, 0, 1] : [0];
    const go = (at: number, action: number): Outcome => {
      const [down, right] = moves[action % 4]!;
      const next = neighbour(map, at, down, right);
      const cell = map.cells[next];
      if (cell === 'C') return [1 / turns.length, start, -100, false];
      return [1 / turns.length, next, -1, cell === 'G'];
    };
    super(
      Array.from(map.cells, (_, at) =>
        moves.map((_, action) => turns.map((turn) => go(at, action + turn))),
      ),
      Float64Array.from(map.cells, (cell) => Number(cell === 'S')),
    );
  }

  /** The map, with the cell the agent is on in brackets. */
  render(): string {
    return drawMap(map, this.s);
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    return drawCells('CliffWalking', map, this.s, options);
  }
}
