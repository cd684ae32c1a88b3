import { describe, expect, expectTypeOf, it } from 'vitest';
import { isWasmAvailable, loadKernels, type ConvGeometry, type PoolGeometry } from './kernels.ts';
import { webAssembly } from './webassembly.ts';

const memory = (): { buffer: ArrayBufferLike; grow(pages: number): number } => {
  if (webAssembly === undefined) throw new Error('these tests need WebAssembly');
  return new webAssembly.Memory({ initial: 2, maximum: 16 });
};

describe('loadKernels', () => {
  it('works here, and takes the fused build unless told not to', () => {
    expect(isWasmAvailable()).toBe(true);
    expect(loadKernels(memory()).build).toBe('relaxed-simd');
    expect(loadKernels(memory(), true).build).toBe('relaxed-simd');
    expect(loadKernels(memory(), false).build).toBe('simd');
  });

  it('leaves all but the first 16 KiB of the memory to its caller', () => {
    for (const relaxed of [true, false]) {
      const { heapBase, kernels } = loadKernels(memory(), relaxed);
      expect(heapBase).toBeGreaterThan(0);
      expect(heapBase).toBeLessThanOrEqual(16384);
      expect(kernels.gemmScratchBytes()).toBeLessThanOrEqual(1 << 20);
    }
  });

  it('keeps working after the memory has grown', () => {
    const own = memory();
    const { kernels } = loadKernels(own);
    own.grow(4);
    const last = own.buffer.byteLength - 16;
    kernels.fill(last, 4, 2);
    expect(Array.from(new Float32Array(own.buffer, last, 4))).toEqual([2, 2, 2, 2]);
  });

  it('offers the same kernels in both builds', () => {
    const names = (relaxed: boolean): string[] =>
      Object.keys(loadKernels(memory(), relaxed).kernels).toSorted();
    expect(names(true)).toEqual(names(false));
    expect(names(true).length).toBeGreaterThan(80);
  });
  it('takes a convolution and a pooling as so many numbers', () => {
    expectTypeOf<ConvGeometry['length']>().toEqualTypeOf<22>();
    expectTypeOf<PoolGeometry['length']>().toEqualTypeOf<10>();
  });
});
