import { ones, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { Linear, Module, ModuleDict, newParameter, Parameter, ParameterDict } from './index.ts';

class Net extends Module {
  readonly twoHeads = new ModuleDict({ firstHead: new Linear(2, 1), b: new Linear(2, 3) });
  readonly scales = new ParameterDict({ b: newParameter([3], 2) });

  forward(x: Tensor): Tensor {
    return this.twoHeads.get('b')!.forward(x).mul(this.scales.get('b')!);
  }
}

describe('ModuleDict and ParameterDict', () => {
  it("are found under their field's name and their keys, as they are", () => {
    expect(Object.keys(new Net().stateDict())).toEqual([
      'two_heads.firstHead.weight',
      'two_heads.firstHead.bias',
      'two_heads.b.weight',
      'two_heads.b.bias',
      'scales.b',
    ]);
    expect(new Net().forward(zeros([4, 2])).shape).toEqual([4, 3]);
    expect(
      new Net()
        .eval()
        .modules()
        .map(({ training }) => training),
    ).not.toContain(true);
  });

  it('have the methods of a Map', () => {
    const dict = new ParameterDict();
    const [a, b] = [new Parameter(ones([1])), new Parameter(ones([2]))];
    expect(dict.set('a', a).set('b', b).set('a', b).size).toBe(2);
    expect([...dict]).toEqual([
      ['a', b],
      ['b', b],
    ]);
    expect([...dict.keys()]).toEqual(['a', 'b']);
    expect([...dict.values()]).toEqual([b, b]);
    expect(dict.delete('a')).toBe(true);
    expect(dict.delete('a')).toBe(false);
    expect([dict.has('a'), dict.has('b'), dict.get('a')]).toEqual([false, true, undefined]);
    expect(dict.parameters()).toEqual([b]);
  });

  it('have no forward', () => {
    expect(() => new ModuleDict().forward()).toThrow(
      'ModuleDict: has no forward. Call those of its items.',
    );
  });
});
