import { optionsOf } from './options.ts';
import type { MemoryUse } from './backends/backend.ts';
import { reference } from './backends/reference.ts';
import { isWasmAvailable, wasm } from './backends/wasm/index.ts';
import { observe } from './observer.ts';
import { formatShape } from './shape.ts';
import type { Tensor } from './tensor.ts';

/** Where a live tensor was made. */
export interface Site {
  readonly tensor: string;
  readonly at: string;
}

/** Live tensors and bytes per backend. */
export interface MemoryReport {
  readonly wasm: MemoryUse;
  readonly reference: MemoryUse;
  /** All gpu backends together; absent before the first `gpu()`. */
  readonly gpu?: MemoryUse;
  /** With `{ sites: true }`: the live tensors made since sites were first asked for. */
  readonly sites?: readonly Site[];
}

let gpuUse: () => MemoryUse | undefined = () => undefined;

/** Tells `memory()` of backends that are not part of the main entry. @internal */
export function reportGpu(use: () => MemoryUse | undefined): void {
  gpuUse = use;
}

let births: Map<WeakRef<Tensor>, Error> | null = null;

/**
 * What tensors occupy now. `{ sites: true }` also lists where the live ones were made; the first such
 * call starts the recording, which is slow: call it before the code under suspicion, then after it.
 *
 * Counts are exact for what was disposed or freed by scopes; what only the garbage collector can free
 * counts until it has run.
 *
 * @example
 * import { memory, tensor } from '@kasane/tensor-core';
 * const before = memory().wasm;
 * const x = tensor([1, 2, 3]);
 * memory().wasm.bytes - before.bytes; // => 12
 * x.dispose();
 * memory().wasm.bytes - before.bytes; // => 0
 */
export function memory(options?: { readonly sites?: boolean }): MemoryReport {
  const { sites: wanted } = optionsOf('memory', options, ['sites']);
  const none = { tensors: 0, bytes: 0 };
  const gpu = gpuUse();
  const report = {
    wasm: isWasmAvailable() ? wasm().memory() : none,
    reference: reference().memory(),
    ...(gpu && { gpu }),
  };
  if (wanted !== true) return report;
  if (births === null) {
    const recorded = (births = new Map());
    observe({ created: (tensor) => recorded.set(new WeakRef(tensor), new Error('made')) });
  }
  const sites: Site[] = [];
  for (const [ref, birth] of births) {
    const tensor = ref.deref();
    if (tensor === undefined || tensor.isDisposed) births.delete(ref);
    else
      sites.push({ tensor: `${tensor.dtype} ${formatShape(tensor.shape)}`, at: callSite(birth) });
  }
  return { ...report, sites };
}

// The first line outside of this package says most; failing that, the whole stack.
function callSite(error: Error): string {
  const lines = (error.stack ?? '').split('\n').slice(1);
  const outside = lines.find((line) => !/tensor-core\/(src|dist)\/(?!.*\.test\.)/.test(line));
  return (outside ?? lines.join(' ')).trim();
}
