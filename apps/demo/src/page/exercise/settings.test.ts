import { describe, expect, test } from 'vitest';
import { catalog } from '../../exercises/data.gen.ts';
import { readLink } from '../link.ts';
import { POSITIONS, positionOf, valueAt } from './scale.ts';
import { readSettings, settingsLink, valuesOf, withValue } from './settings.ts';

const iris = catalog.find(({ id }) => id === 'iris')!;
const read = (query: string) => readSettings(iris, new URLSearchParams(query));

describe('the link of a run', () => {
  test('says nothing of what is as declared', () => {
    const { settings, problems } = read('');
    expect(problems).toEqual([]);
    expect(settings).toMatchObject({ variant: 'default', preset: 'quick', seed: 0, given: {} });
    expect(settingsLink(iris, settings)).toBe('#/exercise/iris');
  });

  test('says all that is not, and is read back', () => {
    const query = 'variant=sigmoid&preset=full&seed=7&lr=0.5&activation=relu&backend=gpu&mode=cpu';
    const { settings, problems } = read(query);
    expect(problems).toEqual([]);
    expect(settings.given).toEqual({ lr: 0.5, activation: 'relu' });
    const place = readLink(settingsLink(iris, settings));
    expect(place).toMatchObject({ page: 'exercise', name: 'iris' });
    expect(readSettings(iris, place.query).settings).toEqual(settings);
  });

  test.each([
    ['lr=100', "lr must be a number from 0.000001 to 10, got '100'; the nearest valid value is 10."],
    ['epochs=2.5', "epochs must be an integer from 1 to 10,000, got '2.5'; the nearest valid value is 3."],
    ['activation=sigmoidd', "activation must be one of relu, sigmoid, got 'sigmoidd'; the nearest valid value is sigmoid."],
    ['variant=nothing', "There is no variant 'nothing'."],
    ['variant=constructor', "There is no variant 'constructor'."],
    ['seed=-1', "The seed must be a whole number up to 4294967295, got '-1'."],
    ['seed=1e3', "The seed must be a whole number up to 4294967295, got '1e3'."],
    ['preset=huge', "The preset must be quick or full, got 'huge'."],
    ['backend=toString', "The backend must be one of wasm, reference, gpu, got 'toString'."],
    ['threads=1000', "There can be 1 to 16 threads, got '1000'."],
  ])('%s is refused in one sentence, and the rest holds', (query, message) => {
    const { settings, problems } = read(`${query}&batch=10`);
    expect(problems).toEqual([message]);
    expect(settings).toMatchObject({ variant: 'default', preset: 'quick', seed: 0, given: { batch: 10 } });
  }); // prettier-ignore

  test('own data is said by the link, and what shapes other data is refused beside it', () => {
    const exercise = catalog.find(({ id }) => id === 'linear-regression')!;
    const link = '#/exercise/linear-regression?data=own&lr=0.2';
    const { settings, problems } = readSettings(exercise, readLink(`${link}&noise=1`).query);
    expect(settings).toMatchObject({ own: true, given: { lr: 0.2 } });
    expect(problems).toEqual(['noise shapes the data that the exercise has by default, and says nothing of other data; leave it out.']);
    expect(settingsLink(exercise, settings)).toBe('#/exercise/linear-regression?lr=0.2&data=own');
    expect(read('data=theirs').problems).toEqual(["There is no data 'theirs' here."]);
  }); // prettier-ignore

  test('a parameter that has its own value again is not given any more', () => {
    const { settings } = read('variant=lr-01');
    const changed = withValue(iris, settings, 'lr', 0.5);
    expect(valuesOf(iris, changed)['lr']).toBe(0.5);
    expect(withValue(iris, changed, 'lr', 0.1)).toEqual(settings);
  });
});

describe('the slider of a number', () => {
  const numbers = catalog.flatMap(({ id, parameters }) =>
    Object.entries(parameters).flatMap(([name, one]) =>
      one.type === 'integer' || one.type === 'number' ? [[id, name, one] as const] : [],
    ),
  );

  test.each(numbers)('%s: %s reaches both ends, and grows', (_, __, parameter) => {
    expect(valueAt(parameter, 0)).toBe(parameter.min);
    expect(valueAt(parameter, POSITIONS)).toBe(parameter.max);
    const values = Array.from({ length: POSITIONS + 1 }, (_, i) => valueAt(parameter, i));
    expect(values).toEqual(values.toSorted((a, b) => a - b));
    const position = positionOf(parameter, parameter.default);
    expect(position).toBeGreaterThanOrEqual(0);
    expect(position).toBeLessThanOrEqual(POSITIONS);
    // Of a slider's positions one is near to the default.
    const near = valueAt(parameter, position);
    expect(Math.abs(near - parameter.default)).toBeLessThanOrEqual(
      Math.max(0.15 * Math.abs(parameter.default), (parameter.max - parameter.min) / 50, 1e-9),
    );
  });
});
