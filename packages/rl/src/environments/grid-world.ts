import { optionsOf, requireThat } from '@kasane/tensor-core';
import { neighbour } from './frozen-lake.ts';
import { requireFinite } from '../planning/given.ts';
import { drawCells } from './drawing/cells.ts';
import type { Picture, PictureOptions } from './drawing/picture.ts';
import { TabularEnv, type Outcome } from './tabular-env.ts';
import { drawMap, startsOf, textMap } from './text-map.ts';

/** Options of `GridWorld`. */
export interface GridWorldOptions {
  /** The map: a list of rows or a text of lines. Default: the world of Russell and Norvig's book, three rows of four cells. */
  readonly desc?: string | readonly string[];
  /** How likely a step goes to one of its sides instead, to each half as often. Default: 0. */
  readonly slip?: number;
  /** What every step pays. Default: 0. */
  readonly stepReward?: number;
  /** What a goal pays beside. Default: 1. */
  readonly goalReward?: number;
  /** What a pit pays beside. Default: -1. */
  readonly pitReward?: number;
}

const russellNorvig = ['...G', '.#.X', 'S...'];

/** Up, right, down, left: what the actions add to row and column. */
const moves = [
  [-1, 0],
  [0, 1],
  [1, 0],
  [0, -1],
] as const;

/**
 * A world of cells from a text map, of which goals and pits end an episode.
 *
 * $$ s = \text{columns} \cdot \text{row} + \text{column}, \qquad P(\text{ahead}) = 1 - \text{slip}, \quad P(\text{to either side}) = \text{slip} / 2 $$
 *
 *     .  free     #  wall     S  start     G  goal     X  pit
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Discrete(rows · columns)`: the number s of the cell, walls counted |
 * | actions      | `Discrete(4)`: up (0), right (1), down (2), left (3) |
 * | reward       | `stepReward` for each step, and `goalReward` or `pitReward` beside for the one that gets there |
 * | start        | a cell S, of several each as likely |
 * | terminated   | at goals and in pits |
 * | truncated    | `make('GridWorld-v0', { desc })` cuts after 100 steps |
 *
 * A step against a wall or the border stays where it is. `P` says that nothing happens in walls, goals and pits, so that planning values
 * them 0. Gymnasium has no such environment.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, `slip` not from 0 to 1, or a reward not finite.
 * @throws {@link DataError} if the map has no start, rows of other lengths, or other letters.
 * @throws TypeError if `reset` is given options, of which it has none.
 *
 * @example
 * import { GridWorld, MDP, valueIteration } from '@kasane/rl';
 * const env = new GridWorld({ desc: ['S.G', '.#X'], slip: 0.2, stepReward: -0.04 });
 * env.reset({ seed: 1 }).observation; // => 0
 * const { V } = valueIteration(MDP.fromTransitions(env.P), { gamma: 1 });
 * V[1]!.toFixed(2); // => 0.95
 * @see Russell and Norvig (2010), Artificial Intelligence: A Modern Approach, section 17.1.
 * @category Environments
 */
export class GridWorld extends TabularEnv {
  readonly keys: Readonly<Record<string, number>> = {
    ArrowUp: 0,
    ArrowRight: 1,
    ArrowDown: 2,
    ArrowLeft: 3,
  };
  readonly rows: number;
  readonly columns: number;
  /** The letter of each cell, row by row. */
  readonly cells: string;

  constructor(options?: GridWorldOptions) {
    const {
      desc = russellNorvig,
      slip = 0,
      stepReward = 0,
      goalReward = 1,
      pitReward = -1,
    } = optionsOf('GridWorld', options, ['desc', 'slip', 'stepReward', 'goalReward', 'pitReward']);
    requireFinite('GridWorld', 'slip', slip);
    requireThat(slip >= 0 && slip <= 1, 'GridWorld', 'slip', slip, 'from 0 to 1');
    for (const [name, reward] of Object.entries({ stepReward, goalReward, pitReward })) {
      requireFinite('GridWorld', name, reward);
    }
    const map = textMap('GridWorld', desc, '.#SGX');
    const go = (at: number, probability: number, action: number): Outcome => {
      const [down, right] = moves[action % 4]!;
      const ahead = neighbour(map, at, down, right);
      const next = map.cells[ahead] === '#' ? at : ahead;
      const cell = map.cells[next];
      const bonus = cell === 'G' ? goalReward : cell === 'X' ? pitReward : 0;
      return [probability, next, stepReward + bonus, cell === 'G' || cell === 'X'];
    };
    super(
      Array.from(map.cells, (cell, at) =>
        moves.map((_, action): Outcome[] => {
          if ('#GX'.includes(cell)) return [[1, at, 0, true]];
          if (slip === 0) return [go(at, 1, action)];
          const sides = [go(at, slip / 2, action + 3), go(at, slip / 2, action + 1)];
          return slip === 1 ? sides : [go(at, 1 - slip, action), ...sides];
        }),
      ),
      startsOf('GridWorld', map),
    );
    this.rows = map.rows;
    this.columns = map.columns;
    this.cells = map.cells;
  }

  /** The map, with the cell the agent is on in brackets. */
  render(): string {
    return drawMap(this, this.s);
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    return drawCells('GridWorld', this, this.s, options);
  }
}
