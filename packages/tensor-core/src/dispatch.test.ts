import { backward } from '@kasane/autograd';
import {
  enableGrad,
  noGrad,
  record,
  reference,
  run,
  runInto,
  runView,
  ShapeError,
  tensor,
  wasm,
  watchOps,
  type CreateOptions,
  type OpDef,
} from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';

const double: OpDef = {
  name: 'double',
  inputs: 'float',
  infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
  reference([x], _, out) {
    for (let i = 0; i < out.size; i++) out.data[i] = 2 * x!.data[i]!;
  },
  vjp: ({ grad }) => [grad.mul(2)],
};

describe('run', () => {
  it('runs ops defined elsewhere, gradient included', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = run(double, [x], undefined);
    backward(y.square().sum());
    expect(y.toArray()).toEqual([2, 4]);
    expect(x.grad!.toArray()).toEqual([8, 16]);
  });
  it('casts inputs by the rule of the op', () => {
    expect(run(double, [tensor([1], { dtype: 'int32' })], undefined).dtype).toBe('float32');
  });
  it('runs what an op is made of wherever its kernel is not for', () => {
    const fused: OpDef = {
      name: 'fused',
      infer: double.infer,
      vjp: null,
      decompose: ([x]) => x!.mul(2),
      wasm(k, [x], _, out) {
        k.add(x!.pointer, x!.pointer, out.pointer, 1, out.size, 0, 1, 0, 1);
        return true;
      },
    };
    const opsOf = (options: CreateOptions): string[] => {
      const x = tensor([1, 2], options);
      const seen: string[] = [];
      const stop = watchOps((op) => seen.push(op));
      expect(run(fused, [x], undefined).toArray()).toEqual([2, 4]);
      stop();
      return seen;
    };
    expect(opsOf({})).toEqual(['fused']);
    expect(opsOf({ dtype: 'float64' })).toEqual(['mul']);
    expect(opsOf({ backend: reference() })).toEqual(['mul']);
    const x = tensor([1, 2], { requiresGrad: true });
    backward(run(fused, [x], undefined).sum());
    expect(x.grad!.toArray()).toEqual([2, 2]);
  });
  it('says so where an op has neither kernel nor loop', () => {
    const bare: OpDef = { name: 'bare', infer: double.infer, vjp: null, wasm: () => false };
    expect(() => run(bare, [tensor([1])], undefined)).toThrow(
      'bare: wasm has no memory or kernel for it, and it no plain loop. Dispose of tensors.',
    );
  });
  it('records nothing unless an input requires gradients and recording is on', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    expect(tensor([1]).mul(2).provenance).toBeNull();
    expect(x.mul(2).provenance!.op.name).toBe('mul');
    expect(noGrad(() => x.mul(2)).provenance).toBeNull();
    expect(noGrad(() => enableGrad(() => x.mul(2))).requiresGrad).toBe(true);
    expect(x.greater(1).requiresGrad).toBe(false);
    expect(x.detach().mul(2).requiresGrad).toBe(false);
  });
  it('refuses a gradient rule whose shape is not that of the input', () => {
    const wrong: OpDef = { ...double, vjp: ({ grad }) => [grad.reshape([3, 2])] };
    const x = tensor(
      [
        [1, 2, 3],
        [4, 5, 6],
      ],
      { requiresGrad: true },
    );
    expect(() => backward(run(wrong, [x], undefined).sum())).toThrow(ShapeError);
  });
  it('switches recording back on after an exception', () => {
    expect(() =>
      noGrad(() => {
        throw new Error('stop');
      }),
    ).toThrow('stop');
    expect(tensor([1], { requiresGrad: true }).mul(2).requiresGrad).toBe(true);
  });
  it('shows every result to a watcher until it is stopped', () => {
    const seen: string[] = [];
    const stop = watchOps((op) => seen.push(op));
    tensor([1]).add(1).exp();
    stop();
    tensor([1]).log();
    expect(seen).toEqual(['add', 'exp']);
  });
});

describe('runInto', () => {
  const { inputs: _, ...rest } = double;
  const increased: OpDef = { ...rest, name: 'increased' };

  it('writes where the data is, unless another tensor shares it', () => {
    const x = tensor([1, 2]);
    const { storage } = x;
    runInto(increased, x, [], undefined);
    expect(x.storage).toBe(storage);
    const alias = x.detach();
    runInto(increased, x, [], undefined);
    expect([x.toArray(), alias.toArray()]).toEqual([
      [4, 8],
      [2, 4],
    ]);
  });
  it('makes graphs that used the old values refuse', () => {
    const x = tensor([1, 2], { requiresGrad: true });
    const y = x.square().sum();
    noGrad(() => runInto(increased, x, [], undefined));
    expect(() => backward(y)).toThrow('was written');
    expect(() => runInto(increased, x.mul(2), [], undefined)).toThrow('needs a leaf');
  });
  it('shows watchers its op', () => {
    const seen: string[] = [];
    const stop = watchOps((op) => seen.push(op));
    runInto(increased, tensor([1]), [], undefined);
    stop();
    expect(seen).toEqual(['increased']);
  });
});

describe('an op that is none', () => {
  // The types refuse all of these; plain JavaScript does not.
  const x = tensor([1, 2]);
  const as = (op: unknown): OpDef => op as OpDef;
  const { infer: _infer, ...ruleless } = double;
  const calls: Readonly<Record<string, (op: OpDef) => unknown>> = {
    run: (op) => run(op, [x], undefined),
    runInto: (op) => runInto(op, tensor([1]), [], undefined),
    runView: (op) => runView(op, x, undefined),
    record: (op) => record(tensor([1]), op, [x], undefined),
  };

  it.each(Object.entries(calls))('is refused by %s', (_, call) => {
    for (const [op, got] of [
      [undefined, 'undefined'],
      [null, 'null'],
      ['add', "'add'"],
      [ruleless, 'an object'],
    ] as const) {
      expect(() => call(as(op))).toThrow(new TypeError(`run: needs an OpDef, got ${got}.`));
    }
  });

  it.each(Object.entries(calls).slice(0, 3))(
    'is named by %s where its rule gives no shape and dtype',
    (_, call) => {
      for (const [spec, got] of [
        [undefined, 'undefined'],
        [[2], 'an array'],
        [{ shape: 2, dtype: 'float32' }, 'an object'],
        [{ shape: [2], dtype: 'float16' }, 'an object'],
      ] as const) {
        expect(() => call(as({ ...double, infer: () => spec }))).toThrow(
          new TypeError(`double: infer must give { shape, dtype }, got ${got}.`),
        );
      }
    },
  );

  it.each([wasm(), reference()])(
    'is named where nothing says what it computes, on $name',
    (backend) => {
      const { reference: _loop, ...kernelless } = double;
      expect(() => run(kernelless, [tensor([1], { backend })], undefined)).toThrow(
        /^double: .*\.$/,
      );
    },
  );

  it('is not the fault of inputs that are none', () => {
    for (const inputs of [undefined, null, [], [[1]], [null]]) {
      expect(() => run(double, inputs as never, undefined)).toThrow(
        /^double: every input must be a tensor, got /,
      );
    }
  });
});
