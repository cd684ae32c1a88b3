/** A run of connect four with the settings of the full preset that was kept. */
export const KEPT = {
  iterations: 120,
  /** Of one core, learning alone. */
  minutes: 0,
  /** Points per game with search against UCT with 1,000 simulations, after so many iterations. */
  measured: [] as readonly number[],
  scores: [] as readonly number[],
};
