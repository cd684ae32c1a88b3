import { describe, expect, expectTypeOf, test } from 'vitest';
import { check } from './check.ts';
import { defineExercise } from './exercise.ts';
import type { Definition } from './exercise.ts';
import type { Parameters } from './parameter.ts';

const base = {
  id: 'small',
  title: { en: 'Small', ja: '小' },
  summary: 'Does nothing.',
  rows: [],
  parameters: {
    steps: { type: 'integer', default: 10, min: 1, max: 100, description: 'steps' },
  },
  // oxlint-disable-next-line require-yield -- an exercise may report nothing but its checks
  *run() {
    return [check(1, 'truth', true).equals(true)];
  },
} as const satisfies Definition<
  Parameters,
  string,
  string,
  never,
  Readonly<Record<never, Parameters>>
>;

test('the types of the context follow from the declaration', () => {
  const exercise = defineExercise({
    ...base,
    parameters: {
      steps: { type: 'integer', default: 10, min: 1, max: 100, description: 'steps' },
      lr: { type: 'number', default: 0.1, min: 0, max: 1, description: 'learning rate' },
      cell: { type: 'choice', options: ['rnn', 'gru'], default: 'rnn', description: 'cell' },
      bias: { type: 'boolean', default: true, description: 'bias' },
    },
    variants: { gated: { title: { en: 'Gated', ja: 'ゲート' }, parameters: { cell: 'gru' } } },
    charts: { loss: { x: 'step', y: 'loss' } },
    *run({ parameters, variant }) {
      expectTypeOf(parameters.steps).toEqualTypeOf<number>();
      expectTypeOf(parameters.lr).toEqualTypeOf<number>();
      expectTypeOf(parameters.cell).toEqualTypeOf<'rnn' | 'gru'>();
      expectTypeOf(parameters.bias).toEqualTypeOf<boolean>();
      expectTypeOf(variant).toEqualTypeOf<'gated' | 'default'>();
      yield { type: 'series', chart: 'loss', name: 'seed 0', x: 1, y: 1 };
      return [];
    },
  });
  expect(Object.keys(exercise.parameters)).toEqual(['steps', 'lr', 'cell', 'bias']);
});

test('a variant cannot give a parameter a value of another type', () => {
  const declare = (): unknown =>
    defineExercise({
      ...base,
      // @ts-expect-error the value of an integer is a number
      variants: { many: { title: base.title, parameters: { steps: 'ten' } } },
    });
  expect(declare).toThrow("variant 'many' of 'steps' must be an integer from 1 to 100, got ten");
});

test('a series must name a declared chart', () => {
  const exercise = defineExercise({
    ...base,
    charts: { loss: { x: 'step', y: 'loss' } },
    // @ts-expect-error there is no chart 'los'
    *run() {
      yield { type: 'series', chart: 'los', name: 'seed 0', x: 1, y: 1 };
      return [];
    },
  });
  expect(Object.keys(exercise.charts)).toEqual(['loss']);
});

describe('a declaration that contradicts itself is refused', () => {
  const steps = base.parameters.steps;
  test.each<
    [
      string,
      Partial<Definition<Parameters, string, string, never, Readonly<Record<never, Parameters>>>>,
    ]
  >([
    ["exercise 'Small': an id is written in kebab-case", { id: 'Small' }],
    [
      "exercise 'small': the default of 'steps' must be an integer from 1 to 100, got 0",
      { parameters: { steps: { ...steps, default: 0 } } },
    ],
    [
      "exercise 'small': the quick preset of 'steps' must be an integer from 1 to 100, got 1.5",
      { parameters: { steps: { ...steps, quick: 1.5 } } },
    ],
    [
      "exercise 'small': 'seed' is an option of every exercise already",
      { parameters: { seed: steps } },
    ],
    [
      "exercise 'small': variant 'long' of 'steps' must be an integer from 1 to 100, got 1000",
      { variants: { long: { title: base.title, parameters: { steps: 1000 } } } },
    ],
    [
      "exercise 'small': variant 'long' sets 'stpes', which is no parameter",
      { variants: { long: { title: base.title, parameters: { stpes: 10 } } } },
    ],
    [
      "exercise 'small': the variant 'default' is the declared values themselves",
      { variants: { default: { title: base.title, parameters: {} } } },
    ],
  ])('%s', (message, changes) => {
    expect(() => defineExercise({ ...base, ...changes })).toThrow(`internal: ${message}`);
  });
});
