/** The gpu backend when the process behind it dies, as browsers end it when a driver fails. */
import { describe, expect, it } from 'vitest';
import { commands } from 'vitest/browser';
import { noGrad, tensor, zeros, type Tensor } from '../../index.ts';
import { DeviceLostError, gpu } from '../../gpu.ts';

// It stands in vitest.browser.config.ts.
const { crashGpuProcess } = commands as unknown as { crashGpuProcess(): Promise<void> };

const list = async (t: Tensor): Promise<number[]> => Array.from(await t.data());

describe.each(['webgl2', 'webgpu'] as const)('gpu in mode %s, its process gone', (mode) => {
  it('never gives zeros for values, and keeps the copies that it has', async () => {
    const backend = gpu({ mode, keepHostCopy: true });
    await backend.ready();
    const w = tensor([1, 2], { backend });
    noGrad(() => w.assign(w.mul(10)));
    await backend.kept();

    const round = async (): Promise<void> => {
      const v = tensor([3, 4], { backend });
      noGrad(() => w.assign(w.add(0)));
      expect(await list(v.add(w))).toEqual([13, 24]);
      await new Promise((done) => setTimeout(done));
    };
    await round(); // kernels are compiled
    void crashGpuProcess();
    // Reads all the time, so that some fall between the end of the process and the news of it.
    let error: unknown;
    while (error === undefined) await round().catch((thrown: unknown) => (error = thrown));
    expect(error).toBeInstanceOf(DeviceLostError);
    await expect(backend.kept().then(() => w.data())).rejects.toThrow(DeviceLostError);

    await backend.restore();
    expect(await list(w)).toEqual([10, 20]);
    expect(await list(w.add(zeros([2], { backend })).add(1))).toEqual([11, 21]);
  });
});

it('throws DeviceLostError where a WebGL driver goes down for want of memory', async () => {
  const backend = gpu({ mode: 'webgl2' });
  await backend.restore(); // others may have lost it
  const x = zeros([2 ** 20], { backend });
  expect((await list(x.add(1)))[0]).toBe(1);
  const { WebGL2RenderingContext } = globalThis as unknown as {
    WebGL2RenderingContext: { prototype: { texImage2D: (...given: unknown[]) => void } };
  };
  const { prototype } = WebGL2RenderingContext;
  const { texImage2D } = prototype;
  const RGBA32F = 0x8814;
  const RGBA = 0x1908;
  // A gigabyte, of which software WebGL has no more than one.
  prototype.texImage2D = function large(target, level, _format, _w, _h, border, _rgba, type): void {
    texImage2D.call(this, target, level, RGBA32F, 8192, 8192, border, RGBA, type, null);
  };
  const result = x.add(1);
  prototype.texImage2D = texImage2D;
  await expect(result.data()).rejects.toThrow(DeviceLostError);
  await expect(x.data()).rejects.toThrow(DeviceLostError);
});
