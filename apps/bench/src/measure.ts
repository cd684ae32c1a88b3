import type { OpProfile } from '@kasane/tensor-core/profile';
import { disagreement } from './agreement.ts';
import { median, range } from './statistics.ts';

/** A side at work, as the measurement sees it. */
export interface Runner {
  readonly name: string;
  /** Loads what the side needs and returns the numbers to agree on. */
  start(): Promise<readonly number[]>;
  /** Works until the engine has compiled what it will compile; returns the steps for one round. */
  warmUp(): Promise<number>;
  /** Works `steps` steps; returns the milliseconds they took. */
  round(steps: number): Promise<number>;
  /** Where the time goes, after all rounds; null where that is not to be seen. */
  profile(): Promise<StepProfile | null>;
  stop(): void;
}

/** Where the time of some steps went, which being watched made longer. */
export interface StepProfile {
  readonly steps: number;
  /** Of all steps. */
  readonly milliseconds: number;
  /** The part of it outside of ops. */
  readonly outside: number;
  readonly ops: readonly OpProfile[];
  /** The same as text. */
  readonly table: string;
}

/** A peer's time beside ours, or the reason why there is none. */
export interface PeerResult {
  readonly name: string;
  /** Milliseconds per step. */
  readonly value: number | null;
  /** How many times as fast we are. */
  readonly ratio: number | null;
  /** The smallest and the largest ratio of a single round. */
  readonly spread: readonly [number, number] | null;
  readonly reason?: string;
}

/** What one row measured. */
export interface Measurement {
  /** Milliseconds per step. */
  readonly ours: number;
  readonly peers: readonly PeerResult[];
  readonly profile: StepProfile | null;
}

/** A peer takes part in this many rounds, however slow it is, ... */
const LEAST_ROUNDS = 3;
/** ... and in no more once these milliseconds are over. */
const PEER_BUDGET = 4000;
/** Between two rounds: threads that wait for more work by spinning, as OpenBLAS' do, take a core from the next side. */
const REST = 100;

/**
 * Times all sides in turn, round by round: A B C, A B C, ... What disturbs the machine for a while
 * then disturbs every side, and the ratio within a round hardly feels it.
 *
 * A peer that fails or computes something else than we do gets a reason instead of a ratio.
 */
export async function measure(
  ours: Runner,
  peers: readonly Runner[],
  rounds: number,
  rest: number = REST,
): Promise<Measurement> {
  const reasons = new Map<Runner, string>();
  const times = new Map<Runner, number[]>();
  const steps = new Map<Runner, number>();
  const begin = async (
    runner: Runner,
    expected?: readonly number[],
  ): Promise<readonly number[]> => {
    const numbers = await runner.start();
    const problem = expected === undefined ? null : disagreement(expected, numbers);
    if (problem !== null) throw new Error(problem);
    steps.set(runner, await runner.warmUp());
    times.set(runner, []);
    return numbers;
  };
  const give = (runner: Runner, error: unknown): void => {
    reasons.set(runner, error instanceof Error ? error.message : String(error));
    times.delete(runner);
    runner.stop();
  };

  let profile: StepProfile | null;
  try {
    const expected = await begin(ours);
    for (const peer of peers)
      await begin(peer, expected).catch((error: unknown) => give(peer, error));
    for (let round = 0; round < rounds; round++) {
      for (const [runner, taken] of times) {
        const count = steps.get(runner)!;
        const spent = taken.reduce((sum, time) => sum + time * count, 0);
        if (runner !== ours && round >= LEAST_ROUNDS && spent > PEER_BUDGET) continue;
        await new Promise((next) => setTimeout(next, rest));
        const time = runner.round(count).then((ms) => void taken.push(ms / count));
        await (runner === ours ? time : time.catch((error: unknown) => give(runner, error)));
      }
    }
    profile = await ours.profile();
  } finally {
    for (const runner of [ours, ...peers]) runner.stop();
  }

  const own = times.get(ours)!;
  const value = median(own);
  return {
    ours: value,
    profile,
    peers: peers.map((peer): PeerResult => {
      const { name } = peer;
      const theirs = times.get(peer);
      if (theirs === undefined) {
        return { name, value: null, ratio: null, spread: null, reason: reasons.get(peer)! };
      }
      const spread = range(theirs.map((time, round) => time / own[round]!));
      return { name, value: median(theirs), ratio: median(theirs) / value, spread };
    }),
  };
}
