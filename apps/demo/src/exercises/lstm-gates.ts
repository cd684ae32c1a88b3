/**
 * What each part of an LSTM is for: four tasks of memory, each of which a network fails until the next
 * part is there.
 *
 *     a plain RNN          h' = tanh(W x + U h)            holds a number for 80 steps?     no
 *     + the carousel       c' = c + a                      holds it: yes. One of many?      no
 *     + two gates          c' = c + i a,  h' = o tanh c'   picks it: yes. Counts anew?      no
 *     + a forget gate      c' = f c + i a                  counts anew: yes. Keeps time?    no
 *     + peepholes          i, f and o also see c           answers 5 steps later, to the step
 *
 * For the last task the network has one unit: while its output gate is shut it cannot see its own cell,
 * unless by a peephole.
 */
import { backward, gradients } from '@kasane/autograd';
import { CECCell, GatedCECCell, LSTM, LSTMCell, PeepholeLSTM, PeepholeLSTMCell, Recurrent, RNN } from '@kasane/layers-rnn'; // prettier-ignore
import { init, Linear } from '@kasane/nn';
import { Adam, clipGradNorm } from '@kasane/optim';
import { Generator, ones, randn, scope, tensor, zeros } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { check } from '../check.ts';
import type { Check } from '../check.ts';
import { defineExercise } from '../exercise.ts';
import type { Exercise, Part } from '../exercise.ts';
import { float64 } from '../float64.ts';
import { mean, median } from '../statistics.ts';

const BATCH = 32; // sequences
const TAIL = 100; // steps whose mean loss is the result
const FEWEST = 3; // networks of each kind, so that a median means something
const DELAY = 6; // steps, in the task of time

type Stage = 'RNN' | 'carousel' | 'gates' | 'forget gate' | 'peepholes';

/** Sequences (T, B, I), what is wanted at each step (T, B, 1), and where it counts. */
interface Sequences {
  readonly x: Tensor;
  readonly wanted: Tensor;
  readonly counts: Tensor;
}

interface Task {
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
  write(generator: Generator, put: (t: number, input: number, value: number) => void, want: (t: number, value: number) => void): void; // prettier-ignore
}

const between = (generator: Generator): number => 2 * generator.random() - 1; // −1 to 1

const TASKS = {
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
        const kind = dice < 0.5 ? 0 : dice < 0.56 ? 1 : dice < 0.75 ? 2 : null; // pulse, reset, question
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
} as const satisfies Record<string, Task>;

function draw({ length, inputs, write }: Task, generator: Generator): Sequences {
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

/** A layer of one kind, and its outputs at every step, (T, B, H). */
interface Memory {
  readonly parameters: readonly Tensor[];
  read(x: Tensor): Tensor;
}

function build(stage: Stage, { inputs, hidden }: Task, generator: Generator): Memory {
  const options = { bias: 'single', generator } as const;
  switch (stage) {
    case 'RNN': {
      const rnn = new RNN(inputs, hidden, { generator });
      return { parameters: rnn.parameters(), read: (x) => rnn.forward(x).output };
    }
    case 'carousel': {
      const cell = new CECCell(inputs, hidden, { generator });
      init.zeros(cell.entry.bias!); // or silence would add up
      const carousel = new Recurrent(cell);
      return { parameters: carousel.parameters(), read: (x) => carousel.forward(x).output };
    }
    case 'gates': {
      const cell = new GatedCECCell(inputs, hidden, options);
      init.zeros(cell.biasIh!);
      const gated = new Recurrent(cell);
      return { parameters: gated.parameters(), read: (x) => gated.forward(x).output };
    }
    default: {
      const Layer = stage === 'peepholes' ? PeepholeLSTM : LSTM;
      const lstm = new Layer(inputs, hidden, options);
      // The forget gate starts open, and where time is kept the output gate shut; i, f, g, o.
      const sums = [0, 3, 0, stage === 'peepholes' || inputs === 1 ? -3 : 0];
      lstm.cell(0).biasIh!.assign(tensor(sums.flatMap((sum) => Array<number>(hidden).fill(sum))));
      return { parameters: lstm.parameters(), read: (x) => lstm.forward(x).output };
    }
  }
}

type TaskName = keyof typeof TASKS;

interface Trained {
  /** The mean of the last steps. */
  readonly loss: number;
  /** The curve: steps, and mean losses. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Trains one network. */
function* train(
  name: TaskName,
  stage: Stage,
  seed: number,
  attempt: number,
  progress: (done: number) => { step: number; total: number },
): Part<TaskName, Trained> {
  const task: Task = TASKS[name];
  const generator = new Generator(seed).fork(`${name} ${attempt}`);
  const memory = build(stage, task, generator);
  const dense = new Linear(task.hidden, 1, { generator });
  const parameters = [...memory.parameters, ...dense.parameters()];
  const optimizer = new Adam(parameters, { lr: task.lr });
  const step = compile(
    ({ x, wanted, counts }: Sequences): Tensor => {
      const error = dense.forward(memory.read(x)).sub(wanted); // (T, B, 1)
      const loss = error.square().mul(counts).sum().div(counts.sum());
      optimizer.zeroGrad();
      backward(loss);
      clipGradNorm(parameters, 1);
      optimizer.step();
      return loss.detach();
    },
    { onFallback: () => {} }, // only the wasm backend compiles
  );
  const losses: number[] = [];
  const [x, y]: [number[], number[]] = [[], []];
  for (let i = 1; i <= task.steps; i++) {
    losses.push(scope(() => step({ ...draw(task, generator) }).item()));
    yield { type: 'progress', ...progress(i), loss: losses.at(-1)! };
    if (i % 20 > 0) continue;
    x.push(i);
    y.push(mean(losses.slice(-20)));
  }
  return { loss: mean(losses.slice(-TAIL)), x, y };
}

/** One step of a one-unit LSTM with given sums of its gates i, f, g, o. */
function gated(
  sums: readonly number[],
  c: number,
  peephole: readonly number[] = [0, 0, 0],
): { h: number; c: number } {
  const cell = new PeepholeLSTMCell(1, 1, float64());
  const none = zeros([4, 1], float64());
  cell.loadStateDict({
    weight_ih: none,
    weight_hh: none,
    bias_ih: tensor(sums, float64()),
    bias_hh: zeros([4], float64()),
    peephole: tensor(peephole, [3, 1], float64()),
  });
  const zero = zeros([1, 1], float64());
  const state = cell.step(zero, { h: zero, c: tensor([[c]], float64()) }).state;
  return { h: state.h.item(), c: state.c.item() };
}

const logit = (p: number): number => Math.log(p / (1 - p));
const FAR = 40; // a sum at which σ is 0 or 1 to the last digit

/** What holds without any training. */
function cells(generator: Generator): Check[] {
  const golden = gated([0, logit(0.25), Math.atanh(0.8), 0], 2);
  const wide = randn([4, 3], { generator, ...float64() });
  const [plain, peeping] = [new LSTMCell(3, 5, float64()), new PeepholeLSTMCell(3, 5, float64())];
  peeping.loadStateDict({ ...plain.stateDict(), peephole: zeros([3, 5]) });
  const apart = plain.forward(wide).h.sub(peeping.forward(wide).h).abs().max().item();
  const more = peeping.numParameters() - plain.numParameters();
  const carousel = new CECCell(1, 1, { generator, ...float64() });
  const first = ones([1, 1], float64());
  first.requiresGrad = true;
  let c: Tensor = first;
  for (let t = 0; t < 100; t++) c = carousel.step(ones([1, 1], float64()), c).state;
  return [
    check(37, 'CEC: ∂c_100/∂c_0', gradients([c.sum()], [first])[0]!.item()).equals(1),
    check(39, 'CEC: weights inside the carousel', carousel.parameters().length - carousel.entry.parameters().length).equals(0), // prettier-ignore
    check(40, 'input gate shut: the cell keeps 2', gated([-FAR, FAR, 1, 0], 2).c).near(2, 1e-12),
    check(40, 'output gate shut: nothing is shown', gated([0, FAR, 1, -FAR], 2).h).near(0, 1e-12),
    check(41, 'forget gate shut: the cell is empty but for the new', gated([FAR, -FAR, Math.atanh(0.5), 0], 2).c).near(0.5, 1e-12), // prettier-ignore
    check(43, 'c of i = 0.5, a = 0.8, f = 0.25, c = 2', golden.c).near(0.9, 1e-12),
    check(43, 'h with o = 0.5', golden.h).near(0.358149, 5e-7),
    check(44, 'peepholes: another c changes the input gate', Math.abs(gated([0, -FAR, FAR, 0], 2, [1, 0, 0]).c - gated([0, -FAR, FAR, 0], 1, [1, 0, 0]).c)).above(0.1), // prettier-ignore
    check(44, 'weights that peepholes add to 5 units', more).equals(15),
    check(44, 'peepholes of zero against an LSTM', apart).equals(0),
  ];
}

export const lstmGates: Exercise = defineExercise({
  id: 'lstm-gates',
  title: {
    en: 'What the gates of an LSTM are for',
    ja: 'LSTMのゲート（CEC・入出力・忘却・覗き穴結合）',
  },
  summary: 'Adds the parts of an LSTM one by one, each with a task that needs it.',
  rows: [30, 37, 39, 40, 41, 43, 44],
  packages: [
    '@kasane/tensor-core',
    '@kasane/autograd',
    '@kasane/nn',
    '@kasane/optim',
    '@kasane/layers-rnn',
  ],
  parameters: {},
  charts: {
    hold: { x: 'step', y: 'loss: hold', scale: 'log' },
    select: { x: 'step', y: 'loss: select', scale: 'log' },
    count: { x: 'step', y: 'loss: count', scale: 'log' },
    time: { x: 'step', y: 'loss: time', scale: 'log' },
  },
  *run({ seed }) {
    const names = Object.keys(TASKS) as TaskName[]; // they are its keys
    const total = names.reduce((sum, name) => sum + 2 * TASKS[name].tries * TASKS[name].steps, 0);
    const rows: (string | number)[][] = [];
    const results: Partial<Record<TaskName, Record<'without' | 'with', number[]>>> = {};
    let done = 0;
    for (const name of names) {
      const { what, stages, tries, steps, solved } = TASKS[name];
      /** Networks of one kind until one succeeds, `most` at most, and their losses. */
      function* attempts(stage: Stage, least: number, most: number): Part<TaskName, number[]> {
        const tried: Trained[] = [];
        while (tried.length < most) {
          const before = done;
          const progress = (step: number) => ({ step: before + step, total });
          tried.push(yield* train(name, stage, seed, tried.length, progress));
          done += steps;
          if (tried.length >= least && tried.some(({ loss }) => loss < solved)) break;
        }
        done += (tries - tried.length) * steps; // those that were not needed
        const order = tried.toSorted((one, other) => one.loss - other.loss);
        const { x, y } = order[0]!;
        yield { type: 'series', chart: name, name: stage, x, y };
        const losses = tried.map(({ loss }) => loss);
        rows.push([what, stage, losses.length, Math.min(...losses), median(losses)]);
        return losses;
      }
      const succeeded = yield* attempts(stages[1], FEWEST, tries);
      // The rival has as many goes.
      const failed = yield* attempts(stages[0], succeeded.length, succeeded.length);
      results[name] = { without: failed, with: succeeded };
    }
    yield {
      type: 'table',
      name: 'loss at the end',
      columns: ['task', 'network', 'tries', 'best', 'median'],
      rows,
    };
    const { hold, select, count, time } = results;
    const successes = ({ solved }: Task, losses: readonly number[]): number =>
      losses.filter((loss) => loss < solved).length;
    return [
      ...cells(new Generator(seed)),
      check(30, 'hold: plain RNN, median loss', median(hold!.without)).above(0.05),
      check(37, 'hold: carousels that succeed', successes(TASKS.hold, hold!.with)).atLeast(1),
      check(39, 'select: carousels that succeed', successes(TASKS.select, select!.without)).equals(
        0,
      ),
      check(
        40,
        'select: networks with gates that succeed',
        successes(TASKS.select, select!.with),
      ).atLeast(1),
      check(
        41,
        'count: networks with two gates that succeed',
        successes(TASKS.count, count!.without),
      ).equals(0),
      check(
        41,
        'count: networks with a forget gate that succeed',
        successes(TASKS.count, count!.with),
      ).atLeast(1),
      check(
        44,
        'time: networks without peepholes that succeed',
        successes(TASKS.time, time!.without),
      ).equals(0),
      check(
        44,
        'time: networks with peepholes that succeed',
        successes(TASKS.time, time!.with),
      ).atLeast(1),
    ];
  },
});
