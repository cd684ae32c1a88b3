import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import type { Env } from '../env.ts';
import { Box } from '../spaces/box.ts';
import { Dict } from '../spaces/dict.ts';
import { Discrete } from '../spaces/discrete.ts';
import { flatten, flattenSpace } from '../spaces/flatten.ts';
import { MultiBinary } from '../spaces/multi-binary.ts';
import { MultiDiscrete } from '../spaces/multi-discrete.ts';
import { Text } from '../spaces/text.ts';
import { Tuple } from '../spaces/tuple.ts';
import { ClipAction } from './clip-action.ts';
import { DelayObservation } from './delay-observation.ts';
import { DiscretizeAction, DiscretizeObservation } from './discretize.ts';
import { FrameStackObservation } from './frame-stack-observation.ts';
import { MaxAndSkipObservation } from './max-and-skip-observation.ts';
import { NormalizeObservation, NormalizeReward } from './normalize.ts';
import { RepeatAction } from './repeat-action.ts';
import { RescaleAction, RescaleObservation } from './rescale.ts';
import { ClipReward } from './transform-reward.ts';

type Continuous = Env<Float32Array, Float32Array>;
interface Script {
  readonly low: number[];
  readonly high: number[];
  readonly observations: number[][];
  readonly rewards: number[];
  readonly ends: string[];
  readonly actions: number[][];
}
interface Run {
  readonly wrapper: string;
  readonly arguments: readonly number[];
  readonly options: { readonly padding_type?: 'zero' };
  readonly observations: number[][];
  readonly rewards: number[];
  readonly actions: number[][];
}

const fixture = new URL('../../test/fixtures/wrappers.json', import.meta.url);
const { script, runs, flat } = JSON.parse(readFileSync(fixture, 'utf8')) as {
  script: Script;
  runs: Run[];
  flat: { low: number[]; high: number[]; value: number[]; letters: number[] };
};

/** Shows and pays what the script says, and writes down the actions that reach it. */
function scripted(): Continuous & { readonly actions: Float32Array[] } {
  let at = -1;
  const actions: Float32Array[] = [];
  const show = (): Float32Array => Float32Array.from(script.observations[at]!);
  return {
    actions,
    observationSpace: new Box(script.low, script.high),
    actionSpace: new Box([-2, 1], [3, 5]),
    reset: () => {
      at++;
      return { observation: show(), info: {} };
    },
    step: (action) => {
      actions.push(action);
      at++;
      const [reward, end] = [script.rewards[at]!, script.ends[at]];
      return {
        observation: show(),
        reward,
        terminated: end === 'terminated',
        truncated: end === 'truncated',
        info: {},
      };
    },
  };
}

const makers: Readonly<Record<string, (env: Continuous, run: Run) => Continuous>> = {
  NormalizeObservation: (env) => new NormalizeObservation(env),
  NormalizeReward: (env, { arguments: [gamma] }) => new NormalizeReward(env, { gamma: gamma! }),
  FrameStackObservation: (env, { arguments: [size], options }) =>
    new FrameStackObservation(env, size!, { paddingType: options.padding_type ?? 'reset' }),
  MaxAndSkipObservation: (env, { arguments: [skip] }) => new MaxAndSkipObservation(env, skip),
  ClipAction: (env) => new ClipAction(env),
  RescaleAction: (env, { arguments: [low, high] }) => new RescaleAction(env, low!, high!),
  RescaleObservation: (env, { arguments: [low, high] }) => new RescaleObservation(env, low!, high!),
  ClipReward: (env, { arguments: [low, high] }) => new ClipReward(env, low!, high!),
  RepeatAction: (env, { arguments: [times] }) => new RepeatAction(env, times!),
  DelayObservation: (env, { arguments: [delay] }) => new DelayObservation(env, delay!),
};

describe('wrappers do as those of Gymnasium', () => {
  for (const run of runs.filter(({ wrapper }) => makers[wrapper] !== undefined)) {
    test(`${run.wrapper}(${run.arguments.map((x) => JSON.stringify(x)).join(', ')}) ${JSON.stringify(run.options)}`, () => {
      const inner = scripted();
      const env = makers[run.wrapper]!(inner, run);
      const seen = [env.reset().observation];
      const paid = [0];
      let isOver = false;
      for (const action of script.actions.slice(0, run.observations.length)) {
        if (isOver) {
          seen.push(env.reset().observation);
          paid.push(0);
        }
        if (seen.length === run.observations.length) break;
        const step = env.step(Float32Array.from(action));
        seen.push(step.observation);
        paid.push(step.reward);
        isOver = step.terminated || step.truncated;
      }
      near(inner.actions, run.actions);
      // There in float32, which shows where nearly equal numbers are subtracted.
      near(seen, run.observations, run.wrapper === 'NormalizeObservation' ? 2e-5 : 2e-6);
      near([paid], [run.rewards]);
      for (const one of seen) expect(env.observationSpace.contains(one)).toBe(true);
    });
  }

  test('DiscretizeObservation((4, 5, 6))', () => {
    const run = runs.find(({ wrapper }) => wrapper === 'DiscretizeObservation')!;
    const env = new DiscretizeObservation(scripted(), [4, 5, 6]);
    const seen = script.ends.map((end) =>
      end === 'reset' ? env.reset().observation : env.step(new Float32Array(2)).observation,
    );
    expect(seen).toEqual(run.observations.map(([place]) => place));
    expect(env.observationSpace.n).toBe(120);
  });

  test('DiscretizeAction((3, 4))', () => {
    const run = runs.find(({ wrapper }) => wrapper === 'DiscretizeAction')!;
    const inner = scripted();
    const env = new DiscretizeAction(inner, [3, 4]);
    const places = [3, 0, 7, 11, 5, 2, 9, 1, 4, 6, 8, 10, 0];
    env.reset();
    for (const place of places.slice(0, run.actions.length)) env.step(place);
    expect(inner.actions.length).toBe(run.actions.length);
    near(inner.actions, run.actions);
  });

  test('flatten, of a space of all kinds', () => {
    const space = new Dict({
      a: new Discrete(3, { start: 2 }),
      b: new Box(-1, 1, { shape: [2] }),
      c: new MultiDiscrete([2, 3]),
      d: new MultiBinary(2),
      e: new Tuple<[number, string]>([new Discrete(2), new Text(4, { charset: 'xyz' })]),
    });
    const value = {
      a: 3,
      b: Float32Array.of(0.5, -1),
      c: Int32Array.of(1, 2),
      d: Uint8Array.of(0, 1),
      e: [0, 'zx'] as [number, string],
    };
    const { low, high } = flattenSpace(space);
    expect([...low]).toEqual(flat.low);
    expect([...high]).toEqual(flat.high);
    // Which place a letter has is up to the set that holds them there.
    const places = flat.value.map((x, i) => (i >= 14 && x < 3 ? flat.letters.indexOf(x) : x));
    expect([...flatten(space, value)]).toEqual(places);
    expect(() => flatten(space, { ...value, a: 0 })).toThrow(/^flatten: the value must be in Dict/);
  });
});

function near(
  ours: readonly ArrayLike<number>[],
  theirs: readonly number[][],
  tolerance = 2e-6,
): void {
  expect(ours.length).toBe(theirs.length);
  ours.forEach((row, i) => {
    expect(row.length).toBe(theirs[i]!.length);
    Array.from(row).forEach((x, k) => {
      const wanted = theirs[i]![k]!;
      expect(Math.abs(x - wanted)).toBeLessThan(tolerance * (1 + Math.abs(wanted)));
    });
  });
}
