/** Training on a graphics device: the same losses as on the CPU, nothing read between, nothing left. */
import { wasm, withBackend } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { gpu } from '@kasane/tensor-core/gpu';
import { expect, it } from 'vitest';
import { train, training } from './gpu-training.ts';

// What the browser itself has handed out: gpu.js makes textures and buffers behind our back as well.
let textures = 0;
let buffers = 0;

interface Texture {
  createTexture(): object;
  deleteTexture(texture: object): void;
}
interface Device {
  createBuffer(settings: unknown): object;
}
interface Buffer {
  destroy(): void;
}
interface Browser {
  readonly WebGL2RenderingContext: { readonly prototype: Texture };
  readonly GPUDevice: { readonly prototype: Device };
  readonly GPUBuffer: { readonly prototype: Buffer };
  /** There by a flag in the configuration of browser tests. */
  gc(): void;
}
// Not in the library types of a worker, which is what the sources are checked against.
const browser = globalThis as unknown as Browser;

const gl = browser.WebGL2RenderingContext.prototype;
const { createTexture, deleteTexture } = gl;
gl.createTexture = function count(): object {
  textures++;
  return createTexture.call(this);
};
gl.deleteTexture = function count(texture): void {
  textures--;
  deleteTexture.call(this, texture);
};
const { createBuffer } = browser.GPUDevice.prototype;
browser.GPUDevice.prototype.createBuffer = function count(settings): object {
  buffers++;
  return createBuffer.call(this, settings);
};
const destroyed = new WeakSet<object>();
const { destroy } = browser.GPUBuffer.prototype;
browser.GPUBuffer.prototype.destroy = function count(): void {
  if (!destroyed.has(this)) buffers--;
  destroyed.add(this);
  destroy.call(this);
};

for (const mode of ['webgl2', 'webgpu'] as const) {
  it(`${mode}: 50 steps end at the loss of wasm, and nothing is read between`, async () => {
    const backend = gpu({ mode });
    await backend.ready();
    const before = backend.stats().readBacks;
    const loss = await train(backend, 50);
    expect(backend.stats().readBacks - before).toBe(1); // the last loss
    const onWasm = await train(wasm(), 50);
    expect(onWasm).toBeLessThan(0.7);
    expect(Math.abs(loss - onWasm)).toBeLessThan(1e-3);
  });
}

const leaving = [
  ...(['webgl2', 'webgpu', 'webasm', 'cpu'] as const).map((mode) => ({ mode, compiled: false })),
  ...(['webgl2', 'webgpu'] as const).map((mode) => ({ mode, compiled: true })),
];
for (const { mode, compiled } of leaving) {
  const what = compiled ? 'compiled steps' : 'steps';
  it(`${mode}: 300 ${what} leave tensors, textures and buffers where they began`, async () => {
    const backend = gpu({ mode });
    const { step: single } = training(backend);
    // Watched now and then, too.
    const step = compiled ? compile(() => withBackend(backend, single), { verify: true }) : single;
    const settle = async (): Promise<{ tensors: number; textures: number; buffers: number }> => {
      const loss = step();
      const [value] = await loss.data(); // all jobs before it are done now
      loss.dispose();
      // What earlier tests left is not this one's to count.
      for (let i = 0; i < 3; i++) {
        browser.gc();
        await new Promise((done) => setTimeout(done, 50));
      }
      expect(Number.isFinite(value)).toBe(true);
      return { tensors: backend.memory().tensors, textures, buffers };
    };
    for (let i = 0; i < 20; i++) step().dispose();
    const before = await settle();
    for (let i = 0; i < 300; i++) {
      step().dispose();
      // A page breathes between steps; without it webgpu would queue all of them.
      if (i % 50 === 0) await new Promise((done) => setTimeout(done));
    }
    const after = await settle();
    expect(after).toEqual(before);
  }, 180_000);
}
