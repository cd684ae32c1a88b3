import { describe, expect, test } from 'vitest';
import type { Env } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { Discrete } from '../spaces/discrete.ts';
import { PassiveEnvChecker } from '../wrappers/passive-env-checker.ts';
import { CartPole } from './cart-pole.ts';
import { checkEnv } from './check-env.ts';
import { make, registeredIds } from './registry.ts';

describe('checkEnv finds nothing wrong with', () => {
  const ids = registeredIds();
  for (const id of ids) {
    test(id, () => {
      expect(() => checkEnv(make(id, { maxEpisodeSteps: 60 }), { steps: 200 })).not.toThrow();
    });
  }
});

/** An environment that ends after three steps, with something changed. */
function counter(changed: Partial<Env> = {}): Env {
  let step = 0;
  return {
    observationSpace: new Box([0], [3]),
    actionSpace: new Discrete(2),
    reset: () => ({ observation: new Float32Array([(step = 0)]), info: {} }),
    step: () => {
      if (step === 3) throw new Error('counter: it is over.');
      step++;
      return {
        observation: Float32Array.of(step),
        reward: 1,
        terminated: step === 3,
        truncated: false,
        info: {},
      };
    },
    ...changed,
  };
}

/** Its steps, with something changed. */
function stepping(change: (i: number) => object): Partial<Env> {
  const inner = counter();
  let i = 0;
  return { reset: inner.reset, step: (action) => ({ ...inner.step(action), ...change(i++) }) };
}

const shared = new Float32Array(1);
const mistakes: readonly (readonly [string, Partial<Env>])[] = [
  [
    'checkEnv: the observation of reset must be in Box(0, 3, [1]), got 4 at 0.',
    { reset: () => ({ observation: Float32Array.of(4), info: {} }) },
  ],
  [
    'checkEnv: the observation of reset must be in Box(0, 3, [1]), got 2 numbers.',
    { reset: () => ({ observation: new Float32Array(2), info: {} }) },
  ],
  [
    'checkEnv: the observation of reset must be in Box(0, 3, [1]), got a Float64Array that is no Float32Array.',
    { reset: () => ({ observation: new Float64Array(1) as never, info: {} }) },
  ],
  [
    'checkEnv: reset must return { observation, info }, got undefined.',
    { reset: () => undefined as never },
  ],
  [
    'checkEnv: the info of reset must be an object, got undefined.',
    { reset: () => ({ observation: new Float32Array(1) }) as never },
  ],
  [
    'checkEnv: reset({ seed: 0 }) must give the same observation each time, got two that differ; draw from what the seed makes.',
    (() => {
      let resets = 0;
      return { reset: () => ({ observation: new Float32Array([resets++ / 8]), info: {} }) };
    })(),
  ],
  [
    'checkEnv: step must return { observation, reward, terminated, truncated, info }, got null.',
    { step: () => null as never },
  ],
  [
    'checkEnv: the observation of step must be in Box(0, 3, [1]), got NaN at 0.',
    stepping(() => ({ observation: Float32Array.of(Number.NaN) })),
  ],
  [
    'checkEnv: a reward must be a finite number, got NaN.',
    stepping(() => ({ reward: Number.NaN })),
  ],
  ['checkEnv: truncated must be true or false, got 0.', stepping(() => ({ truncated: 0 }))],
  [
    'checkEnv: an observation must not change afterwards, got one that step 1 wrote into; return a new one each time.',
    stepping((i) => {
      shared[0] = i % 3;
      return { observation: shared };
    }),
  ],
  [
    'checkEnv: the same actions after reset({ seed: 0 }) must bring the same, got another step 0; draw from what the seed makes.',
    stepping((i) => ({ reward: i })),
  ],
  [
    'checkEnv: a step after the end of an episode must throw, got one that did not; extend SeededEnv, or remember the end.',
    stepping(() => ({ terminated: true })),
  ],
  [
    'checkEnv: actions must have two bounds that differ, got -Infinity and Infinity at 0; rescale or clip them.',
    { actionSpace: new Box([-Infinity], [Infinity]) as never },
  ],
  [
    'checkEnv: observationSpace must contain what it draws, got 1 from Half.',
    {
      observationSpace: {
        sample: () => 1,
        contains: () => false,
        toString: () => 'Half',
      } as never,
    },
  ],
  [
    'checkEnv: actionSpace must draw the same from the same generator, got two values from Discrete(9).',
    {
      actionSpace: (() => {
        let i = 0;
        return Object.assign(new Discrete(9), { sample: () => i++ % 9 });
      })(),
    },
  ],
];

describe('checkEnv says in a sentence', () => {
  for (const [message, changed] of mistakes) {
    test(message, () => {
      expect(() => checkEnv(counter(changed))).toThrow(message);
    });
  }
  test('what is no environment', () => {
    expect(() => checkEnv(null as never)).toThrow(/^checkEnv: needs an environment, .* got null/);
    expect(() => checkEnv(counter(), { steps: 0 })).toThrow('checkEnv: steps must be');
  });
});

describe('PassiveEnvChecker', () => {
  test('lets pass what holds', () => {
    const [plain, checked] = [new CartPole(), new PassiveEnvChecker(new CartPole())];
    expect(checked.reset({ seed: 4 })).toEqual(plain.reset({ seed: 4 }));
    expect(checked.step(1)).toEqual(plain.step(1));
  });
  test('names actions, steps at the wrong time and rewards', () => {
    const env = new PassiveEnvChecker(counter(stepping(() => ({ reward: Infinity }))));
    expect(() => env.step(0)).toThrow(
      'PassiveEnvChecker: step was called before the first reset; call reset().',
    );
    env.reset();
    expect(() => env.step(2)).toThrow(
      'PassiveEnvChecker: an action must be in Discrete(2), got 2.',
    );
    expect(() => env.step(0)).toThrow(
      'PassiveEnvChecker: a reward must be a finite number, got Infinity.',
    );
    const short = new PassiveEnvChecker(counter());
    short.reset();
    for (let i = 0; i < 3; i++) short.step(0);
    expect(() => short.step(0)).toThrow(
      'PassiveEnvChecker: step was called after the end of the episode; call reset().',
    );
  });
});
