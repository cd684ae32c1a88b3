import { describe, expect, it } from 'vitest';
import {
  ones,
  reference,
  run,
  tensor,
  wasm,
  withBackend,
  type OpDef,
  type Tensor,
} from './index.ts';
import { observers } from './observer.ts';
import { compile } from './compile.ts';
import { countFlops, profile } from './profile.ts';

describe('profile', () => {
  it('counts calls, bytes and floating-point operations by op', () => {
    const { ops, result } = profile(() => {
      const x = ones([3, 4]);
      const y = x
        .matmul(ones([4, 5]))
        .add(1)
        .add(ones([1, 5]));
      return y.permute([1, 0]).sum().item();
    });
    expect(result).toBe(3 * 5 * 6);
    const row = (name: string): unknown => {
      const { op, calls, bytes, flops } = ops.find((one) => one.op === name)!;
      return { op, calls, bytes, flops };
    };
    expect(row('matmul')).toEqual({
      op: 'matmul',
      calls: 1,
      bytes: 4 * (12 + 20 + 15),
      flops: 120,
    });
    expect(row('add')).toEqual({ op: 'add', calls: 2, bytes: 4 * (16 + 15 + 20 + 15), flops: 30 });
    expect(row('permute')).toEqual({ op: 'permute', calls: 1, bytes: 4 * 30, flops: 0 });
    expect(row('sum')).toEqual({ op: 'sum', calls: 1, bytes: 4 * 16, flops: 15 });
    expect(row('upload')).toMatchObject({ calls: 3, bytes: 4 * (12 + 20 + 5) });
  });

  it('reads the inner size of transposed products', () => {
    const { ops } = profile(() => ones([4, 3]).matmul(ones([4, 5]), { transposeA: true }));
    expect(ops.find(({ op }) => op === 'matmul')!.flops).toBe(2 * 3 * 5 * 4);
  });

  it('takes what an op says of itself', () => {
    const op: OpDef = {
      name: 'thrice',
      infer: ([x]) => ({ shape: x!.shape, dtype: 'float32' }),
      reference: (_inputs, _attrs, out) => out.data.fill(0),
      vjp: null,
      flops: ([x], _, out) => 3 * x!.shape[0]! * out[0]!,
    };
    const { ops } = profile(() => run(op, [ones([5])], undefined));
    expect(ops.find((row) => row.op === 'thrice')!.flops).toBe(75);
  });

  it('sees every backend, and parameters being written', () => {
    const { ops } = profile(() => {
      withBackend(reference(), () => ones([2]).exp());
      const w = tensor([1, 2], { backend: wasm({ relaxed: false }) });
      w.assign(w.mul(2));
    });
    expect(ops.map(({ op }) => op).toSorted()).toEqual(['assign', 'exp', 'mul', 'upload']);
  });

  it('divides the time into ops and what is outside of them', () => {
    const found = profile(() => {
      for (let i = 0; i < 50; i++)
        ones([64, 64])
          .matmul(ones([64, 64]))
          .dispose();
    });
    const inside = found.ops.reduce((sum, row) => sum + row.milliseconds, 0);
    expect(inside).toBeGreaterThan(0);
    expect(inside + found.outside).toBeCloseTo(found.milliseconds, 6);
    const times = found.ops.map((row) => row.milliseconds);
    expect(times).toEqual(times.toSorted((a, b) => b - a));
  });

  it('prints a table', () => {
    const lines = String(profile(() => ones([8]).exp())).split('\n');
    expect(lines[0]).toMatch(/^op +calls +ms +share +µs\/call +GB\/s +GFLOPS$/);
    expect(lines.filter((line) => /^(exp|upload|outside|all) /.test(line))).toHaveLength(4);
  });

  it('writes a time line that trace viewers read', () => {
    const { traceEvents } = JSON.parse(profile(() => ones([2, 2]).exp()).chromeTrace()) as {
      traceEvents: { name: string; ph: string; ts: number; dur: number; args: object }[];
    };
    expect(traceEvents.map(({ name, ph }) => [name, ph])).toEqual([
      ['upload', 'X'],
      ['exp', 'X'],
    ]);
    expect(traceEvents[1]!.args).toEqual({ shapes: '[2,2] → float32 [2,2]', bytes: 32, flops: 4 });
    expect(traceEvents[1]!.ts).toBeGreaterThanOrEqual(traceEvents[0]!.ts + traceEvents[0]!.dur);
  });

  it('measures no more after an error', () => {
    expect(() =>
      profile(() => {
        throw new Error('mine');
      }),
    ).toThrow('mine');
    expect(observers).toBeNull();
  });

  it('refuses functions that go on after they return', () => {
    expect(() => profile(async () => ones([1]).exp())).toThrow(
      'profile: the function returned a promise, and what it does later is not measured. Measure what it does between two awaits.',
    );
  });
});

describe('countFlops', () => {
  it('counts what compiled functions do as what they did before they were compiled', () => {
    const w = ones([4, 5]);
    const step = compile((x: Tensor) => {
      x.matmul(ones([4, 7])); // leads to nothing: a plan has none of it
      return x.matmul(w).relu().sum();
    });
    const counts = Array.from({ length: 4 }, () => {
      const count = countFlops();
      step(ones([3, 4]));
      count.stop();
      return count.total;
    });
    const wanted = 2 * 3 * 4 * 5 + 15 + 15;
    expect(counts).toEqual([wanted + 2 * 3 * 4 * 7, wanted + 2 * 3 * 4 * 7, wanted, wanted]);
  });

  it('goes on over what is awaited, until it is stopped', async () => {
    const count = countFlops();
    await ones([8]).exp().data();
    ones([8]).exp();
    count.stop();
    ones([8]).exp();
    expect(count.total).toBe(16);
    expect(observers).toBeNull();
  });
});
