import {
  defaultGenerator,
  optionsOf,
  requireThat,
  requireWhole,
  shown,
  type Generator,
} from '@kasane/tensor-core';
import { requireFinite } from '../planning/given.ts';
import { drawCells } from './drawing/cells.ts';
import type { Picture, PictureOptions } from './drawing/picture.ts';
import { TabularEnv, type Outcome, type Transitions } from './tabular-env.ts';
import { drawMap, startsOf, textMap, type TextMap } from './text-map.ts';

/** Options of `FrozenLake`. */
export interface FrozenLakeOptions {
  /** A map of one's own: rows of S (start), F (frozen), H (hole), G (goal). */
  readonly desc?: string | readonly string[];
  /** Default: '4x4'. */
  readonly mapName?: '4x4' | '8x8';
  /** Default: true. */
  readonly isSlippery?: boolean;
  /** How likely a step on slippery ice goes where it should; the rest goes to its sides. Default: 1 / 3. */
  readonly successRate?: number;
  /** What the goal, a hole and other cells pay. Default: [1, 0, 0]. */
  readonly rewardSchedule?: readonly [goal: number, hole: number, frozen: number];
}

const maps = {
  '4x4': ['SFFF', 'FHFH', 'FFFH', 'HFFG'],
  '8x8': [
    'SFFFFFFF',
    'FFFFFFFF',
    'FFFHFFFF',
    'FFFFFHFF',
    'FFFHFFFF',
    'FHHFFFHF',
    'FHFFHFHF',
    'FFFHFFFG',
  ],
} as const;

/** Left, down, right, up: what the actions add to row and column. */
const moves = [
  [0, -1],
  [1, 0],
  [0, 1],
  [-1, 0],
] as const;

/**
 * Across a frozen lake to the goal, around the holes.
 *
 * $$ s = \text{columns} \cdot \text{row} + \text{column} $$
 *
 * $$ P(\text{ahead}) = \text{successRate}, \quad P(\text{to either side}) = (1 - \text{successRate}) / 2 $$
 *
 * | part         | what |
 * | ------------ | ---- |
 * | observations | `Discrete(rows · columns)`: the number s of the cell; 16, or 64 with `mapName` '8x8' |
 * | actions      | `Discrete(4)`: left (0), down (1), right (2), up (3) |
 * | reward       | 1 for reaching the goal, else 0; `rewardSchedule` has others for goal, hole and ice |
 * | start        | a cell S, of several each as likely: on both maps the upper left corner |
 * | terminated   | at the goal and in holes |
 * | truncated    | `make('FrozenLake-v1')` cuts after 100 steps, a mean return of 0.7 counts as solved; `make('FrozenLake8x8-v1')` after 200, with 0.85 |
 *
 * Ice is slippery unless `isSlippery` is false: a step then goes where it should.
 *
 * Same as `FrozenLakeEnv` of Gymnasium 1.4, its `P` and `info.prob` included, except: a step after the end throws; a seed draws other
 * steps; a drawn map comes from `generateRandomMap` alone, there from a `map_name` of None, too; and there are `picture` and a `render` in
 * characters in place of a `render_mode`.
 *
 * @throws Error if a step is taken before the first reset or after the end.
 * @throws RangeError if an action is not in `actionSpace`, `mapName` neither of the two, or `successRate` not from 0 to 1.
 * @throws {@link DataError} if the map has no start, rows of other lengths, or other letters.
 * @throws TypeError if `reset` is given options, of which it has none.
 *
 * @example
 * import { FrozenLake } from '@kasane/rl';
 * const env = new FrozenLake({ isSlippery: false });
 * env.reset({ seed: 1 });
 * [2, 2, 1, 1, 1, 2].map((action) => env.step(action).reward); // => [0,0,0,0,0,1]
 * @category Environments
 */
export class FrozenLake extends TabularEnv {
  readonly keys: Readonly<Record<string, number>> = {
    ArrowLeft: 0,
    ArrowDown: 1,
    ArrowRight: 2,
    ArrowUp: 3,
  };
  readonly #map: TextMap;

  constructor(options?: FrozenLakeOptions) {
    const {
      desc,
      mapName = '4x4',
      isSlippery = true,
      successRate = 1 / 3,
      rewardSchedule = [1, 0, 0],
    } = optionsOf('FrozenLake', options, [
      'desc',
      'mapName',
      'isSlippery',
      'successRate',
      'rewardSchedule',
    ]);
    if (desc === undefined && !Object.hasOwn(maps, mapName)) {
      throw new RangeError(`FrozenLake: mapName must be '4x4' or '8x8', got ${shown(mapName)}.`);
    }
    const map = textMap('FrozenLake', desc ?? maps[mapName], 'SFHG');
    requireFinite('FrozenLake', 'successRate', successRate);
    requireThat(
      successRate >= 0 && successRate <= 1,
      'FrozenLake',
      'successRate',
      successRate,
      'from 0 to 1',
    );
    if (!Array.isArray(rewardSchedule) || rewardSchedule.length !== 3) {
      throw new TypeError(
        `FrozenLake: rewardSchedule must be [goal, hole, frozen], got ${shown(rewardSchedule)}.`,
      );
    }
    super(
      lake(map, isSlippery ? successRate : undefined, rewardSchedule),
      startsOf('FrozenLake', map),
    );
    this.#map = map;
  }

  /** The map, with the cell the agent is on in brackets. */
  render(): string {
    return drawMap(this.#map, this.s);
  }

  /** What it looks like as pixels. */
  picture(options?: PictureOptions): Picture {
    return drawCells('FrozenLake', this.#map, this.s, options);
  }
}

function lake(
  map: TextMap,
  success: number | undefined,
  rewards: readonly [number, number, number],
): Transitions {
  const side = success === undefined ? 0 : (1 - success) / 2;
  const go = (at: number, probability: number, action: number): Outcome => {
    const next = neighbour(map, at, moves[action]![0], moves[action]![1]);
    const cell = map.cells[next]!;
    const reward = cell === 'G' ? rewards[0] : cell === 'H' ? rewards[1] : rewards[2];
    return [probability, next, reward, cell === 'G' || cell === 'H'];
  };
  return Array.from(map.cells, (cell, at) =>
    moves.map((_, action): Outcome[] => {
      if (cell === 'G' || cell === 'H') return [[1, at, 0, true]];
      if (success === undefined) return [go(at, 1, action)];
      return [
        go(at, side, (action + 3) % 4),
        go(at, success, action),
        go(at, side, (action + 1) % 4),
      ];
    }),
  );
}

/** The cell beside another, or the same where the map ends. @internal */
export function neighbour(
  { rows, columns }: Pick<TextMap, 'rows' | 'columns'>,
  at: number,
  down: number,
  right: number,
): number {
  const row = Math.floor(at / columns) + down;
  const column = (at % columns) + right;
  return row < 0 || row >= rows || column < 0 || column >= columns ? at : row * columns + column;
}

/** Options of `generateRandomMap`. */
export interface RandomMapOptions {
  /** Rows and columns. Default: 8. */
  readonly size?: number;
  /** How likely a cell is frozen. Default: 0.8. */
  readonly p?: number;
  /** Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/**
 * A map for `FrozenLake`, drawn until the goal can be reached. Start and goal are in opposite corners.
 *
 * Same as `generate_random_map` of Gymnasium, except that the seed comes from `generator`.
 *
 * @throws RangeError if `size` is not a whole number from 2 to 1000, or p is not above 0 and at most 1.
 *
 * @example
 * import { FrozenLake, generateRandomMap } from '@kasane/rl';
 * new FrozenLake({ desc: generateRandomMap({ size: 5 }) }).P.length; // => 25
 * @category Environments
 */
export function generateRandomMap(options?: RandomMapOptions): string[] {
  const {
    size = 8,
    p = 0.8,
    generator = defaultGenerator(),
  } = optionsOf('generateRandomMap', options, ['size', 'p', 'generator']);
  requireWhole('generateRandomMap', 'size', size, 2, 1000);
  requireFinite('generateRandomMap', 'p', p);
  requireThat(p > 0 && p <= 1, 'generateRandomMap', 'p', p, 'above 0 and at most 1');
  for (;;) {
    const cells: string[] = Array.from({ length: size * size }, () =>
      generator.random() < p ? 'F' : 'H',
    );
    cells[0] = 'S';
    cells[cells.length - 1] = 'G';
    if (!canReach(cells, size)) continue;
    return Array.from({ length: size }, (_, i) => cells.slice(i * size, (i + 1) * size).join(''));
  }
}

/** Whether a way leads from the first cell to the last. */
function canReach(cells: readonly string[], size: number): boolean {
  const seen = new Set([0]);
  // A set goes on to what is added while it is walked through.
  for (const at of seen) {
    for (const [down, right] of moves) {
      const next = neighbour({ rows: size, columns: size }, at, down, right);
      if (cells[next] !== 'H') seen.add(next);
    }
  }
  return seen.has(cells.length - 1);
}
