import { describe, expect, test } from 'vitest';
import { ClipAction } from '../../wrappers/clip-action.ts';
import { FrameStackObservation } from '../../wrappers/frame-stack-observation.ts';
import { FlattenObservation } from '../../wrappers/flatten-observation.ts';
import { CartPole } from '../cart-pole.ts';
import { CliffWalking } from '../cliff-walking.ts';
import { FrozenLake } from '../frozen-lake.ts';
import { MountainCar } from '../mountain-car.ts';
import { Pendulum } from '../pendulum.ts';
import { make, registeredIds } from '../registry.ts';
import { Taxi } from '../taxi.ts';
import { Drawing } from './drawing.ts';
import type { Picture } from './picture.ts';

function colourAt({ width, data }: Picture, x: number, y: number): number[] {
  return [...data.subarray(4 * (y * width + x), 4 * (y * width + x) + 4)];
}

describe('every environment', () => {
  for (const id of registeredIds().filter((one) => !one.startsWith('tests/'))) {
    test(`${id} is drawn in characters, and has keys for actions of its space`, () => {
      const env = make(id);
      env.reset({ seed: 1 });
      expect(env.render!().length).toBeGreaterThan(10);
      const actions = Object.values(env.keys!);
      expect(actions.length).toBeGreaterThan(1);
      for (const action of actions) expect(env.actionSpace.contains(action)).toBe(true);
    });
    if (['Blackjack-v1', 'MailCampaign-v0'].includes(id)) continue; // those are said in words
    test(`${id} is drawn as pixels of any width, all opaque`, () => {
      const env = make(id);
      env.reset({ seed: 1 });
      for (const width of [16, 123]) {
        const { width: got, height, data } = env.picture!({ width });
        expect([got, data.length]).toEqual([width, 4 * width * height]);
        expect(data.every((x, i) => i % 4 < 3 || x === 255)).toBe(true);
      }
    });
  }
});

describe('what is drawn is what there is', () => {
  test('the cart is where it is, and the pole leans as it does', () => {
    const env = new CartPole();
    env.reset();
    env.state.set([-1.3, 0, Math.PI / 2, 0]);
    const picture = env.picture({ width: 260 }); // 50 pixels a metre
    expect([picture.width, picture.height]).toEqual([260, 100]);
    expect(colourAt(picture, 57, 79)).toEqual([55, 65, 90, 255]); // the cart
    expect(colourAt(picture, 110, 71)).toEqual([200, 120, 40, 255]); // the pole, to the right
    expect(
      env
        .render()
        .split('\n')
        .findLast((line) => line.includes('#'))!
        .indexOf('#'),
    ).toBe(13);
  });

  test('a pendulum at 90° points to the left', () => {
    const env = new Pendulum();
    env.reset({ options: { xInit: 0, yInit: 0 } });
    env.state[0] = Math.PI / 2;
    const picture = env.picture({ width: 250 });
    expect(colourAt(picture, 50, 125)).toEqual([200, 120, 40, 255]);
    expect(colourAt(picture, 200, 125)).toEqual([235, 235, 235, 255]);
  });

  test('the agent is a disc in its cell, and holes, cliffs and goals have colours of their own', () => {
    const lake = new FrozenLake();
    lake.reset();
    lake.s = 4;
    const picture = lake.picture();
    expect([picture.width, picture.height]).toEqual([160, 160]);
    expect(colourAt(picture, 20, 60)).toEqual([225, 120, 30, 255]);
    const centres = [5, 15, 0].map((s) =>
      colourAt(picture, (s % 4) * 40 + 20, Math.floor(s / 4) * 40 + 20).join(),
    );
    expect(new Set(centres).size).toBe(3);
    const cliff = new CliffWalking();
    cliff.reset();
    expect(colourAt(cliff.picture(), 60, 140)).toEqual([120, 80, 60, 255]);
  });

  test('a passenger waits at a place, or rides along', () => {
    const taxi = new Taxi();
    taxi.reset();
    const person = [120, 60, 160, 255];
    taxi.s = taxi.encode({ row: 2, column: 2, passenger: 1, destination: 0 });
    expect(colourAt(taxi.picture({ width: 208 }), 184, 24)).toEqual(person);
    taxi.s = taxi.encode({ row: 2, column: 2, passenger: 4, destination: 0 });
    expect(colourAt(taxi.picture({ width: 208 }), 184, 24)).not.toEqual(person);
    expect(colourAt(taxi.picture({ width: 208 }), 104, 104)).toEqual(person);
  });

  test('edges are smooth', () => {
    const drawing = new Drawing(
      'test',
      { left: 0, right: 10, top: 10, bottom: 0 },
      {},
      10,
      [0, 0, 0],
    );
    drawing.rectangle([0, 0], [2 / 3 + 0.01, 1], [90, 90, 90]);
    expect(colourAt(drawing.picture, 0, 9)).toEqual([60, 60, 60, 255]);
    expect(colourAt(drawing.picture, 1, 9)).toEqual([0, 0, 0, 255]);
  });
});

test('wrappers show what is inside, and keep keys where the actions stay what they are', () => {
  const stacked = new FrameStackObservation(new MountainCar(), 2);
  stacked.reset();
  expect(stacked.picture!({ width: 38 }).width).toBe(38);
  expect(stacked.keys).toEqual({ '': 1, ArrowLeft: 0, ArrowRight: 2 });
  expect(new FlattenObservation(new FrozenLake()).keys).toMatchObject({ ArrowUp: 3 });
  expect('keys' in new ClipAction(new Pendulum())).toBe(false);
});

test('widths that are none are named', () => {
  const env = new CartPole();
  env.reset();
  expect(() => env.picture({ width: 0 })).toThrow('CartPole: width must be a whole number');
  expect(() => env.picture({ height: 9 } as never)).toThrow(
    'CartPole: there is no option "height"',
  );
});
