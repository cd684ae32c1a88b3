/** The gpu backend on graphics devices, which answer later, hold little and may vanish. */
import { describe, expect, it } from 'vitest';
import { noGrad, tensor, wasm, zeros, type Tensor } from '../../index.ts';
import { compile } from '../../compile.ts';
import { DeviceLostError, gpu } from '../../gpu.ts';

type Allocate = (...sizes: unknown[]) => void;
interface GlContext {
  getExtension(name: 'WEBGL_lose_context'): { loseContext(): void };
  isContextLost(): boolean;
  texImage2D: Allocate;
  texStorage2D: Allocate;
}
interface Canvas {
  getContext(kind: string, settings?: unknown): GlContext | null;
}
interface BufferMaker {
  createBuffer(settings: { readonly size: number }): unknown;
}
interface GpuDevice {
  destroy(): void;
}
interface Adapter {
  requestDevice(settings?: unknown): Promise<GpuDevice>;
}
// Not in the library types of a worker, which is what the sources are checked against.
const browser = globalThis as unknown as {
  readonly HTMLCanvasElement: { readonly prototype: Canvas };
  readonly OffscreenCanvas: { readonly prototype: Canvas };
  readonly GPUAdapter: { readonly prototype: Adapter };
  readonly GPUDevice: { readonly prototype: BufferMaker };
  readonly WebGL2RenderingContext: { readonly prototype: GlContext };
};

// What there is to lose: the newest context and device.
let context: GlContext | null = null;
let device: GpuDevice | null = null;
for (const { prototype } of [browser.HTMLCanvasElement, browser.OffscreenCanvas]) {
  const { getContext } = prototype;
  prototype.getContext = function remember(kind, settings): GlContext | null {
    const made = getContext.call(this, kind, settings);
    if (kind === 'webgl2' && made !== null) context = made;
    return made;
  };
}
const { requestDevice } = browser.GPUAdapter.prototype;
browser.GPUAdapter.prototype.requestDevice = async function remember(settings): Promise<GpuDevice> {
  return (device = await requestDevice.call(this, settings));
};

const lose = async (mode: 'webgl2' | 'webgpu'): Promise<void> => {
  if (mode === 'webgl2') context!.getExtension('WEBGL_lose_context').loseContext();
  else device!.destroy();
  await new Promise((done) => setTimeout(done, 50));
};

// What is made while it is true is more than the device has room for.
let isFull = false;
const { createBuffer } = browser.GPUDevice.prototype;
browser.GPUDevice.prototype.createBuffer = function make(settings): unknown {
  return createBuffer.call(this, isFull ? { ...settings, size: 2 ** 30 } : settings);
};
for (const [method, width] of [
  ['texImage2D', 3],
  ['texStorage2D', 3],
] as const) {
  const { prototype } = browser.WebGL2RenderingContext;
  const allocate = prototype[method];
  prototype[method] = function make(...sizes): void {
    allocate.apply(this, isFull ? sizes.with(width, 2 ** 20) : sizes);
  };
}
const list = async (t: Tensor): Promise<number[]> => Array.from(await t.data());

describe.each(['webgl2', 'webgpu'] as const)('gpu in mode %s', (mode) => {
  const backend = gpu({ mode });

  it('passes its self-test', async () => {
    await backend.ready();
    expect(backend.name).toBe(`gpu(${mode})`);
    expect(backend.synchronous).toBe(false);
  });

  it('brings values there and back unchanged, in arrays of any size', async () => {
    for (const n of [1, 2, 3, 63, 64, 65, 1000, 4097, 3, 100_003, 5_000_011, 1]) {
      const values = Float32Array.from({ length: n }, (_, i) => i * 0.5 - 7);
      const x = tensor(values, [n], { backend });
      const back = await x.data();
      expect(back.length).toBe(n);
      expect(back.every((v, i) => v === values[i])).toBe(true);
      const moved = await x.add(1).data();
      expect(moved.every((v, i) => v === Math.fround(values[i]! + 1))).toBe(true);
      x.dispose();
    }
  }, 60_000);

  it('keeps results apart that one kernel made', async () => {
    const x = tensor([1, 2], { backend });
    const results = [1, 2, 3, 4, 5].map((k) => x.mul(k));
    const values = await Promise.all(results.map(list));
    expect(values).toEqual([1, 2, 3, 4, 5].map((k) => [k, 2 * k]));
    // A kernel fed with what it made itself.
    let y = x;
    for (let i = 0; i < 10; i++) y = y.add(x);
    expect(await list(y)).toEqual([11, 22]);
  });

  it('reads a tensor as it was when it was asked for', async () => {
    const w = tensor([1, 2], { backend });
    const before = list(w);
    noGrad(() => w.assign(w.mul(10)));
    const after = list(w);
    w.dispose();
    expect(await before).toEqual([1, 2]);
    expect(await after).toEqual([10, 20]);
  });

  it('says that it answers later', () => {
    expect(() => tensor([1], { backend }).dataSync()).toThrow(
      `dataSync: the data is on gpu(${mode}). Use await tensor.data(), or tensor.toAsync(wasm()) for a function that reads it.`,
    );
  });

  it('takes empty tensors', async () => {
    const x = zeros([0, 3], { backend });
    expect(await list(x.add(1))).toEqual([]);
    expect(await list(x.sum([0]))).toEqual([0, 0, 0]);
  });

  it('multiplies large matrices of awkward sizes, transposed and in batches', async () => {
    const values = (shape: number[], seed: number): Tensor =>
      tensor(
        Float32Array.from({ length: shape.reduce((a, b) => a * b) }, (_, i) => Math.sin(i + seed)),
        shape,
        { backend: wasm() },
      );
    const cases = [
      { a: [67, 70], b: [70, 65], options: {} },
      { a: [70, 67], b: [70, 66], options: { transposeA: true } },
      { a: [67, 70], b: [63, 70], options: { transposeB: true } },
      { a: [3, 1, 40, 50], b: [2, 50, 62], options: {} },
      { a: [1, 4000], b: [4000, 130], options: {} },
    ];
    for (const { a, b, options } of cases) {
      const [x, y] = [values(a, 0), values(b, 1)];
      const want = x.matmul(y, options).dataSync();
      const there = (await x.to(backend)).matmul(await y.to(backend), options);
      const got = await there.data();
      expect(Math.max(...got.map((g, i) => Math.abs(g - want[i]!)))).toBeLessThan(2e-4);
    }
  });

  it('throws for what it has no room for, names who has it, and goes on', async () => {
    const x = tensor([1, 2], { backend });
    const large = zeros([2 ** 19], { backend });
    expect(await list(x.add(3).add(1))).toEqual([5, 6]); // kernels are compiled
    isFull = true;
    const refused = x.add(3);
    const later = x.mul(77); // 77 is not yet there, and will be asked for again
    if (mode === 'webgpu') await new Promise((done) => setTimeout(done, 50));
    isFull = false;
    const derived = refused.add(1);
    const sorted = refused.argsort(); // on the host
    const all = [derived, sorted, refused, later];
    for (const one of all) {
      await expect(one.data()).rejects.toThrow(RangeError);
    }
    await expect(derived.data()).rejects.toThrow(
      /^gpu\(webg.*\): the device made not all of \d+ arrays of \d+ bytes \(.*\), beside \d+ tensors of \d+, the largest: .*float32 \[524288\]/s,
    );
    for (const one of all) one.dispose(); // kernels use arrays again that they alone hold
    expect(await list(x.mul(77))).toEqual([77, 154]);
    expect(await list(x.add(3).add(1))).toEqual([5, 6]);
    expect(await list(x.argsort().add(3))).toEqual([3, 4]);
    large.dispose();
  });

  it('goes on with a compiled function that it once had no room for', async () => {
    const x = tensor([1, 2], { backend });
    const f = compile((t: Tensor) => t.mul(tensor([5, 7], { backend })).add(0.25));
    const want = [5.25, 14.25];
    expect(await list(f(x))).toEqual(want); // traced
    isFull = true; // when the plan first runs
    const refused = f(x);
    if (mode === 'webgpu') await new Promise((done) => setTimeout(done, 200));
    isFull = false;
    await expect(refused.data()).rejects.toThrow(RangeError);
    for (let n = 0; n < 3; n++) expect(await list(f(x))).toEqual(want);
  });

  it('loses its device, says so, and comes back with what it was told to keep', async () => {
    const careful = gpu({ mode, keepHostCopy: true });
    await careful.ready();
    const w = tensor([1, 2], { backend: careful });
    const result = w.add(1);
    noGrad(() => w.assign(w.mul(10)));
    expect(await list(result)).toEqual([2, 3]); // and with it the copy of w was taken
    await new Promise((done) => setTimeout(done, 50));
    await lose(mode);
    await expect(w.data()).rejects.toThrow(DeviceLostError);
    await expect(w.data()).rejects.toThrow(
      `gpu(${mode}): the device was lost, and what it held with it. Call await backend.restore() and go on from the last step.`,
    );
    // So do those that read nothing.
    await expect(careful.prepare(() => void w.add(3))).rejects.toThrow(DeviceLostError);
    await expect(careful.keepUp(0)).rejects.toThrow(DeviceLostError);
    await careful.restore();
    expect(await list(w)).toEqual([10, 20]);
    expect(await list(w.add(1))).toEqual([11, 21]);
    // What an op had made is gone for good, and says so.
    await expect((async () => result.add(1).data())()).rejects.toThrow(DeviceLostError);
  });

  it('is there again for others after restore', async () => {
    if (mode === 'webgpu') await backend.restore(); // one device serves the page, and the last test took it
    expect(await list(tensor([1, 2], { backend }).mul(2))).toEqual([2, 4]);
  });
});

it('leaves the other canvases of a page alone, however often it is restored', async () => {
  const { document } = globalThis as unknown as {
    document: { createElement(tag: string): Canvas };
  };
  const other = document.createElement('canvas').getContext('webgl2')!;
  const backend = gpu({ mode: 'webgl2', keepHostCopy: true });
  const w = tensor([1, 2], { backend });
  for (let n = 0; n < 20; n++) await backend.restore();
  expect(await list(w.add(1))).toEqual([2, 3]);
  expect(other.isContextLost()).toBe(false);

  await backend.destroy();
  await expect((async () => list(w.add(1)))()).rejects.toThrow(
    'gpu(webgl2): the device was given back by destroy(). Call await backend.restore() and go on from the last step.',
  );
  const next = gpu({ mode: 'webgl2', keepHostCopy: true });
  expect(next).not.toBe(backend);
  expect(await list(tensor([1, 2], { backend: next }).mul(2))).toEqual([2, 4]);
  await next.destroy();
}, 60_000);

it('gives back its buffers of a WebGPU device, and leaves that to others', async () => {
  const { prototype } = (globalThis as unknown as { GPUBuffer: { prototype: GpuDevice } })
    .GPUBuffer;
  const { destroy } = prototype;
  let freed = 0;
  prototype.destroy = function count(): void {
    freed++;
    destroy.call(this);
  };
  const backend = gpu({ mode: 'webgpu', keepHostCopy: true });
  await backend.restore(); // another test took its device
  const other = gpu({ mode: 'webgpu' });
  await other.restore();
  const held = Array.from({ length: 50 }, (_, n) => tensor([n, 1], { backend }).add(1));
  const kept = tensor([1, 2], { backend: other });
  await Promise.all([...held, kept].map(list));
  const before = freed;
  await backend.destroy();
  prototype.destroy = destroy;
  expect(freed - before).toBeGreaterThanOrEqual(50);
  await expect(held[0]!.data()).rejects.toThrow(DeviceLostError);
  expect(await list(kept.add(1))).toEqual([2, 3]);
});

it('takes webgl2 by itself in a browser', () => {
  expect(gpu().mode).toBe('webgl2');
});
