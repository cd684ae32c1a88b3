import { requireWhole, scope, type Generator } from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { NStep } from '../buffers/n-step.ts';
import type { ReplayBuffer } from '../buffers/replay-buffer.ts';
import type { Env } from '../env.ts';
import { Tally, type LearnOptions } from '../learning.ts';

/** What an agent that learns from a buffer does at each step. */
interface Parts<Action extends number | Float32Array> {
  /** Whose `learn` it is, for errors. */
  readonly owner: string;
  readonly env: Env<Float32Array, Action>;
  readonly buffer: ReplayBuffer;
  readonly options: {
    readonly learningStarts: number;
    readonly trainFreq: number;
    readonly gradientSteps: number;
    readonly nSteps: number;
    readonly gamma: number;
    readonly generator: Generator;
  };
  /** How many steps there were. */
  readonly counts: { readonly now: { steps: number } };
  /** The action at a step. */
  act(observation: Float32Array, step: number): Action;
  /** What is kept of an action, if not the action itself. */
  stored?(action: Action): number | Float32Array;
  /** Told after so many steps, before it learns. */
  stepped?(step: number): void;
  /** Learns once, from a batch of the buffer. */
  update(step: number): void;
}

/**
 * The loop of everything that learns from a buffer: act, keep what came of it, train; at the end of an episode begin another.
 *
 * The last observation of an episode is kept as it is, terminated or truncated; the first of the next one never takes its place. No update
 * comes before there are `learningStarts` transitions, so that a training that goes on without its buffer fills it first.
 */
export async function interact<Action extends number | Float32Array>(
  parts: Parts<Action>,
  total: number,
  { onProgress, signal, resume = false }: LearnOptions,
): Promise<void> {
  const { owner, env, buffer, counts } = parts;
  const { learningStarts, trainFreq, gradientSteps, nSteps, gamma, generator } = parts.options;
  requireWhole(owner, 'the number of steps', total, 1);
  if (!resume) counts.now.steps = 0;
  const enough = Math.max(1, Math.min(learningStarts, buffer.capacity));
  const turns = new Turns(signal);
  const nStep = new NStep(nSteps, gamma);
  let observation = seen(env.reset({ seed: generator.below(2 ** 31) }).observation);
  const tally = new Tally(owner, 1, counts.now.steps);
  while (counts.now.steps < total) {
    const step = counts.now.steps + 1;
    const action = parts.act(observation, step);
    const { reward, terminated, truncated, ...next } = env.step(action);
    tally.stepped(0, reward);
    const nextObservation = seen(next.observation);
    const kept = parts.stored?.(action) ?? action;
    const done = { observation, action: kept, reward, nextObservation, terminated, truncated };
    for (const transition of nStep.add(done)) buffer.add(transition);
    parts.stepped?.(step);
    if (step > learningStarts && step % trainFreq === 0 && buffer.size >= enough) {
      for (let i = 0; i < gradientSteps; i++) scope(() => parts.update(step));
    }
    observation = nextObservation;
    counts.now.steps = step;
    if (terminated || truncated) {
      tally.ended(0);
      onProgress?.(tally.report(total));
      observation = seen(env.reset().observation);
    }
    if (turns.due) await turns.give();
  }
}

/** An observation of its own: environments may write the next one into the same array. */
function seen(observation: Float32Array): Float32Array {
  return Float32Array.from(observation);
}
