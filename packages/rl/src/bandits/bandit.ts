import { defaultGenerator, Generator, requireWhole, shown } from '@kasane/tensor-core';

/** A row of slot machines: each arm pays by chance. Any object with these members is one. */
export interface Bandit {
  readonly arms: number;
  /** What each arm pays on average now: for whoever measures, not for whoever plays. */
  readonly means: ArrayLike<number>;
  /** Pulls an arm and returns what it pays. */
  pull(arm: number): number;
}

/** Who plays a bandit: chooses an arm, and is told what it paid. */
export interface BanditAgent {
  /** The arm to pull next. */
  act(): number;
  /** Learns what an arm paid. */
  learn(arm: number, reward: number): void;
}

/** Options of what draws random numbers here. */
export interface BanditGeneratorOptions {
  /** Where it draws from. Default: the generator that `manualSeed` seeds. */
  readonly generator?: Generator;
}

/** Throws RangeError unless `arm` is one of so many. */
export function requireArm(owner: string, arm: number, arms: number): void {
  requireWhole(owner, 'the arm', arm, 0, arms - 1);
}

/** The generator that was given, or else the default one. */
export function generatorOf(owner: string, generator: Generator | undefined): Generator {
  if (generator === undefined) return defaultGenerator();
  if (generator instanceof Generator) return generator;
  throw new TypeError(
    `${owner}: generator must be a Generator, got ${shown(generator)}. Use new Generator(seed).`,
  );
}

/** Where the largest number stands: any of those, drawn. */
export function drawArgmax(values: ArrayLike<number>, generator: Generator): number {
  let best = 0;
  let ties = 1;
  for (let i = 1; i < values.length; i++) {
    if (values[i]! < values[best]!) continue;
    if (values[i]! > values[best]!) {
      best = i;
      ties = 1;
    } else if (generator.below(++ties) === 0) {
      best = i; // the n-th of equals takes the place with probability 1 / n
    }
  }
  return best;
}

/** An index, drawn with the given probabilities, which sum to 1. */
export function drawIndex(probabilities: ArrayLike<number>, generator: Generator): number {
  let rest = generator.random();
  const last = probabilities.length - 1;
  for (let i = 0; i < last; i++) {
    rest -= probabilities[i]!;
    if (rest < 0) return i;
  }
  return last;
}
