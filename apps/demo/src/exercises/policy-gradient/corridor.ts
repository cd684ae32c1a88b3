/** A corridor in which all cells look the same, and in one of which the ways are switched: whoever does not toss a coin never gets through. */
import {
  Box,
  Discrete,
  MDP,
  SeededEnv,
  solvePolicy,
  type Outcome,
  type Reset,
  type Step,
} from '@kasane/rl';

const SEEN = Float32Array.of(1); // all that is ever seen

/** Where left (0) and right (1) lead from each cell. Each step costs 1, and 3 is the goal. */
const LEADS = [
  [0, 1],
  [2, 0], // switched
  [1, 3],
] as const;

/** The corridor as an environment; 200 steps are an episode at most. */
export class Corridor extends SeededEnv<Float32Array, number> {
  readonly observationSpace: Box = new Box([0], [1]);
  readonly actionSpace: Discrete = new Discrete(2);
  #cell = 0;
  #steps = 0;

  protected begin(): Reset<Float32Array> {
    this.#cell = 0;
    this.#steps = 0;
    return { observation: SEEN, info: {} };
  }

  protected advance(action: number): Step<Float32Array> {
    this.#cell = LEADS[this.#cell]![action]!;
    const terminated = this.#cell === 3;
    const truncated = !terminated && ++this.#steps === 200;
    return { observation: SEEN, reward: -1, terminated, truncated, info: {} };
  }
}

/** J(p): what comes on average from the first cell on if right is taken with probability p, from the Bellman equation. */
export function corridorValue(p: number): number {
  const mdp = MDP.fromTransitions(
    LEADS.map((ways) =>
      ways.map((next): readonly Outcome[] => [[1, next === 3 ? 0 : next, -1, next === 3]]),
    ),
  );
  const policy = LEADS.map(() => [1 - p, p]);
  return solvePolicy(mdp, policy, { gamma: 1 }).V[0]!;
}
