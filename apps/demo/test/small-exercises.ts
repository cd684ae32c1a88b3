import { check } from '../src/check.ts';
import { dataOf, defineExercise } from '../src/exercise.ts';
import type { Exercise, ListedExercise } from '../src/exercise.ts';

/** An exercise as the list has it. */
export const listed = (exercise: Exercise): ListedExercise => ({
  ...dataOf(exercise),
  packages: ['@kasane/tensor-core'],
  load: () => Promise.resolve(exercise),
});

/** Halves a number; reports every kind of event. Holds unless told to aim wrong. */
export const halving: Exercise = defineExercise({
  id: 'halving',
  title: { en: 'Halving', ja: '半分にする' },
  summary: 'Halves a number again and again.',
  rows: [12, 13],
  parameters: {
    steps: {
      type: 'integer',
      default: 20,
      quick: 10,
      min: 1,
      max: 1e6,
      description: 'how often to halve',
    },
    start: { type: 'number', default: 1, min: 0.5, max: 8, description: 'where to start' },
    method: {
      type: 'choice',
      options: ['divide', 'multiply'],
      default: 'divide',
      description: 'how to halve',
    },
    astray: { type: 'boolean', default: false, description: 'whether to expect the wrong thing' },
  },
  variants: {
    'by-multiplying': {
      title: { en: 'By multiplying', ja: '掛け算で' },
      parameters: { method: 'multiply', steps: 40 },
      quick: { steps: 30 },
    },
  },
  charts: {
    course: { x: 'step', y: 'value', scale: 'log', dots: ['given'] },
  },
  *run({ parameters: { steps, start, method, astray }, seed }) {
    let value = start;
    yield { type: 'series', chart: 'course', name: 'given', x: [0, 1], y: [start, start / 2] };
    for (let step = 1; step <= steps; step++) {
      value = method === 'divide' ? value / 2 : value * 0.5;
      yield { type: 'series', chart: 'course', name: 'value, halved', x: step, y: value };
      yield { type: 'progress', step, total: steps, loss: value };
    }
    yield { type: 'metric', name: 'value', value };
    yield { type: 'metric', name: 'seed', value: seed };
    yield { type: 'metric', name: 'undefined', value: Number.NaN };
    yield {
      type: 'table',
      name: 'halves',
      columns: ['name', 'value', 'exact'],
      rows: [['one, "half"', 0.5, true]],
    };
    yield {
      type: 'picture',
      name: 'grey',
      width: 2,
      height: 1,
      pixels: Uint8Array.of(0, 255),
    };
    yield {
      type: 'picture',
      name: 'colours',
      width: 1,
      height: 2,
      pixels: Uint8Array.of(255, 0, 0, 0, 0, 255),
    };
    return [
      check([1, 2], 'value after all steps', value).equals(start / 2 ** steps),
      check(3, 'value stays positive', value > 0).equals(!astray),
    ];
  },
});

/** Never ends by itself, so that only Ctrl-C does. */
export const endless: Exercise = defineExercise({
  id: 'endless',
  title: { en: 'Endless', ja: '終わらない' },
  summary: 'Counts until it is stopped.',
  rows: [],
  parameters: {},
  *run() {
    for (let step = 1; ; step++) yield { type: 'progress', step, total: 1e12 };
  },
});

/** Never ends, and never gives way either. */
export const busy: Exercise = defineExercise({
  id: 'busy',
  title: { en: 'Busy', ja: '手が離せない' },
  summary: 'Computes one step without an end.',
  rows: [],
  parameters: {},
  *run() {
    yield { type: 'progress', step: 1, total: 2 };
    for (;;);
  },
});

/** Breaks halfway. */
export const broken: Exercise = defineExercise({
  id: 'broken',
  title: { en: 'Broken', ja: '壊れた' },
  summary: 'Throws after its first step.',
  rows: [],
  parameters: {},
  // oxlint-disable-next-line require-yield -- breaks before its first event on purpose
  *run() {
    throw new Error('matmul: inner dimensions must match, got 4 and 3');
  },
});
