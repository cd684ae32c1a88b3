import { writeFileSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Generator, randn, wasm, type Tensor } from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { setNumThreads, type WasmBackend } from '@kasane/tensor-core/threads';
import { closeness } from '@kasane/testing';
import { afterEach, describe, expect, it } from 'vitest';
import { useNative } from './use-native.ts';

const { library } = useNative();
useNative({ library: null });
const backend = wasm() as WasmBackend; // what wasm() gives is one of these

afterEach(() => {
  setNumThreads(1);
  useNative({ library: null });
});

const generator = new Generator(1);
const a = randn([70, 90], { generator });
const b = randn([90, 50], { generator });
const bits = (x: Tensor): Uint32Array => new Uint32Array(x.dataSync().slice().buffer);
const near = (got: Tensor, want: Tensor): string | null =>
  closeness(got.dataSync(), want.dataSync(), { rtol: 1e-5, atol: 1e-5 });

/** A test that needs a library. */
function withBlas(name: string, test: () => void): void {
  it(name, ({ skip }) => {
    if (library === null) skip('there is no BLAS here');
    test();
  });
}

describe('useNative', () => {
  withBlas('replaces products, and null undoes it to the last bit', () => {
    const own = { ...backend.kernels };
    const before = a.matmul(b);
    const info = useNative({ threads: 1 });
    expect(info).toMatchObject({ library, threads: 1 });
    expect(backend.kernels.gemm).not.toBe(own.gemm);
    expect(near(a.matmul(b), before)).toBeNull();
    expect(useNative({ library: null })).toMatchObject({ library: null, name: null, note: null });
    expect(backend.kernels).toEqual(own);
    expect(bits(a.matmul(b))).toEqual(bits(before));
  });

  withBlas('has compiled functions traced anew, and lets the memory grow', () => {
    const product = compile((x: Tensor, y: Tensor) => x.matmul(y).relu());
    const want = a.matmul(b).relu();
    for (let i = 0; i < 3; i++) product(a, b);
    useNative({ threads: 1 });
    for (let i = 0; i < 4; i++) {
      backend.heap.memory.grow(1);
      expect(near(product(a, b), want)).toBeNull();
    }
    expect(product.inspect()).toContain('replayed');
    useNative({ library: null });
    expect(bits(product(a, b))).toEqual(bits(want));
  });

  withBlas('stands before the kernels of threads, whichever came first', () => {
    const own = backend.kernels.gemm;
    setNumThreads(2);
    const shared = backend.kernels.gemm;
    expect(useNative()).toMatchObject({ threads: 2 }); // those of setNumThreads
    const first = backend.kernels.gemm;
    const isOwn = (name: 'recurrentForward' | 'convForward'): boolean =>
      String(backend.kernels[name]).includes('native code');
    expect([isOwn('recurrentForward'), isOwn('convForward')]).toEqual([true, true]); // shared first
    expect([own, shared]).not.toContain(first);
    setNumThreads(1);
    expect([isOwn('recurrentForward'), isOwn('convForward')]).toEqual([false, false]);
    expect([own, shared, first]).not.toContain(backend.kernels.gemm);
    expect(near(a.matmul(b), wasmProduct())).toBeNull();
    useNative({ library: null });
    expect(backend.kernels.gemm).toBe(own);
  });

  it('says what is wrong with a library, and goes on in WebAssembly', () => {
    const folder = mkdtempSync(join(tmpdir(), 'kasane-native-'));
    const file = join(folder, 'libopenblas.so.0');
    writeFileSync(file, 'This is no library.\n');
    try {
      const info = useNative({ library: file });
      expect(info).toMatchObject({ library: null, core: null });
      expect(info.note).toMatch(
        /^useNative: .*libopenblas\.so\.0 cannot be loaded \(.*\)\..* stay in WebAssembly\.$/,
      );
    } finally {
      rmSync(folder, { recursive: true });
    }
    expect(useNative({ library: 'no-such-library' }).note).toContain('no-such-library cannot be');
    expect(near(a.matmul(b), wasmProduct())).toBeNull();
  });

  it('refuses options that are none', () => {
    // What the types forbid, JavaScript may give.
    const call = (options: unknown) => () => useNative(options as object);
    expect(call({ library: 3 })).toThrow('useNative: library needs a path or null, got 3.');
    expect(call({ threads: 0 })).toThrow(
      'useNative: threads needs a whole number from 1 on, got 0.',
    );
    expect(call({ thread: 1 })).toThrow(
      'useNative: there is no option "thread"; did you mean thread',
    );
  });
});

function wasmProduct(): Tensor {
  const cast = (x: Tensor): Tensor => x.cast('float64');
  return cast(a).matmul(cast(b)).cast('float32');
}
