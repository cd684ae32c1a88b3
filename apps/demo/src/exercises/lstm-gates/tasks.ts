/** Four tasks of memory. */
import { tensor } from '@kasane/tensor-core';
import type { Generator, Tensor } from '@kasane/tensor-core';

export const BATCH = 32; // sequences
const DELAY = 6; // steps, in the task of time

export type TaskName = 'hold' | 'select' | 'count' | 'time';

/** What a network is made of. */
export type Stage = 'RNN' | 'carousel' | 'gates' | 'forget gate' | 'peepholes';

/** Sequences (T, B, I), what is wanted at each step (T, B, 1), and where it counts. */
export interface Sequences {
  readonly x: Tensor;
  readonly wanted: Tensor;
  readonly counts: Tensor;
}

type Put = (t: number, input: number, value: number) => void;
type Want = (t: number, value: number) => void;

export interface Task {
  /** What the memory has to do. */
  readonly what: string;
  readonly length: number;
  readonly inputs: number;
  readonly hidden: number;
  readonly lr: number;
  readonly steps: number;
  /** Networks of each kind, which differ in their first weights, at most. */
  readonly tries: number;
  /** A loss below this is success: no more networks are tried. */
  readonly solved: number;
  /** The stage that fails, and the one that does not. */
  readonly stages: readonly [Stage, Stage];
  /** Fills one sequence: numbers in, the answer wanted; a step that is not asked has none. */
  write(generator: Generator, put: Put, want: Want): void;
}

const between = (generator: Generator): number => 2 * generator.random() - 1; // −1 to 1

export const TASKS: Readonly<Record<TaskName, Task>> = {
  hold: {
    what: 'remember the first number for 80 steps',
    length: 80,
    inputs: 1,
    hidden: 8,
    lr: 0.01,
    steps: 1000,
    tries: 3,
    solved: 0.03,
    stages: ['RNN', 'carousel'],
    write(generator, put, want) {
      const value = between(generator);
      put(0, 0, value);
      want(79, value);
    },
  },
  select: {
    what: 'remember the one marked number of twenty',
    length: 20,
    inputs: 2,
    hidden: 8,
    lr: 0.01,
    steps: 1500,
    tries: 3,
    solved: 0.005,
    stages: ['carousel', 'gates'],
    write(generator, put, want) {
      const place = generator.below(15);
      for (let t = 0; t < 20; t++) {
        const value = between(generator);
        put(t, 0, value);
        if (t !== place) continue;
        put(t, 1, 1);
        want(19, value);
      }
    },
  },
  count: {
    what: 'count pulses from each reset on, and tell the count only when asked',
    length: 60,
    inputs: 3,
    hidden: 1,
    lr: 0.02,
    steps: 1500,
    tries: 6,
    solved: 0.003,
    stages: ['gates', 'forget gate'],
    write(generator, put, want) {
      let count = 0;
      for (let t = 0; t < 60; t++) {
        const dice = generator.random();
        // A pulse, a reset, a question, or silence.
        const kind = dice < 0.5 ? 0 : dice < 0.56 ? 1 : dice < 0.75 ? 2 : null;
        if (kind !== null) put(t, kind, 1);
        if (kind === 0) count++;
        if (kind === 1) count = 0;
        want(t, kind === 2 ? count / 10 : 0);
      }
    },
  },
  time: {
    what: `answer exactly ${DELAY} steps after each pulse, and be silent otherwise`,
    length: 36,
    inputs: 1,
    hidden: 1,
    lr: 0.03,
    steps: 4000,
    tries: 16,
    solved: 0.002,
    stages: ['forget gate', 'peepholes'],
    write(generator, put, want) {
      for (let t = 0; t < 36; t++) want(t, 0);
      for (let t = generator.below(4); t < 36; t += DELAY + 1 + generator.below(5)) {
        put(t, 0, 1);
        if (t + DELAY < 36) want(t + DELAY, 1);
      }
    },
  },
};

/** A batch of sequences. */
export function draw({ length, inputs, write }: Task, generator: Generator): Sequences {
  const x = new Float32Array(length * BATCH * inputs);
  const wanted = new Float32Array(length * BATCH);
  const counts = new Float32Array(length * BATCH);
  for (let b = 0; b < BATCH; b++) {
    const put = (t: number, input: number, value: number): void => {
      x[(t * BATCH + b) * inputs + input] = value;
    };
    const want = (t: number, value: number): void => {
      wanted[t * BATCH + b] = value;
      counts[t * BATCH + b] = 1;
    };
    write(generator, put, want);
  }
  const shape = [length, BATCH, 1];
  return {
    x: tensor(x, [length, BATCH, inputs]),
    wanted: tensor(wanted, shape),
    counts: tensor(counts, shape),
  };
}
