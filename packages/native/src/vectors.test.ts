import { full, wasm } from '@kasane/tensor-core';
import type { WasmBackend } from '@kasane/tensor-core/threads';
import { expect, it } from 'vitest';
import { Products } from './product.ts';
import { vectorFunctions, vectors } from './vectors.ts';

const backend = wasm() as WasmBackend; // what wasm() gives is one of these
full([1], 1); // there is a memory

it('vector functions get addresses in the memory, and few elements or ones beyond it stay with the kernel', () => {
  const asked: string[] = [];
  const calls: unknown[] = [];
  const functions = vectorFunctions({
    func(prototype) {
      asked.push(prototype);
      return (...args) => void calls.push([/vms\w+/.exec(prototype)![0], ...args]);
    },
    unload: () => {},
  });
  expect(asked).toContain('void vmsLn(int, uint64_t, uint64_t, int64_t)');
  const base = 2 ** 40;
  const koffi = { load: () => expect.fail(), address: () => base };
  const products = new Products(
    backend,
    koffi,
    {
      ...{ library: '', name: 'MKL', version: null, core: null, note: null },
      ...{ sgemm: () => expect.fail(), setThreads: null, vectors: functions, packsSmall: true },
    },
    false,
  );
  const kernels: unknown[] = [];
  const below = {
    ...backend.kernels,
    log: (...args: readonly number[]) => void kernels.push(args),
  };
  const { log, sqrt } = vectors(products, functions, below) as typeof below;
  expect(sqrt).toBeUndefined();
  log(4096, 8192, 1000);
  const end = backend.heap.memory.buffer.byteLength;
  const kept = [
    [4096, 8192, 31],
    [4096, end - 396, 100],
    [end - 396, 4096, 100],
    [4096, 8192, 0],
  ] as const;
  for (const args of kept) log(...args);
  expect(kernels).toEqual(kept);
  expect(calls).toEqual([['vmsLn', 1000, base + 4096, base + 8192, 0x140102]]);
});
