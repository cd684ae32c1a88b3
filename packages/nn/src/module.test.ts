import { backward } from '@kasane/autograd';
import {
  CheckpointError,
  manualSeed,
  memory,
  randn,
  reference,
  scope,
  ScopeError,
  tensor,
  wasm,
  zeros,
  type Tensor,
} from '@kasane/tensor-core';
import { inspect } from 'node:util';
import { describe, expect, it } from 'vitest';
import {
  BatchNorm1d,
  Buffer,
  Dropout,
  LayerNorm,
  Linear,
  Module,
  ModuleList,
  Parameter,
  ParameterList,
  ReLU,
  Sequential,
} from './index.ts';

class Net extends Module {
  readonly inputLayer = new Linear(2, 3);
  readonly norm = new BatchNorm1d(3);
  readonly outputScale = new Parameter(tensor([2]));
  readonly seen = new Buffer(zeros([1]), { persistent: false });
  readonly notATensor = 'x';
  lastHidden: Tensor | null = null;

  forward(x: Tensor): Tensor {
    this.lastHidden = this.norm.forward(this.inputLayer.forward(x));
    return this.lastHidden.mul(this.outputScale);
  }
}

describe('Module', () => {
  it('counts the numbers of its parameters, shared ones once', () => {
    expect(new Net().numParameters()).toBe(2 * 3 + 3 + 3 + 3 + 1);
    const shared = new Linear(2, 2);
    expect(new Sequential(shared, shared).numParameters()).toBe(6);
    expect(new ReLU().numParameters()).toBe(0);
  });

  it('finds parameters, buffers and submodules in its fields, in PyTorch names and order', () => {
    const net = new Net();
    expect(net.namedModules().map(([name]) => name)).toEqual(['', 'input_layer', 'norm']);
    expect(net.namedParameters().map(([name]) => name)).toEqual([
      'output_scale',
      'input_layer.weight',
      'input_layer.bias',
      'norm.weight',
      'norm.bias',
    ]);
    expect(net.namedBuffers().map(([name]) => name)).toEqual([
      'seen',
      'norm.running_mean',
      'norm.running_var',
      'norm.num_batches_tracked',
    ]);
    expect(net.children()).toEqual([net.inputLayer, net.norm]);
    expect(net.parameters()).toHaveLength(5);
    expect(net.buffers()).toHaveLength(4);
  });

  it('keeps plain tensors and buffers that are not persistent out of the state dict', () => {
    const net = new Net();
    net.forward(randn([4, 2]));
    expect(net.lastHidden).not.toBeNull();
    expect(Object.keys(net.stateDict())).toEqual([
      'output_scale',
      'input_layer.weight',
      'input_layer.bias',
      'norm.weight',
      'norm.bias',
      'norm.running_mean',
      'norm.running_var',
      'norm.num_batches_tracked',
    ]);
  });

  it('turns camelCase fields into snake_case keys', () => {
    class Names extends Module {
      readonly weightIhL0 = new Parameter(zeros([1]));
      readonly weight_hh_l0 = new Parameter(zeros([1]));
      readonly conv2dA = new Parameter(zeros([1]));
      readonly preMLP = new Parameter(zeros([1]));
      readonly Wq = new Parameter(zeros([1]));
      forward(): void {}
    }
    expect(Object.keys(new Names().stateDict())).toEqual([
      'weight_ih_l0',
      'weight_hh_l0',
      'conv2d_a',
      'pre_mlp',
      'Wq',
    ]);
  });

  it('lists a shared module once, and saves it under both names', () => {
    const shared = new Linear(2, 2, { bias: false });
    const model = new Sequential(shared, new ReLU(), shared);
    expect(model.modules()).toHaveLength(3);
    expect(model.parameters()).toEqual([shared.weight]);
    expect(Object.keys(model.stateDict())).toEqual(['0.weight', '2.weight']);
  });

  it('throws for a module that contains itself', () => {
    class Loop extends Module {
      self: Module = this;
      forward(): void {}
    }
    expect(() => new Loop().parameters()).toThrow(
      'Module: Loop contains itself at self. Keep parents out of the fields.',
    );
  });

  it('train and eval reach every module', () => {
    const model = new Sequential(new Sequential(new Dropout(0.5)), new ReLU());
    expect(model.eval()).toBe(model);
    expect(model.modules().map((m) => m.training)).toEqual([false, false, false, false]);
    expect(
      model
        .train()
        .modules()
        .every((m) => m.training),
    ).toBe(true);
    expect(
      model
        .train(false)
        .modules()
        .some((m) => m.training),
    ).toBe(false);
  });

  it('freeze keeps gradients away, unfreeze brings them back', () => {
    const model = new Sequential(new Linear(2, 2), new Linear(2, 1));
    model.at(0)!.freeze();
    backward(model.forward(randn([3, 2])).sum());
    expect(model.parameters().map((p) => p.grad !== null)).toEqual([false, false, true, true]);
    model.zeroGrad();
    expect(model.parameters().every((p) => p.grad === null)).toBe(true);
    model.unfreeze();
    backward(model.forward(randn([3, 2])).sum());
    expect(model.parameters().every((p) => p.grad !== null)).toBe(true);
  });

  it('moves to another backend in place, gradients too', () => {
    const model = new Sequential(new Linear(2, 3, { backend: wasm() }), new BatchNorm1d(3));
    const before = model.stateDict();
    const [weight] = model.parameters();
    backward(
      model
        .forward(randn([4, 2], { backend: wasm() }))
        .square()
        .sum(),
    );
    const gradient = weight!.grad!.dataSync();
    const running = model.stateDict()['1.running_mean']!.dataSync();
    model.to(reference());
    expect(model.parameters()[0]).toBe(weight);
    expect(weight!.backend).toBe(reference());
    expect(weight!.grad!.backend).toBe(reference());
    expect(weight!.grad!.dataSync()).toEqual(gradient);
    expect(weight!.dataSync()).toEqual(before['0.weight']!.dataSync());
    expect(model.stateDict()['1.running_mean']!.dataSync()).toEqual(running);
    expect(model.forward(zeros([2, 2], { backend: reference() })).shape).toEqual([2, 3]);
  });

  it('prints itself as PyTorch does', () => {
    const inner = new Sequential({
      fc: new Linear(2, 3, { bias: false }),
      act: new ReLU(),
      norm: new LayerNorm(3),
    });
    expect(String(new Sequential(inner, new Dropout(0.1)))).toBe(
      [
        'Sequential(',
        '  (0): Sequential(',
        '    (fc): Linear(inFeatures=2, outFeatures=3, bias=null)',
        '    (act): ReLU()',
        '    (norm): LayerNorm([3], eps=0.00001)',
        '  )',
        '  (1): Dropout(p=0.1)',
        ')',
      ].join('\n'),
    );
  });

  it('outlives the scope it is made in, and nothing else does', () => {
    const before = memory().wasm.tensors;
    const layer = scope(() => {
      const made = new Linear(2, 3, { backend: wasm() });
      made.forward(zeros([1, 2], { backend: wasm() }));
      return made;
    });
    expect(memory().wasm.tensors - before).toBe(2);
    expect(layer.weight.isDisposed).toBe(false);
  });
});

describe('loadStateDict', () => {
  it('reports everything that does not fit at once, and changes nothing', () => {
    const model = new Sequential(new Linear(2, 3), new Linear(3, 1));
    const before = model.stateDict();
    const state = {
      '0.weight': zeros([3, 3]),
      '0.bias': zeros([3]),
      '1.weight': zeros([3, 1]),
      extra: zeros([1]),
    };
    expect(() => model.loadStateDict(state)).toThrow(
      new CheckpointError(
        'loadStateDict: the state does not fit Sequential: missing 1.bias; unexpected extra; wrong shapes: 0.weight is [3,3] instead of [3,2], 1.weight is [3,1] instead of [1,3]. Build it as it was saved.',
      ),
    );
    for (const [key, value] of Object.entries(model.stateDict())) {
      expect(value.dataSync()).toEqual(before[key]!.dataSync());
    }
  });

  it.each<[string, unknown, string]>([
    ['null', null, 'missing weight, bias.'],
    ['a text', 'ab', 'missing weight, bias; unexpected 0, 1.'],
    ['null in place of a tensor', { weight: null, bias: zeros([1]) }, 'wrong shapes: weight is of type object instead of [1,1]'],
    ['what looks like a tensor', { weight: zeros([1, 1]), bias: { shape: [1] } }, 'wrong shapes: bias is of type object instead of [1]'],
    ['names of every object', { constructor: zeros([1]), toString: zeros([1]) }, 'missing weight, bias; unexpected constructor, toString.'],
    ['a prototype', Object.fromEntries([['__proto__', zeros([1])]]), 'missing weight, bias; unexpected __proto__.'],
    ['tensors of a prototype', Object.create({ weight: zeros([1, 1]), bias: zeros([1]) }), 'missing weight, bias.'],
  ])('refuses %s', (_, state, message) => {
    const layer = new Linear(1, 1);
    const before = layer.weight.item();
    // As a file may say it.
    const load = (): unknown => layer.loadStateDict(state as Parameters<Linear['loadStateDict']>[0]);
    expect(load).toThrow(CheckpointError);
    expect(load).toThrow(`loadStateDict: the state does not fit Linear: ${message}`);
    expect(layer.weight.item()).toBe(before);
  }); // prettier-ignore

  it('changes nothing if a tensor was freed, and swaps what is swapped', () => {
    const model = new Sequential(new Linear(1, 1), new Linear(1, 1));
    const before = model.stateDict();
    const freed = zeros([1]);
    freed.dispose();
    const ones = Object.fromEntries(
      Object.entries(before).map(([key, v]) => [key, v.mul(0).add(1)]),
    );
    expect(() => model.loadStateDict({ ...ones, '1.bias': freed })).toThrow(ScopeError);
    for (const [key, value] of Object.entries(model.stateDict())) {
      expect(value.item()).toBe(before[key]!.item());
    }
    const [first, second] = [model.parameters()[0]!, model.parameters()[2]!];
    model.loadStateDict({ '0.weight': second, '1.weight': first }, { strict: false });
    expect([first.item(), second.item()]).toEqual([
      before['1.weight']!.item(),
      before['0.weight']!.item(),
    ]);
  });

  it('strict: false loads what matches and reports the rest', () => {
    const layer = new Linear(1, 1);
    const report = layer.loadStateDict(
      { weight: tensor([[7]]), extra: zeros([1]) },
      { strict: false },
    );
    expect(report).toEqual({ missing: ['bias'], unexpected: ['extra'] });
    expect(layer.weight.item()).toBe(7);
  });

  it('casts to the dtype of the parameter and moves to its backend', () => {
    const layer = new Linear(1, 1, { bias: false, dtype: 'float64', backend: reference() });
    layer.loadStateDict({ weight: tensor([[3]], { dtype: 'int32', backend: wasm() }) });
    expect([layer.weight.dtype, layer.weight.backend, layer.weight.item()]).toEqual([
      'float64',
      reference(),
      3,
    ]);
  });

  it('a state dict is a snapshot that training does not change', () => {
    const layer = new Linear(1, 1, { bias: false });
    const state = layer.stateDict();
    const before = state['weight']!.item();
    layer.weight.assign(layer.weight.detach().add(1));
    expect(state['weight']!.item()).toBe(before);
    layer.loadStateDict(state);
    expect(layer.weight.item()).toBe(before);
    expect(state['weight']!.requiresGrad).toBe(false);
  });
});

describe('Parameter', () => {
  it('starts with the values of the tensor and does not follow it', () => {
    const values = tensor([1, 2]);
    const parameter = new Parameter(values);
    parameter.assign(tensor([5, 6]));
    expect([values.toArray(), parameter.toArray()]).toEqual([
      [1, 2],
      [5, 6],
    ]);
    values.dispose();
    expect(parameter.toArray()).toEqual([5, 6]);
  });

  it('must float', () => {
    expect(() => new Parameter(zeros([1], { dtype: 'int32' }))).toThrow(
      'Parameter: must be float32 or float64, got int32. Cast it, or use a Buffer.',
    );
  });
});

describe('containers', () => {
  it('Sequential iterates and indexes, forwards nothing when empty', () => {
    const [a, b] = [new Linear(2, 2), new ReLU()];
    const model = new Sequential(a, b);
    expect([...model]).toEqual([a, b]);
    expect([model.length, model.at(0), model.at(-1), model.at(2)]).toEqual([2, a, b, undefined]);
    const x = zeros([1]);
    expect(new Sequential().forward(x)).toBe(x);
  });

  it('Sequential takes named layers, one layer, or many', () => {
    expect(Object.keys(new Sequential({ fc: new Linear(1, 1) }).stateDict())).toEqual([
      'fc.weight',
      'fc.bias',
    ]);
    expect(Object.keys(new Sequential(new Linear(1, 1)).stateDict())).toEqual([
      '0.weight',
      '0.bias',
    ]);
    const many = new Sequential(
      ...Array.from({ length: 11 }, () => new Linear(1, 1, { bias: false })),
    );
    expect(many.namedParameters().at(-1)![0]).toBe('10.weight');
  });

  it('ModuleList and ParameterList grow, iterate, and have no forward', () => {
    const list = new ModuleList<Linear>().append(new Linear(1, 1)).append(new Linear(1, 2));
    expect([...list].map((l) => l.outFeatures)).toEqual([1, 2]);
    expect(list.at(-1)!.outFeatures).toBe(2);
    expect(list.parameters()).toHaveLength(4);
    expect(() => list.forward()).toThrow('ModuleList: has no forward. Loop over its items.');
    const parameters = new ParameterList().append(new Parameter(zeros([2])));
    expect([...parameters].map((p) => p.shape)).toEqual([[2]]);
    expect([parameters.length, list.length]).toEqual([1, 2]);
    expect(() => parameters.forward()).toThrow('ParameterList: has no forward.');
  });
});

describe('learning', () => {
  it('a small network separates xor', () => {
    const generator = manualSeed(3);
    const model = new Sequential(
      new Linear(2, 8, { generator }),
      new ReLU(),
      new Linear(8, 1, { generator }),
    );
    const x = tensor([
      [0, 0],
      [0, 1],
      [1, 0],
      [1, 1],
    ]);
    const y = tensor([[0], [1], [1], [0]]);
    for (let step = 0; step < 400; step++) {
      scope(() => {
        backward(model.forward(x).sub(y).square().mean());
        for (const p of model.parameters()) p.assign(p.detach().sub(p.peekGrad()!.mul(0.2)));
        model.zeroGrad();
      });
    }
    expect(model.forward(x).round().abs().toArray()).toEqual([[0], [1], [1], [0]]);
  });

  it('is shown by console.log as a tree', () => {
    const model = new Sequential(new Linear(2, 3), new ReLU());
    expect(inspect(model)).toBe(String(model));
  });
});
