import { backends } from '../../backends.ts';
import type { Device } from './messages.ts';

let device = '';

/** Puts the tensors of this thread where the page wants them, unless they are there. Gives the backend's name. */
export async function switchTo({ backend, mode = 'auto', threads }: Device): Promise<string> {
  const { defaultBackend } = await import('@kasane/tensor-core');
  const wanted = JSON.stringify([backend, mode, threads]);
  if (wanted === device) return defaultBackend().name;
  await backends[backend](mode);
  const { setNumThreads } = await import('@kasane/tensor-core/threads');
  if (backend === 'wasm') setNumThreads(threads);
  device = wanted;
  return defaultBackend().name;
}
