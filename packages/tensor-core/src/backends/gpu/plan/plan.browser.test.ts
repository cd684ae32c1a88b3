/** Compiled functions on graphics devices, and how their kernels are built. */
import { describe, expect, it } from 'vitest';
import { compile } from '../../../compile.ts';
import { gpu, type PreparationProgress } from '../../../gpu.ts';
import { scope, tensor, type Tensor } from '../../../index.ts';

// Not in the library types of a worker, which is what the sources are checked against.
interface Queues {
  readonly GPUQueue: { readonly prototype: { submit(commands: readonly unknown[]): void } };
}

describe.each(['webgl2', 'webgpu'] as const)('a compiled function on %s', (mode) => {
  const backend = gpu({ mode });
  const on = (values: readonly number[], shape: number[] = [values.length]): Tensor =>
    tensor(values, shape, { backend });
  const list = async (t: Tensor): Promise<number[]> => Array.from(await t.data());

  it('updates tensors side by side, which read and go on as any', async () => {
    const [p, m] = [on([1, 2]), on([0, 0, 0])];
    const f = compile((g: Tensor, h: Tensor) => {
      m.assign(m.mul(0.5).add(h));
      p.assign(p.sub(g.mul(0.5)));
      return p.sum().add(m.sum());
    });
    let sum: Tensor;
    for (let i = 0; i < 6; i++) sum = f(on([2, 4]), on([1, 2, 3]));
    expect(await list(p)).toEqual([-5, -10]);
    expect(await list(m)).toEqual([1.96875, 3.9375, 5.90625]);
    expect((await list(sum!))[0]).toBeCloseTo(-3.1875, 4);
    expect(await list(p.mul(2).add(1))).toEqual([-9, -19]);
    // The kernel that copies a part may still be built when the part has been given up.
    const reading = Promise.all([list(m), list(p)]);
    f(on([0, 0]), on([0, 0, 0]));
    m.assign(on([1, 2, 3]));
    expect(await reading).toEqual([
      [1.96875, 3.9375, 5.90625],
      [-5, -10],
    ]);
    p.assign(on([7, 7]));
    f(on([2, 4]), on([1, 2, 3]));
    expect(await list(p)).toEqual([6, 5]);
  });

  it('gives the same numbers in calls that nobody waits for', async () => {
    const p = on([0]);
    const f = compile((x: Tensor) => {
      p.assign(p.mul(0.5).add(x));
      return p.mul(1);
    });
    const results = Array.from({ length: 20 }, (_, i) => f(on([i])));
    const values = (await Promise.all(results.map(list))).map(([v]) => v!);
    let want = 0;
    values.forEach((v, i) => {
      want = want * 0.5 + i;
      expect(v).toBeCloseTo(want, 4);
    });
  });

  it.runIf(mode === 'webgpu')('goes to the device in one piece', async () => {
    const [p, w] = [on([1, 2, 3, 4], [2, 2]), on([1, 0, 0, 1], [2, 2])];
    const f = compile((x: Tensor) => {
      const y = p.matmul(w).exp().log().matmul(x);
      p.assign(p.mul(0.5).add(y.sum([0])));
      w.assign(w.add(y.mean()));
      return y.sum();
    });
    const x = on([1, 2, 3, 4], [2, 2]);
    for (let i = 0; i < 4; i++) f(x).dispose();
    await p.data();
    let submits = 0;
    const queue = (globalThis as unknown as Queues).GPUQueue.prototype;
    const { submit } = queue;
    queue.submit = function count(commands): void {
      submits++;
      submit.call(this, commands);
    };
    const { launches } = backend.stats();
    const result = f(x);
    await backend.keepUp(0);
    queue.submit = submit;
    expect(backend.stats().launches - launches).toBeGreaterThan(1);
    expect(submits).toBe(1);
    expect(await list(result)).toHaveLength(1);
  });

  it('is kept from running ahead', async () => {
    const p = on([0]);
    const f = compile(() => p.assign(p.add(1)));
    for (let i = 0; i < 12; i++) {
      f();
      await backend.keepUp();
    }
    expect(await list(p)).toEqual([12]);
    await expect(backend.keepUp(-1)).rejects.toThrow(
      'keepUp: most must be a number from 0, got -1.',
    );
  });

  it('has its kernels built between turns of the event loop at the first call, and tells of them', async () => {
    const [p, m] = [on([1, 2, 3]), on([0, 0, 0])];
    const f = compile((x: Tensor) => {
      const y = x.matmul(x).cumsum(0).exp().sum([0]).log();
      m.assign(m.mul(0.5).add(y));
      p.assign(p.sub(m.mul(0.1)).mul(y));
      return p.sum();
    });
    const x = on(
      [1, 2, 3, 4, 5, 6, 7, 8, 9].map((v) => v / 9),
      [3, 3],
    );
    const told: PreparationProgress[] = [];
    let turns = 0;
    const timer = setInterval(() => turns++);
    await backend.prepare(() => scope(() => void f(x)), { onProgress: (p) => told.push(p) });
    clearInterval(timer);
    expect(turns).toBeGreaterThan(0);
    expect(told.at(-1)!.kernels).toBeGreaterThan(2);
    expect(told.at(-1)).toMatchObject({ done: told.at(-1)!.total });
    // The parameters stand where they will: neither a call that is watched nor one of the plan builds more.
    const { kernels } = backend.stats();
    for (let i = 0; i < 4; i++) f(x).dispose();
    await list(p);
    expect(backend.stats().kernels).toBe(kernels);
  });
});
