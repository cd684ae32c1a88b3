/**
 * What each part of an LSTM is for: four tasks of memory, each of which a network fails until the next
 * part is there.
 *
 *     a plain RNN          h' = tanh(W x + U h)            holds a number for 80 steps?     no
 *     + the carousel       c' = c + a                      holds it: yes. One of many?      no
 *     + two gates          c' = c + i a,  h' = o tanh c'   picks it: yes. Counts anew?      no
 *     + a forget gate      c' = f c + i a                  counts anew: yes. Keeps time?    no
 *     + peepholes          i, f and o also see c           answers 6 steps later, to the step
 *
 * For the last task the network has one unit: while its output gate is shut it cannot see its own cell,
 * unless by a peephole. That makes it possible and not easy: of networks with peepholes about one in three gets there, so that up to
 * sixteen are tried, and without them none of as many does.
 *
 * The gates of a trained cell are watched while it reads the sentence of the course's question, and held open, which tells that it is
 * the forget gate by which it loses a word that it needs no more.
 */
import { Generator } from '@kasane/tensor-core';
import { check } from '../../check.ts';
import type { Check } from '../../check.ts';
import { defineExercise } from '../../exercise.ts';
import type { AsyncPart, Exercise } from '../../exercise.ts';
import { Losses } from '../../losses.ts';
import { mean, median } from '../../statistics.ts';
import { cells } from './cells.ts';
import { answersTo, gatesOf, readSentence, sentenceOf } from './question.ts';
import { STATES } from './sentence.ts';
import { TASKS } from './tasks.ts';
import type { Stage, TaskName } from './tasks.ts';
import { training } from './training.ts';

const TAIL = 100; // steps whose mean loss is the result
const FEWEST = 3; // networks of each kind, so that a median means something
const LOG_EVERY = 20; // steps of each point of a curve

interface Trained {
  /** The mean of the last steps. */
  readonly loss: number;
  /** The curve: steps, and mean losses. */
  readonly x: readonly number[];
  readonly y: readonly number[];
}

/** Trains one network. */
async function* train(
  name: TaskName,
  stage: Stage,
  seed: number,
  attempt: number,
  progress: (done: number) => { step: number; total: number },
): AsyncPart<TaskName, Trained> {
  const generator = new Generator(seed).fork(`${name} ${attempt}`);
  const pending = new Losses();
  const losses: number[] = [];
  const [x, y]: [number[], number[]] = [[], []];
  let step = 0;
  for (const loss of training(TASKS[name], stage, generator)) {
    pending.push(loss);
    if (++step % LOG_EVERY > 0) continue;
    losses.push(...(await pending.read()));
    yield { type: 'progress', ...progress(step), loss: losses.at(-1)! };
    x.push(step);
    y.push(mean(losses.slice(-LOG_EVERY)));
  }
  return { loss: mean(losses.slice(-TAIL)), x, y };
}

const successes = (name: TaskName, losses: readonly number[]): number =>
  losses.filter((loss) => loss < TASKS[name].solved).length;

export const lstmGates: Exercise = defineExercise({
  id: 'lstm-gates',
  title: {
    en: 'What the gates of an LSTM are for',
    ja: 'LSTMのゲート（CEC・入出力・忘却・覗き穴結合）',
  },
  summary: 'Adds the parts of an LSTM one by one, each with a task that needs it.',
  rows: [30, 37, 39, 40, 41, 42, 43, 44],
  parameters: {},
  charts: {
    hold: { x: 'step', y: 'loss: hold', scale: 'log' },
    select: { x: 'step', y: 'loss: select', scale: 'log' },
    count: { x: 'step', y: 'loss: count', scale: 'log' },
    time: { x: 'step', y: 'loss: time', scale: 'log' },
    sentence: { x: 'step', y: 'loss: the next word' },
  },
  async *run({ seed }) {
    const names = Object.keys(TASKS) as TaskName[]; // they are its keys
    const total = names.reduce((sum, name) => sum + 2 * TASKS[name].tries * TASKS[name].steps, 0);
    const rows: (string | number)[][] = [];
    const results: Partial<Record<TaskName, Record<'without' | 'with', number[]>>> = {};
    let done = 0;
    for (const name of names) {
      const { what, stages, tries, steps } = TASKS[name];
      /** Networks of one kind until one succeeds, `most` at most, and their losses. */
      async function* attempts(
        stage: Stage,
        least: number,
        most: number,
      ): AsyncPart<TaskName, number[]> {
        const tried: Trained[] = [];
        const losses: number[] = [];
        while (tried.length < most) {
          const before = done;
          const progress = (step: number) => ({ step: before + step, total });
          const one = yield* train(name, stage, seed, tried.length, progress);
          tried.push(one);
          losses.push(one.loss);
          done += steps;
          if (tried.length >= least && successes(name, losses) > 0) break;
        }
        done += (tries - tried.length) * steps; // those that were not needed
        const [best] = tried.toSorted((one, other) => one.loss - other.loss);
        yield { type: 'series', chart: name, name: stage, x: best!.x, y: best!.y };
        rows.push([
          what,
          stage,
          losses.length,
          successes(name, losses),
          best!.loss,
          median(losses),
        ]);
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
      columns: ['task', 'network', 'tries', 'succeeded', 'best', 'median'],
      rows,
    };
    const { hold, select, count, time } = results;
    const [speaker, ofSentence] = yield* readSentence(seed);
    const checks: Check[] = [
      ...cells(new Generator(seed)),
      check(30, 'hold: plain RNN, median loss', median(hold!.without)).on('hold').above(0.05),
      check(37, 'hold: carousels that succeed', successes('hold', hold!.with)).atLeast(1),
      check(39, 'select: carousels that succeed', successes('select', select!.without)).equals(0),
      check(40, 'select: networks with gates that succeed', successes('select', select!.with)).atLeast(1),
      check(41, 'count: networks with two gates that succeed', successes('count', count!.without)).equals(0),
      check(41, 'count: networks with a forget gate that succeed', successes('count', count!.with)).atLeast(1),
      ...ofSentence,
      check(44, 'time: networks without peepholes that succeed', successes('time', time!.without)).equals(0),
      check(44, 'time: networks with peepholes that succeed', successes('time', time!.with)).atLeast(1),
    ]; // prettier-ignore
    return { checks, trained: speaker };
  },
  tries: {
    sentence: {
      title: { en: 'Watch the gates read a sentence', ja: '文を読むゲートを見る' },
      parameters: {
        state: { type: 'choice', options: STATES, default: 'hungry', description: 'what I am' },
        very: { type: 'boolean', default: true, description: 'whether I am very much so' },
      },
      async *run(speaker, { state, very }) {
        const words = sentenceOf(state, very);
        yield await gatesOf(speaker, words);
        yield await answersTo(speaker, words);
      },
    },
  },
});
