import { describe, expect, it } from 'vitest';
import {
  backendReport,
  memory,
  noGrad,
  reference,
  run,
  tensor,
  zeros,
  type OpDef,
} from '../../index.ts';
import { gpu, type GpuMode } from '../../gpu.ts';

const error = (fn: () => unknown): Error => {
  try {
    fn();
  } catch (thrown) {
    if (thrown instanceof Error) return thrown;
  }
  throw new Error('nothing was thrown');
};

describe.each(['cpu', 'webasm'] as const)('gpu in mode %s', (mode: GpuMode) => {
  const backend = gpu({ mode });

  it('is the same backend for the same options', () => {
    expect(gpu({ mode })).toBe(backend);
    expect(gpu({ mode, keepHostCopy: true })).not.toBe(backend);
    expect(backend.name).toBe(`gpu(${mode})`);
  });

  it('uploads a tensor once, and reads back only what is asked for', async () => {
    const before = backend.stats();
    const x = tensor([1, 2, 3], { backend });
    const y = x.mul(x).add(x).mul(x);
    const { uploads, readBacks, launches } = backend.stats();
    expect(uploads - before.uploads).toBe(1);
    expect(readBacks - before.readBacks).toBe(0);
    expect(launches - before.launches).toBe(3);
    expect(Array.from(await y.data())).toEqual([2, 12, 36]);
    expect(backend.stats().readBacks - before.readBacks).toBe(1);
  });

  it('compiles a kernel once per shape', () => {
    const a = tensor([1, 2, 3, 4, 5], { backend });
    a.add(a).dispose();
    const { kernels } = backend.stats();
    a.add(a).dispose();
    a.add(a).dispose();
    expect(backend.stats().kernels).toBe(kernels);
    const b = tensor([1, 2, 3, 4, 5, 6], { backend });
    b.add(b).dispose();
    expect(backend.stats().kernels).toBe(kernels + 1);
  });

  it('has no float64, and says so', () => {
    const thrown = error(() => tensor([1], { dtype: 'float64', backend }));
    expect(thrown.message).toBe(
      `tensor: gpu(${mode}) has no float64. Use float32, or compute on wasm() or reference().`,
    );
    expect(error(() => tensor([1], { backend }).cast('float64')).message).toBe(
      `cast: gpu(${mode}) has no float64. Use float32, or compute on wasm() or reference().`,
    );
  });

  it('computes int32 exactly below 2²⁴, and says so beyond', () => {
    const most = 2 ** 24 - 1;
    const x = tensor([most, -most], { dtype: 'int32', backend });
    expect(x.neg().toArray()).toEqual([-most, most]);
    expect(error(() => tensor([2 ** 24], { dtype: 'int32', backend })).message).toBe(
      `tensor: int32 on gpu(${mode}) is exact below 16777216 only, got 16777216. Compute such numbers on wasm() or reference().`,
    );
    expect(error(() => x.add(1).toArray()).message).toBe(
      `data: int32 on gpu(${mode}) is exact below 16777216 only, got 16777216. Compute such numbers on wasm() or reference().`,
    );
  });

  it('names the limit of elements', () => {
    const row = zeros([1, 5000], { backend });
    expect(error(() => row.broadcastTo([5000, 5000])).message).toBe(
      `broadcastTo: a tensor on gpu(${mode}) holds at most 16777216 elements, [5000,5000] has 25000000. Split it.`,
    );
  });

  it('shares instead of copying when a tensor is assigned to', async () => {
    const w = tensor([1, 2], { backend });
    const before = backend.stats();
    noGrad(() => w.assign(w.add(1)));
    noGrad(() => w.assign(w.add(1)));
    expect(backend.stats().launches - before.launches).toBe(2);
    expect(Array.from(await w.data())).toEqual([3, 4]);
  });

  it('counts what it holds in memory()', () => {
    const before = memory().gpu!;
    const x = tensor([1, 2, 3], { backend });
    const y = x.reshape([3, 1]);
    const t = tensor([true], { backend });
    expect(memory().gpu).toEqual({ tensors: before.tensors + 2, bytes: before.bytes + 16 });
    x.dispose();
    y.dispose();
    t.dispose();
    expect(memory().gpu).toEqual(before);
  });

  it('runs what gpu.js cannot express on the host, and reports it', () => {
    const x = tensor([3, 1, 2], { backend });
    expect(x.argsort().toArray()).toEqual([1, 2, 0]);
    expect(backendReport()).toContainEqual(
      expect.objectContaining({ backend: backend.name, op: 'argsort' }),
    );
  });

  it('moves tensors to and from other backends', async () => {
    const x = tensor([1, 2], { backend: reference() });
    const there = await x.to(backend);
    expect(there.backend).toBe(backend);
    const back = await there.mul(2).to(reference());
    expect(back.toArray()).toEqual([2, 4]);
  });

  it('takes empty tensors', () => {
    const x = zeros([0, 3], { backend });
    expect(x.add(1).toArray()).toEqual([]);
    expect(x.sum([0]).toArray()).toEqual([0, 0, 0]);
  });

  it('restores what it was given and what was assigned, on request', async () => {
    const careful = gpu({ mode, keepHostCopy: true });
    const w = tensor([1, 2], { backend: careful });
    noGrad(() => w.assign(w.mul(10)));
    await w.data(); // the host copy is taken on the way
    await careful.restore();
    expect(w.toArray()).toEqual([10, 20]);
    expect(w.add(1).toArray()).toEqual([11, 21]);
  });
});

it('forgets kernels nobody needs, but none whose results live', () => {
  const backend = gpu({ mode: 'webasm' });
  const first = tensor([1, 2], { backend }).add(tensor([1, 1], { backend }));
  for (let n = 1; n < 1100; n++) {
    const x = zeros([n], { backend });
    x.add(x).dispose();
    x.dispose();
  }
  expect(backend.stats().kernels).toBeLessThanOrEqual(1024);
  expect(first.toArray()).toEqual([2, 3]);
});

it('says which mode is not to be had here', () => {
  expect(error(() => gpu({ mode: 'webgl2' })).message).toBe(
    'gpu: there is no webgl2 here. There is webasm, cpu.',
  );
});

it('takes webasm by itself in Node', () => {
  expect(gpu().mode).toBe('webasm');
  expect(gpu()).toBe(gpu({ mode: 'webasm' }));
});

it('gives an error of an op the room back that its result would have taken', () => {
  const backend = gpu({ mode: 'cpu' });
  const x = tensor([1, 2], { backend });
  const broken: OpDef = {
    name: 'broken',
    infer: () => ({ shape: [2], dtype: 'float32' }),
    reference() {
      throw new Error('no');
    },
    vjp: null,
  };
  const before = backend.memory();
  expect(error(() => run(broken, [x], undefined)).message).toBe('no');
  expect(backend.memory()).toEqual(before);
});

it('runs the kernel that an op of another package brings', () => {
  const backend = gpu({ mode: 'cpu' });
  const scale: OpDef<{ readonly by: number }> = {
    name: 'scale',
    infer: ([x]) => ({ shape: x!.shape, dtype: x!.dtype }),
    reference() {
      throw new Error('the kernel should have run');
    },
    vjp: null,
    gpu: (_, { by }) => ({
      source: 'function (x, by) { return x[this.thread.x] * by; }',
      scalars: [by],
    }),
  };
  const x = tensor([1, 2], { backend });
  const { kernels } = backend.stats();
  expect(run(scale, [x], { by: 2 }).toArray()).toEqual([2, 4]);
  expect(run(scale, [x], { by: 0.5 }).toArray()).toEqual([0.5, 1]);
  expect(backend.stats().kernels).toBe(kernels + 1); // numbers that change are no new kernel
});
