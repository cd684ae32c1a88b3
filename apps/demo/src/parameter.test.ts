import { describe, expect, test } from 'vitest';
import { parseValue } from './parameter.ts';
import type { Parameter } from './parameter.ts';
import { UsageError } from './usage-error.ts';

const steps: Parameter = { type: 'integer', default: 10, min: 1, max: 1e6, description: 'steps' };
const lr: Parameter = { type: 'number', default: 0.1, min: 1e-6, max: 10, description: 'rate' };
const activation: Parameter = {
  type: 'choice',
  options: ['sigmoid', 'relu', 'tanh'],
  default: 'relu',
  description: 'activation',
};
const flag: Parameter = { type: 'boolean', default: false, description: 'switch' };

test('a valid text becomes a value of the parameter', () => {
  expect(parseValue('--steps', steps, '1e3')).toBe(1000);
  expect(parseValue('--lr', lr, '.05')).toBe(0.05);
  expect(parseValue('--activation', activation, 'tanh')).toBe('tanh');
  expect(parseValue('--flag', flag, 'false')).toBe(false);
});

describe('a refused text is told with the rule and the nearest valid value', () => {
  test.each([
    [steps, '0', "an integer from 1 to 1,000,000, got '0'; the nearest valid value is 1."],
    [steps, '2.6', "an integer from 1 to 1,000,000, got '2.6'; the nearest valid value is 3."],
    [steps, 'many', "an integer from 1 to 1,000,000, got 'many'; its default is 10."],
    [steps, '', "an integer from 1 to 1,000,000, got ''; its default is 10."],
    [steps, 'NaN', "an integer from 1 to 1,000,000, got 'NaN'; its default is 10."],
    [lr, '-1', "a number from 0.000001 to 10, got '-1'; the nearest valid value is 0.000001."],
    [
      lr,
      'Infinity',
      "a number from 0.000001 to 10, got 'Infinity'; the nearest valid value is 10.",
    ],
    [
      activation,
      'than',
      "one of sigmoid, relu, tanh, got 'than'; the nearest valid value is tanh.",
    ],
    [flag, 'yes', "true or false, got 'yes'; the nearest valid value is true."],
  ])('%#', (parameter, text, message) => {
    const parse = (): unknown => parseValue('demo run x: --p', parameter, text);
    expect(parse).toThrow(UsageError);
    expect(parse).toThrow(`demo run x: --p must be ${message}`);
  });
});
