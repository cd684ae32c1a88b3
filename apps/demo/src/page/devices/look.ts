/** A thread that looks what gpu.js can run on in threads of this page, which may have less than the page itself. */
import type { Found, Lack } from './lacks.ts';

function lackOfWebGl2(): Lack | undefined {
  if (typeof OffscreenCanvas === 'undefined') return 'canvas';
  const context = new OffscreenCanvas(1, 1).getContext('webgl2');
  if (context === null) return 'webgl2';
  const floats = context.getExtension('EXT_color_buffer_float');
  // Of contexts there are only so many.
  context.getExtension('WEBGL_lose_context')?.loseContext();
  return floats === null ? 'floats' : undefined;
}

async function lackOfWebGpu(): Promise<Lack | undefined> {
  // The library types take it for granted.
  const { gpu } = navigator as { readonly gpu?: { requestAdapter(): Promise<object | null> } };
  if (gpu === undefined) return isSecureContext ? 'webgpu' : 'insecure';
  const adapter = await gpu.requestAdapter().catch(() => null);
  return adapter === null ? 'adapter' : undefined;
}

const found: Found = { webgl2: lackOfWebGl2(), webgpu: await lackOfWebGpu() };
postMessage(found);
