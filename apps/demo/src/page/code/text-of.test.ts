import { tensor } from '@kasane/tensor-core';
import { expect, test } from 'vitest';
import { textOf } from './text-of.ts';

test.each([
  ['text', 'text'],
  [['text', 1, -0, null, undefined], '["text", 1, -0, null, undefined]'],
  [{ a: { b: [1] } }, '{ a: { b: [1] } }'],
  [Float32Array.of(1, 2.5), '[1, 2.5]'],
  [new Map([['a', 1]]), 'Map(1) {"a" => 1}'],
  [new Set([1, 2]), 'Set(2) {1, 2}'],
  [new TypeError('no'), 'TypeError: no'],
  [textOf, 'function textOf'],
  [
    new (class Point {
      x = 1;
    })(),
    'Point { x: 1 }',
  ],
  [Promise.resolve(1), 'a promise (await it)'],
  [[[[[[1]]]]], '[[[[[…]]]]]'],
  [10n, '10'],
  [tensor([0.5, 1]), 'tensor([0.5000, 1.0000], float32, shape=[2])'],
  [{ loss: tensor(3) }, '{ loss: tensor(3., float32, shape=[]) }'],
  [Object.create(null), '{}'],
] as const)('value %#', (value, text) => {
  expect(textOf(value)).toBe(text);
});

test('no value is written without end', () => {
  const ring: unknown[] = [];
  ring.push(ring);
  expect(textOf(ring)).toBe('[(itself)]');
  expect(textOf(Array.from({ length: 1000 }, () => 0))).toMatch(/^\[(0, ){100}… 900 more\]$/);
  expect(textOf('a'.repeat(20_000)).length).toBeLessThan(11_000);
  expect(textOf(new Float64Array(1e7)).length).toBeLessThan(1000);
});

test('what an example expects of a tensor is its values alone', () => {
  expect(textOf([tensor([0.5, 1])], false)).toBe('[tensor([0.5000, 1.0000])]');
  expect(textOf(Object.create(null), false)).toBe('{}');
});
