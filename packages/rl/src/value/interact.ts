import { requireWhole, shown, type Generator } from '@kasane/tensor-core';
import { NStep } from '../buffers/n-step.ts';
import type { ReplayBuffer } from '../buffers/replay-buffer.ts';
import type { Env } from '../env.ts';
import { Turns } from '../turns.ts';

/** What agents that learn from what they do tell while they learn. */
export interface LearningReport {
  /** Steps in the environment so far. */
  readonly steps: number;
  readonly total: number;
  /** Episodes that have ended so far. */
  readonly episodes: number;
  /** Mean return of the last 100 episodes. */
  readonly meanReturn: number;
}

/** Options of `learn`. */
export interface LearnOptions {
  /** Told after every episode. */
  readonly onProgress?: (report: LearningReport) => void;
  /** Ends the training between two steps, with its reason. */
  readonly signal?: AbortSignal;
}

/** The names of LearnOptions. */
export const learnNames = ['onProgress', 'signal'] as const;

/** What an agent that learns from a buffer does at each step. */
interface Parts<Action extends number | Float32Array> {
  /** Whose `learn` it is, for errors. */
  readonly owner: string;
  readonly env: Env<Float32Array, Action>;
  readonly buffer: ReplayBuffer;
  readonly nSteps: number;
  readonly gamma: number;
  readonly generator: Generator;
  /** The action at a step. */
  act(observation: Float32Array, step: number): Action;
  /** What is kept of an action, if not the action itself. */
  stored?(action: Action): number | Float32Array;
  /** Learns, after so many steps. */
  train(step: number): void;
}

/**
 * The loop of everything that learns from a buffer: act, keep what came of it, train; at the end of an episode begin another.
 *
 * The last observation of an episode is kept as it is, terminated or truncated; the first of the next one never takes its place.
 */
export async function interact<Action extends number | Float32Array>(
  parts: Parts<Action>,
  total: number,
  { onProgress, signal }: LearnOptions,
): Promise<void> {
  const { owner, env, buffer, generator } = parts;
  requireWhole(owner, 'the number of steps', total, 1);
  const turns = new Turns(signal);
  const nStep = new NStep(parts.nSteps, parts.gamma);
  let observation = seen(env.reset({ seed: generator.below(2 ** 31) }).observation);
  const recent: number[] = [];
  let episodes = 0;
  let episodeReturn = 0;
  for (let step = 1; step <= total; step++) {
    const action = parts.act(observation, step);
    const { reward, terminated, truncated, ...next } = env.step(action);
    if (!Number.isFinite(reward)) {
      throw new RangeError(
        `${owner}: the environment must give finite rewards, got ${shown(reward)} at step ${step}.`,
      );
    }
    const nextObservation = seen(next.observation);
    const kept = parts.stored?.(action) ?? action;
    const done = { observation, action: kept, reward, nextObservation, terminated, truncated };
    for (const transition of nStep.add(done)) buffer.add(transition);
    episodeReturn += reward;
    observation = nextObservation;
    if (terminated || truncated) {
      episodes++;
      recent.push(episodeReturn);
      if (recent.length > 100) recent.shift();
      const meanReturn = recent.reduce((sum, value) => sum + value, 0) / recent.length;
      onProgress?.({ steps: step, total, episodes, meanReturn });
      episodeReturn = 0;
      observation = seen(env.reset().observation);
    }
    parts.train(step);
    if (turns.due) await turns.give();
  }
}

/** An observation of its own: environments may write the next one into the same array. */
function seen(observation: Float32Array): Float32Array {
  return Float32Array.from(observation);
}
