/** Options that work in an environment, and what they reached there. */
export interface Preset<Options> {
  /** The environment, as `make` takes it. */
  readonly env: string;
  /** Steps of training. */
  readonly steps: number;
  /** What the agent is made with. */
  readonly options: Options;
  /** The mean returns of 100 episodes after the training, of the generators of seeds 1, 2 and so on. */
  readonly returns: readonly number[];
}
