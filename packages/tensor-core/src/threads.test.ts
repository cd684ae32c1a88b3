import { execFile } from 'node:child_process';
import { promisify } from 'node:util';
import { Worker } from 'node:worker_threads';
import { afterEach, describe, expect, it } from 'vitest';
import { full, Generator, randn, scope, type Tensor } from './index.ts';
import { compile } from './compile.ts';
import { wasm, type WasmBackend } from './backends/wasm/index.ts';
import { binary } from './backends/wasm/kernels.ts';
import { PARTIALS_BYTES, Pool } from './threads/pool.ts';
import { DONE, PARTS, startThread } from './threads/thread.ts';
import {
  getNumThreads,
  setNumThreads,
  scaleThresholds,
  sharedSoFar,
  threadsReady,
} from './threads.ts';

// m × k times k × n: by rows and by columns, with whole register blocks and without, and too small.
const sizes = [
  [96, 96, 96],
  [129, 257, 100],
  [257, 65, 70],
  [5, 700, 90],
  [700, 13, 40],
  [3, 300, 400],
  [8, 8, 8],
] as const;
const forms = [
  {},
  { transposeA: true },
  { transposeB: true },
  { transposeA: true, transposeB: true },
];

function results(): Tensor[] {
  const generator = new Generator(3);
  const products = sizes.flatMap(([m, n, k]) =>
    forms.map((form) => {
      const a = randn(form.transposeA ? [k, m] : [m, k], { generator });
      const b = randn(form.transposeB ? [n, k] : [k, n], { generator });
      return a.matmul(b, form);
    }),
  );
  const x = randn([421, 633], { generator });
  const batched = randn([12, 40, 30], { generator }).matmul(randn([12, 30, 50], { generator }));
  return [...products, batched, x.add(x.sum(0)), x.exp().mean(), x.t().softmax(1), x.argmax()];
}

const bits = (list: readonly Tensor[]): Uint32Array[] =>
  list.map((t) => new Uint32Array(t.dataSync().buffer));

afterEach(() => {
  scaleThresholds(1);
  setNumThreads(1);
});

describe('setNumThreads', () => {
  for (const threads of [2, 3, 5]) {
    it(`gives the same bits on ${threads} threads as on one`, async () => {
      const alone = bits(results());
      setNumThreads(threads);
      expect(getNumThreads()).toBe(threads);
      await threadsReady();
      expect(bits(results())).toEqual(alone);
      expect(sharedSoFar().calls).toBeGreaterThanOrEqual(20);
    });
  }

  it('hands -0 on as it is', async () => {
    const x = full([4096], -1);
    const clamped = (): Uint32Array[] => bits([x.clamp(-0, 1), x.mul(-0)]);
    const alone = clamped();
    scaleThresholds(0);
    setNumThreads(2);
    await threadsReady();
    expect(clamped()).toEqual(alone);
    expect(sharedSoFar().calls).toBe(2);
  });

  it('works before its helpers have started, and after they are sent away', async () => {
    const alone = bits(results());
    setNumThreads(2);
    expect(bits(results())).toEqual(alone);
    await threadsReady();
    setNumThreads(1);
    expect(getNumThreads()).toBe(1);
    expect(bits(results())).toEqual(alone);
    expect(sharedSoFar().calls).toBe(0);
  });

  it('takes as many threads as there are processors, unless told', () => {
    setNumThreads();
    expect(getNumThreads()).toBe(navigator.hardwareConcurrency);
  });

  it('leaves small calls alone, unless a test wants them cut', async () => {
    const x = randn([3, 7], { generator: new Generator(1) });
    setNumThreads(2);
    await threadsReady();
    x.add(x);
    expect(sharedSoFar().calls).toBe(0);
    scaleThresholds(0);
    setNumThreads(2);
    await threadsReady();
    // Helpers may come late to so little.
    for (let i = 0; i < 1e5 && sharedSoFar().parts < 10; i++) x.add(x).dispose();
    expect(sharedSoFar().calls).toBeGreaterThan(0);
    expect(sharedSoFar().parts).toBeGreaterThanOrEqual(10);
  });

  it('keeps compiled functions right, whatever the number when they run', async () => {
    const generator = new Generator(5);
    const [w, b] = [randn([120, 300], { generator }), randn([300], { generator })];
    const step = (x: Tensor): Tensor => x.matmul(w).add(b).tanh().softmax(1).sum(0);
    const compiled = compile(step);
    const x = randn([900, 120], { generator });
    const want = bits([step(x)]);
    for (const threads of [1, 1, 1, 2, 2, 3, 1, 2]) {
      setNumThreads(threads);
      await threadsReady();
      expect(bits([compiled(x)])).toEqual(want);
      if (threads > 1) expect(sharedSoFar().calls).toBeGreaterThanOrEqual(4);
    }
    expect(compiled.inspect()).toContain('6 calls replayed');
  });

  it('says once, of all helpers, why they have none of the kernels that are to replace theirs', async () => {
    const program = `
      import { ones } from '@kasane/tensor-core';
      import { replaceKernels, setNumThreads, threadsReady } from '@kasane/tensor-core/threads';
      const module = 'data:text/javascript,export function kernelsOf() { throw new Error("no library") }';
      replaceKernels(() => ({}), { own: () => ({}), module, data: null, room: 64 });
      setNumThreads(3);
      await threadsReady();
      console.log(ones([200, 300]).matmul(ones([300, 100])).sum().item());`;
    const args = ['--conditions=@kasane/source', '--input-type=module', '--eval', program];
    const { stdout, stderr } = await promisify(execFile)(process.execPath, args);
    expect(stdout.trim()).toBe(String(200 * 300 * 100));
    expect(stderr.trim().split('\n')).toEqual([
      'setNumThreads: helpers compute in WebAssembly only, for no library',
    ]);
  });

  it('refuses what is no number of threads', () => {
    for (const threads of [0, 1.5, -1, 257, Number.NaN]) {
      expect(() => setNumThreads(threads)).toThrow(
        `setNumThreads: needs a whole number from 1 to 256, got ${threads}.`,
      );
    }
  });
});

describe('a helper that dies', () => {
  const { kernels, heap, build } = wasm() as WasmBackend; // what wasm() makes
  const scratch = heap.reserve(kernels.gemmScratchBytes());
  const partials = heap.reserve(PARTIALS_BYTES);
  const bytes = binary('relaxed-simd', true);
  const data = { kernels, memory: heap.memory, bytes, scratch: [scratch], partials };
  const ready = async (pool: Pool): Promise<void> => {
    while (pool.ready < 2) await new Promise((next) => setTimeout(next, 1));
  };
  /** Takes a part of the next call, and ends without having done it. */
  const thief = async (pool: Pool): Promise<void> => {
    const source = `
      const { parentPort, workerData } = require('node:worker_threads');
      const words = new Int32Array(workerData);
      parentPort.postMessage('');
      for (;;) {
        const state = Atomics.load(words, ${PARTS});
        const some = (state & 65535) < state >>> 16;
        if (some && Atomics.compareExchange(words, ${PARTS}, state, state - 65536) === state) break;
      }`;
    const worker = new Worker(source, { eval: true, workerData: pool.control });
    await new Promise((next) => worker.on('message', next));
  };

  it('has its parts done again, and another takes its place', async () => {
    expect(build).toBe('relaxed-simd');
    const x = randn([2 ** 20], { generator: new Generator(2) });
    const alone = bits([x.exp()]);
    const pool = new Pool({ ...data, scale: 1 });
    try {
      await ready(pool);
      await thief(pool);
      const { control } = pool;
      while (pool.control === control) scope(() => expect(bits([x.exp()])).toEqual(alone));
      expect(new Int32Array(control)[DONE]).toBeLessThan(8);
      await ready(pool);
      const { calls } = pool.counts;
      expect(bits([x.exp()])).toEqual(alone);
      expect(pool.counts.calls).toBe(calls + 1);
    } finally {
      pool.close();
    }
  }, 60_000);

  it('in the middle of a change in place ends it with an error', async () => {
    const x = randn([2 ** 20], { generator: new Generator(2) });
    const at = (x.storage as unknown as { pointer: number }).pointer; // on this backend
    const pool = new Pool({ ...data, scale: 1 });
    try {
      await ready(pool);
      await thief(pool);
      const { control } = pool;
      const change = (): void => {
        while (pool.control === control) kernels.exp(at, at, x.size);
      };
      expect(change).toThrow(
        'setNumThreads: a thread ended while it changed a tensor in place (exp), which cannot be done again. Make the tensor anew.',
      );
    } finally {
      pool.close();
    }
  }, 60_000);

  it('because its kernel fails, as it does for the caller, leaves the pool whole', async () => {
    const pool = new Pool({ ...data, scale: 1 });
    try {
      await ready(pool);
      expect(() => kernels.exp(2 ** 32 - 64, 2 ** 32 - 64, 2 ** 20)).toThrow('out of bounds');
      await ready(pool);
      const x = randn([2 ** 17], { generator: new Generator(2) });
      expect(x.exp().mean().item()).toBeCloseTo(Math.sqrt(Math.E), 1);
    } finally {
      pool.close();
    }
  }, 60_000);

  it('while it waits is noticed by the host', async () => {
    const control = new SharedArrayBuffer(0); // too short: it ends at once
    const { memory } = heap;
    const death = new Promise<string>((tell) => {
      startThread({ bytes, memory, control, id: 0, scratch, names: [], instead: null }, () =>
        tell('died'),
      );
    });
    expect(await death).toBe('died');
  }, 60_000);
});
