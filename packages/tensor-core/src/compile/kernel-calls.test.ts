import { describe, expect, it } from 'vitest';
import { onePass } from './kernel-calls.ts';

type Call = Parameters<typeof onePass<string | number>>[1];

/** What is left of calls that come one after the other. */
function merged(...given: readonly Call[]): readonly Call[] {
  const calls: Call[] = [];
  for (const call of given) calls.push(onePass(calls, call));
  return calls;
}

const call = (kernel: string, ...args: (string | number)[]): Call => ({ kernel, args });
const average = call('combine', 'm', 'g', 'm', 9, 0.9, 0.1);
const square = call('combineSquare', 'v', 'g', 'v', 9, 0.8, 0.2);
const quotient = (x: string): Call => call('addQuotient', 'p', x, 'v', 'p', 9, 1, -0.1, 1e-8);

describe('onePass', () => {
  it('merges the steps of an update rule', () => {
    expect(merged(average, call('combine', 'p', 'm', 'p', 9, 1, -0.1))).toEqual([
      call('momentumStep', 'p', 'm', 'g', 9, 0.9, 0.1, 1, -0.1),
    ]);
    expect(merged(square, quotient('g'))).toEqual([
      call('squareStep', 'p', 'v', 'g', 9, 0.8, 0.2, 1, -0.1, 1e-8),
    ]);
    expect(merged(average, square, quotient('m'))).toEqual([
      call('momentsStep', 'p', 'm', 'v', 'g', 9, 0.9, 0.1, 0.8, 0.2, 1, -0.1, 1e-8),
    ]);
    expect(merged(average, square, quotient('g'))).toEqual([
      average,
      call('squareStep', 'p', 'v', 'g', 9, 0.8, 0.2, 1, -0.1, 1e-8),
    ]);
  });

  it('leaves alone what only looks like one', () => {
    for (const calls of [
      [average, call('combine', 'p', 'g', 'p', 9, 1, -0.1)], // without the average
      [average, call('combine', 'p', 'm', 'q', 9, 1, -0.1)], // not in place
      [call('combine', 'm', 'g', 'n', 9, 0.9, 0.1), call('combine', 'p', 'n', 'p', 9, 1, -0.1)],
      [call('combine', 'm', 'p', 'm', 9, 0.9, 0.1), call('combine', 'p', 'm', 'p', 9, 1, -0.1)],
      [call('combine', 'm', 'g', 'm', 3, 0.9, 0.1), call('combine', 'p', 'm', 'p', 9, 1, -0.1)],
      [square, quotient('m')], // divides another numerator
      [square, average, quotient('m')], // in another order
      [average, call('combineSquare', 'v', 'h', 'v', 9, 0.8, 0.2), quotient('m')], // two gradients
      [call('combineSquare', 'v', 'v', 'v', 9, 0.8, 0.2), quotient('v')],
      [call('combine', 'm', 'm', 'm', 9, 0.9, 0.1), square, quotient('m')],
    ]) {
      expect(merged(...calls)).toEqual(calls);
    }
  });
});
