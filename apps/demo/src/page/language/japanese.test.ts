import { expect, test } from 'vitest';
import { catalog } from '../../exercises/data.gen.ts';
import { japanese } from './japanese.ts';

/** All that exercises say of themselves in English alone. */
const sayings = new Set(
  catalog.flatMap(({ summary, parameters, charts, tries }) => [
    summary,
    ...Object.values(charts).flatMap(({ x, y }) => [x, y]),
    ...[parameters, ...Object.values(tries).map((one) => one.parameters)].flatMap((declared) =>
      Object.values(declared).map(({ description }) => description),
    ),
  ]),
);

test('everything is said in Japanese too', () => {
  expect([...sayings].filter((saying) => !Object.hasOwn(japanese, saying))).toEqual([]);
});

test('nothing is said in Japanese that no exercise says', () => {
  expect(Object.keys(japanese).filter((saying) => !sayings.has(saying))).toEqual([]);
});
