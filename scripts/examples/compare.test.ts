import { describe, expect, it } from 'vitest';
import { matches, render } from './compare.ts';

describe('render', () => {
  it('gives primitives as String() does, and arrays and plain objects as JSON', () => {
    expect(render(0.5)).toBe('0.5');
    expect(render('a b')).toBe('a b');
    expect(render(undefined)).toBe('undefined');
    expect(render([[1, 2], ['x']])).toBe('[[1,2],["x"]]');
    expect(render({ a: 1, b: [true] })).toBe('{"a":1,"b":[true]}');
  });

  it('keeps NaN and Infinity, which JSON has no word for', () => {
    expect(render([Number.NaN, -Infinity])).toBe('[NaN,-Infinity]');
  });

  it('reads typed arrays and asks objects that know how to print themselves', () => {
    expect(render(Float32Array.of(1, 0.5))).toBe('[1,0.5]');
    expect(render({ toString: () => 'Linear(2, 1)' })).toBe('Linear(2, 1)');
    expect(render(Promise.resolve(1))).toBe('a promise (await it)');
  });
});

describe('matches', () => {
  it('takes fewer decimals when rounding gives them, and no others', () => {
    expect(matches('0.6224593043327332', ['0.6225'])).toBe(true);
    expect(matches('0.6224593043327332', ['0.6224'])).toBe(false);
    expect(matches('[0.333333,1e-7]', ['[0.333, 1.0e-7]'])).toBe(true);
    expect(matches('-0.25', ['0.25'])).toBe(false);
  });

  it('takes integers only when they are exact', () => {
    expect(matches('3', ['3'])).toBe(true);
    expect(matches('2.9', ['3'])).toBe(false);
    expect(matches('2.9999999', ['3.000'])).toBe(true);
  });

  it('does not mind white space', () => {
    expect(matches('[[11,12],[13,14]]', ['[[11, 12], [13, 14]]'])).toBe(true);
    expect(matches('[[1 2]\n [3 4]]', ['[[1 2]', ' [3 4]]'])).toBe(true);
  });

  it('reads on in the comments below only as far as the value reaches', () => {
    expect(matches('3', ['3', ' now something else'])).toBe(true);
    expect(matches('[[1 2]\n [3 4]]', ['[[1 2]', '[3 4]]', 'and so on'])).toBe(true);
    expect(matches('[[1 2]\n [3 4]]', ['[[1 2]'])).toBe(false);
  });

  it('does not confuse digits in names with numbers', () => {
    expect(matches('float32', ['float64'])).toBe(false);
    expect(matches('Tensor(3.14159)', ['Tensor(3.14)'])).toBe(true);
  });
});
