import { tensor } from '@kasane/tensor-core';
import { bools, given, integers, testOp, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';

const noFloat64 = { on: 'gpu', why: 'gpu.js has no float64' } as const;

testOp('cast', {
  samples: [
    {
      name: 'to int32, towards zero',
      inputs: [given([-1.9, -0.5, 0.5, 1.9])],
      call: (x) => x.cast('int32'),
      expected: [-1, 0, 0, 1],
      gradient: false,
    },
    {
      name: 'to bool, where only 0 is false',
      inputs: [given([0, -0, 0.1, Number.NaN, -3])],
      call: (x) => x.cast('bool'),
      expected: [0, 0, 1, 1, 1],
      gradient: false,
    },
    {
      name: 'integers to bool',
      inputs: [integers([0, 256, -1])],
      call: (x) => x.cast('bool'),
      expected: [0, 1, 1],
      gradient: false,
    },
    {
      name: 'bools to float32',
      inputs: [bools([true, false])],
      call: (x) => x.cast('float32'),
      expected: [1, 0],
      gradient: false,
    },
    {
      name: 'to float64',
      inputs: [values([2, 3])],
      call: (x) => x.cast('float64'),
      skip: noFloat64,
    },
    { name: 'a scalar', inputs: [values([])], call: (x) => x.cast('float64'), skip: noFloat64 },
    { name: 'nothing', inputs: [values([0])], call: (x) => x.cast('float64'), skip: noFloat64 },
  ],
});

describe('cast', () => {
  it('is the tensor itself if the dtype is right already', () => {
    const x = tensor([1, 2]);
    expect(x.cast('float32')).toBe(x);
  });
  it('rounds to float32', () => {
    const x = tensor([0.1], { dtype: 'float64' }).cast('float32');
    expect(x.item()).toBe(Math.fround(0.1));
  });
  it('to integers stops the gradient', () => {
    expect(tensor([1.5], { requiresGrad: true }).cast('int32').requiresGrad).toBe(false);
  });
});
