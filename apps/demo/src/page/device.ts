/** Where tensors can live in this browser. */
import { BACKENDS, modes, type BackendName, type Mode } from '../device-names.ts';
import type { Device } from './worker/messages.ts';

/** The most threads that are offered. */
export const processors = (): number =>
  Math.min(16, globalThis.navigator?.hardwareConcurrency ?? 1);

/** Whether memory can be shared between threads here. */
export const isolated = (): boolean => globalThis.crossOriginIsolated === true;

/** One thread of WebAssembly: what every browser has, and the fastest for what is small. */
export const plain: Device = { backend: 'wasm', threads: 1 };

/** The modes of the gpu backend that a page can have. */
export const pageModes: readonly Mode[] = modes.filter((mode) => mode !== 'headlessgl');

/** The device that a link asks for; what of it cannot be is told in `problems`. */
export function readDevice(query: URLSearchParams, problems: string[]): Device {
  const named = query.get('backend') ?? plain.backend;
  const backend = BACKENDS.find((one): one is BackendName => one === named);
  if (backend === undefined) {
    problems.push(`The backend must be one of ${BACKENDS.join(', ')}, got '${named}'.`);
    return plain;
  }
  if (backend === 'gpu') {
    const asked = query.get('mode') ?? modes[0];
    const mode = pageModes.find((one) => one === asked);
    if (mode === undefined)
      problems.push(`The mode must be one of ${pageModes.join(', ')}, got '${asked}'.`);
    return { backend, threads: 1, mode: mode ?? modes[0] };
  }
  const threads = Number(query.get('threads') ?? 1);
  if (backend !== 'wasm' || threads === 1) return { backend, threads: 1 };
  if (!Number.isInteger(threads) || threads < 1 || threads > 16) {
    problems.push(`There can be 1 to 16 threads, got '${query.get('threads')}'.`);
    return plain;
  }
  return { backend, threads: isolated() ? threads : 1 };
}

/** A device as a link says it. */
export function writeDevice({
  backend,
  mode,
  threads,
}: Device): Record<string, string | undefined> {
  return {
    backend: backend === plain.backend ? undefined : backend,
    mode: backend === 'gpu' && mode !== modes[0] ? mode : undefined,
    threads: threads === 1 ? undefined : String(threads),
  };
}
