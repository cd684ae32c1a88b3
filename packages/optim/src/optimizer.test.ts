import { backward } from '@kasane/autograd';
import {
  CheckpointError,
  DataError,
  DTypeError,
  memory,
  ScopeError,
  scope,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import { Adam, AdamW, SGD } from './index.ts';

const leaf = (values: number[]): Tensor => tensor(values, { requiresGrad: true });

/** The error of a call, by class and whole text. */
function thrown(call: () => unknown): unknown {
  try {
    call();
  } catch (error) {
    return error;
  }
  return undefined;
}

describe('parameters', () => {
  const cases: readonly [string, () => unknown, Error][] = [
    [
      'none',
      () => new SGD([]),
      new DataError(
        'SGD: got no parameters. An iterator works only once, and modules do not find what is in #private fields.',
      ),
    ],
    [
      'an empty group',
      () => new Adam([{ params: [leaf([1])] }, { params: [] }]),
      new DataError(
        'Adam: got no parameters. An iterator works only once, and modules do not find what is in #private fields.',
      ),
    ],
    [
      'no iterable',
      () => new SGD(Object(3)),
      new DataError(
        'SGD: needs an iterable of parameters or groups, got Number. Pass model.parameters().',
      ),
    ],
    [
      'tensors and groups together',
      () => {
        const mixed: unknown = [leaf([1]), { params: [leaf([2])] }];
        return new SGD(mixed as Iterable<Tensor>); // a mistake that untyped code can make
      },
      new DataError('SGD: got 1 groups among 2 items. Pass tensors or groups, not both.'),
    ],
    [
      'the result of an op',
      () => new SGD([leaf([1, 2]).mul(2)]),
      new ScopeError(
        'SGD: parameters must be leaves, got a float32 [2] tensor, the result of mul. Pass its inputs or detach().',
      ),
    ],
    [
      'whole numbers',
      () => new SGD([tensor([1, 2], { dtype: 'int32' })]),
      new DTypeError(
        'SGD: parameters must be float32 or float64, got a int32 [2] tensor. Cast it, or leave it out.',
      ),
    ],
    [
      'one parameter in two groups',
      () => {
        const x = leaf([1]);
        return new SGD([{ params: [x] }, { params: [x] }]);
      },
      new DataError('SGD: a float32 [1] tensor is given twice. Pass it once.'),
    ],
  ];
  for (const [name, call, error] of cases) {
    it(`${name}: ${error.name} says what and how`, () => {
      expect(thrown(call)).toEqual(error);
    });
  }

  it('a group that is refused changes nothing', () => {
    const [x, y] = [leaf([1]), leaf([2])];
    const optimizer = new SGD([x], { lr: 1 });
    expect(() => optimizer.addParamGroup({ params: [y, x] })).toThrow('twice');
    expect(optimizer.paramGroups.length).toBe(1);
    optimizer.addParamGroup({ params: [y] });
    expect(optimizer.paramGroups[1]!.lr).toBe(1);
  });

  it('may come from a generator', () => {
    const x = leaf([1]);
    const optimizer = new SGD(
      (function* () {
        yield x;
      })(),
      { lr: 1 },
    );
    expect(optimizer.paramGroups[0]!.params).toEqual([x]);
  });
});

describe('step', () => {
  it('skips parameters without gradient and does not count the step for them', () => {
    const [x, y] = [leaf([1]), leaf([1])];
    const optimizer = new Adam([x, y], { lr: 0.1 });
    backward(x.sum());
    optimizer.step();
    expect(y.item()).toBe(1);
    expect(optimizer.stateDict().state['1']).toBeUndefined();
    optimizer.zeroGrad();
    backward(y.sum());
    optimizer.step();
    expect(y.item()).toBeCloseTo(0.9, 6); // as a first step, corrected for one update
  });

  it('reads options at every step, so that they may be changed', () => {
    const x = leaf([1]);
    const optimizer = new SGD([x], { lr: 1 });
    backward(x.sum());
    optimizer.paramGroups[0]!.lr = 0.25;
    optimizer.step();
    expect(x.item()).toBe(0.75);
  });

  it('calls a closure with gradients on and returns its result', () => {
    const x = leaf([3]);
    const optimizer = new SGD([x], { lr: 0.5 });
    const loss = optimizer.step(() => {
      optimizer.zeroGrad();
      const value = x.square().sum();
      backward(value);
      return value.item();
    });
    expect(loss).toBe(9);
    expect(x.item()).toBe(0);
  });

  it('inside a scope keeps parameters, states and gradients', () => {
    const x = leaf([1, 2]);
    const optimizer = new Adam([x], { amsgrad: true });
    for (let i = 0; i < 3; i++) {
      scope(() => {
        optimizer.zeroGrad();
        backward(x.square().sum());
        optimizer.step();
      });
    }
    expect(x.toArray()).toHaveLength(2);
    expect(x.grad!.toArray()).toHaveLength(2);
  });

  it('refuses backward through values from before the update', () => {
    const x = leaf([1]);
    const optimizer = new SGD([x]);
    const y = x.square();
    backward(y.sum(), { retainGraph: true });
    optimizer.step();
    expect(() => backward(y.sum())).toThrow('was written after its use');
  });

  it('frees gradients at zeroGrad, unless user code has read them', () => {
    const x = leaf([1]);
    const optimizer = new SGD([x]);
    backward(x.sum());
    const held = x.grad!;
    optimizer.zeroGrad();
    expect(x.grad).toBeNull();
    expect(held.item()).toBe(1);
    backward(x.sum());
    const before = memory().wasm.tensors;
    optimizer.zeroGrad();
    expect(memory().wasm.tensors).toBe(before - 1);
  });
});

describe('stateDict', () => {
  const trained = (): Adam => {
    const x = leaf([1, 2]);
    const optimizer = new Adam([x]);
    backward(x.square().sum());
    optimizer.step();
    return optimizer;
  };

  it('holds steps and states by parameter number, and options by group', () => {
    const { state, paramGroups } = trained().stateDict();
    expect(Object.keys(state['0']!)).toEqual(['step', 'expAvg', 'expAvgSq', 'maxExpAvgSq']);
    expect(state['0']!['step']).toBe(1);
    expect(paramGroups).toEqual([
      {
        lr: 0.001,
        betas: [0.9, 0.999],
        eps: 1e-8,
        weightDecay: 0,
        amsgrad: false,
        maximize: false,
        params: [0],
      },
    ]);
  });

  it('stays as it is while training goes on', () => {
    const x = leaf([1]);
    const optimizer = new SGD([x], { momentum: 0.5 });
    backward(x.sum());
    optimizer.step();
    const saved = optimizer.stateDict().state['0']!['momentumBuffer'] as Tensor; // SGD's only tensor
    optimizer.step();
    optimizer.step();
    expect(saved.item()).toBe(1);
  });

  it('brings its options along', () => {
    const saved = new AdamW([leaf([1])], { lr: 0.5 }).stateDict();
    const other = new AdamW([leaf([1])]);
    other.loadStateDict(saved);
    expect(other.paramGroups[0]!.lr).toBe(0.5);
  });

  it('that does not fit is refused with all that differs, and changes nothing', () => {
    const optimizer = trained();
    const { state, paramGroups } = optimizer.stateDict();
    const before = JSON.stringify(optimizer.stateDict());
    const { lr: _, ...group } = paramGroups[0]!;
    const cases: readonly [Parameters<Adam['loadStateDict']>[0], string][] = [
      [{ state, paramGroups: [] }, '0 groups saved, 1 here'],
      [
        { state, paramGroups: [{ ...group, betas: 0.9, params: [0, 1], momentum: 0 }] },
        'group 0: lr is missing; group 0: betas is of type number, not a list of 2; group 0: params is a list of 2, not a list of 1; group 0: momentum is unexpected',
      ],
      [
        {
          state: { '0': { step: 1, expAvg: tensor([1]), maxExpAvgSq: 3, sum: 1 }, '7': {} },
          paramGroups: [{ ...paramGroups[0]!, lr: -1 }],
        },
        'group 0: RangeError: Adam: lr must be at least 0, got -1.; state 0: expAvg is float32 [1], not float32 [2]; state 0: expAvgSq is missing; state 0: maxExpAvgSq is of type number, not float32 [2]; state 0: sum is unexpected; state 7: belongs to no parameter',
      ],
    ];
    for (const [bad, text] of cases) {
      expect(thrown(() => optimizer.loadStateDict(bad))).toEqual(
        new CheckpointError(`Adam: the state does not fit: ${text}. Build it as it was saved.`),
      );
    }
    expect(JSON.stringify(optimizer.stateDict())).toBe(before);
  });

  it('is refused unless it has its own, expected fields and nothing else, and changes nothing', () => {
    const optimizer = trained();
    const { state, paramGroups } = optimizer.stateDict();
    const before = JSON.stringify(optimizer.stateDict());
    const first = paramGroups[0]!;
    const one = state['0']!;
    const named = (key: string, value: unknown): object => Object.fromEntries([[key, value]]);
    const polluted = { polluted: 1 };
    const cases: readonly [unknown, string][] = [
      [null, 'undefined groups saved, 1 here'],
      [undefined, 'undefined groups saved, 1 here'],
      ['x', 'undefined groups saved, 1 here'],
      [{ state, paramGroups: null }, 'undefined groups saved, 1 here'],
      [{ state: null, paramGroups }, 'state is null'],
      [{ state: 3, paramGroups }, 'state is of type number'],
      [{ state, paramGroups: [null] }, 'group 0: lr is missing'],
      [{ state: { 0: null }, paramGroups }, 'state 0: step is missing'],
      [{ state: { 0: { ...one, step: NaN } }, paramGroups }, 'state 0: step is NaN, not of type number'],
      [{ state: { 0: { ...one, step: '1' } }, paramGroups }, 'state 0: step is of type string'],
      [{ state: { 0: { ...one, expAvg: { dtype: 'float32', shape: [2] } } }, paramGroups }, 'state 0: expAvg is of type object, not float32 [2]'],
      [{ state: { 0: { ...one, ...named('__proto__', polluted) } }, paramGroups }, 'state 0: __proto__ is unexpected'],
      [{ state: { 0: { ...one, constructor: 1 } }, paramGroups }, 'state 0: constructor is unexpected'],
      [{ state: { ...state, ...named('__proto__', polluted) }, paramGroups }, 'state __proto__: belongs to no parameter'],
      [{ state, paramGroups: [{ ...first, ...named('__proto__', polluted) }] }, 'group 0: __proto__ is unexpected'],
      [{ state, paramGroups: [{ ...first, toString: 1 }] }, 'group 0: toString is unexpected'],
      [{ state, paramGroups: [{ ...first, initialLr: 'x' }] }, 'group 0: initialLr is of type string'],
      [{ state, paramGroups: [{ ...first, betas: [null, 0.9] }] }, 'group 0: betas is a list of 2 not numbers, not a list of 2'],
      [{ state, paramGroups: [{ ...first, params: ['constructor'] }] }, 'group 0: params is a list of 1 not numbers, not a list of 1'],
      [{ state, paramGroups: [{ ...first, params: undefined }] }, 'group 0: params is of type undefined'],
    ]; // prettier-ignore
    for (const [bad, text] of cases) {
      // As a file may say it.
      const error = thrown(() =>
        optimizer.loadStateDict(bad as Parameters<Adam['loadStateDict']>[0]),
      );
      expect(error).toBeInstanceOf(CheckpointError);
      expect(String(error)).toContain(`Adam: the state does not fit: ${text}`);
    }
    const pair = new SGD([leaf([1]), leaf([2])], { lr: 1 });
    const twice = {
      state: {},
      paramGroups: [{ ...pair.stateDict().paramGroups[0]!, params: [0, 0] }],
    };
    expect(() => pair.loadStateDict(twice)).toThrow('group 0: params has 0 twice');
    const freed = tensor([1, 2]);
    freed.dispose();
    expect(() => {
      optimizer.loadStateDict({ state: { 0: { ...one, expAvg: freed } }, paramGroups });
    }).toThrow(ScopeError);
    expect(JSON.stringify(optimizer.stateDict())).toBe(before);
    expect('polluted' in {}).toBe(false);
    expect(Object.getPrototypeOf(optimizer.paramGroups[0])).toBe(Object.prototype);
  });

  it('may be loaded again and again without leaving anything behind', () => {
    const optimizer = trained();
    const saved = optimizer.stateDict();
    optimizer.loadStateDict(saved);
    const before = memory();
    optimizer.loadStateDict(saved);
    expect(memory()).toEqual(before);
  });
});

it('is shown by console.log with the options of each group', () => {
  const [a, b] = [tensor([1], { requiresGrad: true }), tensor([1], { requiresGrad: true })];
  const optimizer = new SGD([{ params: [a] }, { params: [b], lr: 0.5 }], { lr: 0.1 });
  const options = 'momentum=0, dampening=0, nesterov=false';
  const shown = inspect(optimizer);
  expect(shown).toMatch(/^SGD\(1 parameters, .*lr=0\.1.*\n {2}1 parameters, .*lr=0\.5.*\)$/);
  for (const option of options.split(', ')) expect(shown).toContain(option);
});
