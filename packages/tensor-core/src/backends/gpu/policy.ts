/** What a page's content security policy, or a flag of Node, may forbid that modes of gpu.js need. */
import { isWasmAvailable } from '../wasm/kernels.ts';
import type { GpuMode } from './gpu-js.ts';

/** Throws if kernels of a mode cannot be made here. The modes of graphics devices need nothing. */
export function requireAllowed(mode: GpuMode): void {
  if (mode === 'cpu' && !evaluates()) {
    throw new Error(
      "gpu: the mode cpu makes functions of its kernels, which needs 'unsafe-eval' in script-src of the page's content security policy. Use webgl2 or webgpu, which need nothing, or wasm().",
    );
  }
  if (mode === 'webasm' && !isWasmAvailable()) {
    throw new Error(
      "gpu: the mode webasm compiles WebAssembly, which needs 'wasm-unsafe-eval' in script-src of the page's content security policy. Use webgl2 or webgpu, which need nothing.",
    );
  }
}

function evaluates(): boolean {
  try {
    // As gpu.js does: there is no other way to ask.
    // oxlint-disable-next-line no-new-func -- see above
    return new Function('return true')() === true;
  } catch {
    return false;
  }
}
