import { tensor } from '@kasane/tensor-core';
import { expect, it } from 'vitest';
import { {{camel}} } from './{{kebab}}.ts';

it('{{camel}}(x) is the length of the vector x', () => {
  expect({{camel}}(tensor([3, 4])).item()).toBe(5);
});
