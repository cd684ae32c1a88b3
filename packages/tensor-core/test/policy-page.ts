/** Tries all backends in a page whose content security policy the test has set, and says what came of it. */
import { defaultBackend, tensor, wasm, type Backend } from '../src/index.ts';
import { gpu, type GpuMode } from '../src/gpu.ts';

async function attempt(backend: () => Backend): Promise<string> {
  try {
    const x = tensor([1, 2, 3], { backend: backend() });
    return String(await x.square().sum().data());
  } catch (error) {
    return String(error);
  }
}

const found: Record<string, string> = { default: defaultBackend().name, wasm: await attempt(wasm) };
for (const mode of ['webgl2', 'webgpu', 'webasm', 'cpu', 'auto'] as const) {
  found[mode] = await attempt(() => gpu({ mode: mode as GpuMode }));
}
// The page that has this one in a frame; a worker's types know of none.
interface Parent {
  postMessage(message: unknown, origin: string): void;
}
(globalThis as unknown as { parent: Parent }).parent.postMessage({ found }, '*');
