/** The world of the exercise, and what is known of it beforehand. */
import { GridWorld, MDP, solvePolicy, valueIteration } from '@kasane/rl';
import type { OptimalValues } from '@kasane/rl';

/** # walls, X pits, G the goal, S where one starts. */
export const MAP: readonly string[] = [
  '.....#..',
  '.#.#.#.G',
  '.#.X...#',
  '...##.X.',
  '.#......',
  'S..#.X..',
];
export const COLUMNS: number = MAP[0]!.length;

/** The world in which one starts anywhere, so that all of it is learned, or at S. */
export function world(slip: number, start: 'anywhere' | 'S'): GridWorld {
  const desc = start === 'S' ? MAP : MAP.map((row) => row.replaceAll('.', 'S'));
  return new GridWorld({ desc, slip });
}

/** The cells that one can stand on. */
export const CELLS: readonly number[] = Array.from(MAP.join(''), (_, cell) => cell).filter((cell) =>
  '.S'.includes(MAP.join('')[cell]!),
);

/** What planning knows: the best values, and what a policy is worth that takes one action in each cell. */
export interface Plan extends OptimalValues {
  worthOf(actions: ArrayLike<number>): Float64Array;
}

/** Plans with the table P of the world, which learning does not look at. */
export function planned(slip: number, gamma: number): Plan {
  const mdp = MDP.fromTransitions(world(slip, 'S').P);
  return {
    ...valueIteration(mdp, { gamma }),
    worthOf(actions) {
      const policy = Array.from(actions, (a) => [0, 1, 2, 3].map((other) => Number(other === a)));
      return solvePolicy(mdp, policy, { gamma }).V;
    },
  };
}
