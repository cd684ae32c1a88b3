import { ones, reference, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import { BatchNorm1d, Buffer, Dropout, Linear, Module, newParameter, summary } from './index.ts';

/** A model whose parts are in every kind of plain container. */
class Net extends Module {
  readonly floorLayers = [new Linear(2, 2), [new Linear(2, 1, { bias: false })]];
  readonly twoHeads = { leftHead: new BatchNorm1d(1), deep: { drop: new Dropout(0.5) } };
  readonly byName = new Map<unknown, Module>([
    ['a', new Linear(1, 1)],
    [7, new Linear(1, 2)],
  ]);
  readonly scales = { up: newParameter([2], 3), offset: new Buffer(ones([1])) };
  readonly settings = { rates: [0.1, 0.2], name: 'net', none: null, when: new Date(0) };

  forward(x: Tensor): Tensor {
    const [first, [second]] = this.floorLayers as [Linear, [Linear]];
    const { leftHead, deep } = this.twoHeads;
    const y = deep.drop.forward(leftHead.forward(second.forward(first.forward(x))));
    const [a, b] = [...this.byName.values()] as [Linear, Linear];
    return b.forward(a.forward(y)).mul(this.scales.up).add(this.scales.offset);
  }
}

const names = [
  'scales.up',
  'scales.offset',
  'floor_layers.0.weight',
  'floor_layers.0.bias',
  'floor_layers.1.0.weight',
  'two_heads.leftHead.weight',
  'two_heads.leftHead.bias',
  'two_heads.leftHead.running_mean',
  'two_heads.leftHead.running_var',
  'two_heads.leftHead.num_batches_tracked',
  'by_name.a.weight',
  'by_name.a.bias',
  'by_name.7.weight',
  'by_name.7.bias',
];

describe('parts in plain arrays, records and Maps', () => {
  it("are found under their field's name and their positions and keys", () => {
    const net = new Net();
    expect(Object.keys(net.stateDict())).toEqual(names);
    expect(net.namedModules().map(([name]) => name)).toEqual([
      '',
      'floor_layers.0',
      'floor_layers.1.0',
      'two_heads.leftHead',
      'two_heads.deep.drop',
      'by_name.a',
      'by_name.7',
    ]);
    expect(net.parameters()).toHaveLength(10);
    expect(net.namedBuffers().map(([name]) => name)).toEqual([
      'scales.offset',
      'two_heads.leftHead.running_mean',
      'two_heads.leftHead.running_var',
      'two_heads.leftHead.num_batches_tracked',
    ]);
  });

  it('change mode, freeze, move, load and print with the module', () => {
    const [net, twin] = [new Net(), new Net()];
    twin.loadStateDict(net.stateDict());
    expect(twin.byName.get(7)!.parameters()[0]!.dataSync()).toEqual(
      net.byName.get(7)!.parameters()[0]!.dataSync(),
    );
    net.eval().freeze().to(reference());
    expect(net.twoHeads.deep.drop.training).toBe(false);
    expect(net.scales.up.requiresGrad).toBe(false);
    expect(net.scales.offset.backend.name).toBe('reference');
    expect(String(net)).toContain('(two_heads.deep.drop): Dropout(p=0.5)');
    expect(net.forward(zeros([3, 2], { backend: reference() })).shape).toEqual([3, 2]);
  });

  it('follow what is put in and taken out', () => {
    const net = new Net();
    net.byName.set('more', new Linear(1, 1));
    net.floorLayers.pop();
    const found = Object.keys(net.stateDict());
    expect(found).toContain('by_name.more.bias');
    expect(found).not.toContain('floor_layers.1.0.weight');
  });

  it('are counted once each in a summary', () => {
    const net = new Net();
    const { rows, parameters } = summary(net, [3, 2]);
    expect(rows.map((row) => row.parameters)).toEqual([2, 6, 2, 2, 0, 2, 4]);
    expect(parameters).toBe(18);
  });

  it('are found once, though a record holds itself, and modules that hold their owner are refused', () => {
    class Circular extends Module {
      readonly parts: Record<string, unknown> = { linear: new Linear(1, 1) };
      forward(): void {}
    }
    const net = new Circular();
    net.parts.again = net.parts;
    expect(net.namedParameters().map(([name]) => name)).toEqual([
      'parts.linear.weight',
      'parts.linear.bias',
    ]);
    net.parts.owner = [net];
    expect(() => net.parameters()).toThrow('Module: Circular contains itself at parts.owner.0.');
  });

  it('are not found in private fields and in objects of other classes', () => {
    class Holder {
      readonly linear = new Linear(1, 1);
    }
    class Hidden extends Module {
      readonly #linear = new Linear(1, 1);
      readonly holder = new Holder();
      forward(x: Tensor): Tensor {
        return this.holder.linear.forward(this.#linear.forward(x));
      }
    }
    expect(new Hidden().numParameters()).toBe(0);
  });
});
