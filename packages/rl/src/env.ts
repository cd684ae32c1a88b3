import type { Picture, PictureOptions } from './environments/drawing/picture.ts';
import type { Space } from './spaces/space.ts';

/** What else an environment tells; nothing that an agent may learn from. */
export type Info = Readonly<Record<string, unknown>>;

/** Options of `Env.reset`. */
export interface ResetOptions {
  /** Makes all that follows depend on it. Default: the environment goes on with what it draws from. */
  readonly seed?: number;
  /** What this environment takes. */
  readonly options?: Readonly<Record<string, unknown>>;
}

/** How an episode begins. */
export interface Reset<Observation> {
  readonly observation: Observation;
  readonly info: Info;
}

/** What an action brought. */
export interface Step<Observation> {
  readonly observation: Observation;
  readonly reward: number;
  /** The task itself has ended, and nothing comes after: the value of the rest is 0. */
  readonly terminated: boolean;
  /** The episode was cut off, such as by a limit of time: what comes after has a value, which is to be estimated. */
  readonly truncated: boolean;
  readonly info: Info;
}

/**
 * An environment: what an agent acts in. Any object with these members is one.
 *
 * Same as `gymnasium.Env`: `reset`, then `step` until `terminated` or `truncated`, then `reset` again. A step before the first reset or after the end
 * throws.
 */
export interface Env<Observation = Float32Array, Action = number> {
  readonly observationSpace: Space<Observation>;
  readonly actionSpace: Space<Action>;
  /** Begins an episode. */
  reset(options?: ResetOptions): Reset<Observation>;
  /** Takes an action. */
  step(action: Action): Step<Observation>;
  /** What it looks like in characters; environments that have no look leave it out. */
  render?(): string;
  /** What it looks like as pixels. */
  picture?(options?: PictureOptions): Picture;
  /**
   * The actions that a person takes, by the `key` of the key that is pressed. That of '' goes on while none is; environments without it
   * wait.
   */
  readonly keys?: Readonly<Record<string, Action>> | undefined;
  /** Lets go of what it holds, if anything. */
  close?(): void;
}
