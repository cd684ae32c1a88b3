import { expect, test } from 'vitest';
import { placeIn } from './stack.ts';

const module = 'blob:http://127.0.0.1:4040/3f2c';

test.each([
  [
    'Chromium',
    `Error: no\n    at matmul (http://127.0.0.1:4040/assets/a.js:1:99)\n    at ${module}:7:12\n    at ${module}:9:1`,
  ],
  ['Chromium, in a function', `Error: no\n    at f (${module}:7:12)`],
  [
    'Firefox and Safari',
    `matmul@http://127.0.0.1:4040/assets/a.js:1:99\nf@${module}:7:12\n@${module}:9:1`,
  ],
])('%s', (_, stack) => {
  expect(placeIn(stack, module)).toEqual({ line: 7, column: 12 });
});

test('a stack without the program has no place in it', () => {
  expect(placeIn('Error: no\n    at http://127.0.0.1/a.js:1:9', module)).toBe(null);
  expect(placeIn(undefined, module)).toBe(null);
});
