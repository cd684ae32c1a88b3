import { signal } from '@preact/signals';
import { look as address } from 'virtual:threads';
import type { Mode } from '../../device-names.ts';

/** What a mode of gpu.js would need and is not there; `words.ts` says it. */
export type Lack = 'policy' | 'canvas' | 'webgl2' | 'floats' | 'webgpu' | 'insecure' | 'adapter';

/** What `look.ts` finds. */
export type Found = Readonly<Record<'webgl2' | 'webgpu', Lack | undefined>>;

/** The page's policy lets nobody make functions of texts, which the mode cpu does. */
const always = { cpu: 'policy' } as const;

/** What the modes lack that cannot be had here, as far as is known. */
export const lacks = signal<Readonly<Partial<Record<Mode, Lack | undefined>>>>(always);

let looking = false;

/** Finds out what is there: once, when somebody wants to know, for it wakes the graphics device. */
export function look(): void {
  if (looking) return;
  looking = true;
  const worker = new Worker(address, { type: 'module' });
  worker.addEventListener('message', ({ data }: MessageEvent<Found>) => {
    lacks.value = { ...always, ...data };
    worker.terminate();
  });
}

/** Why threads cannot share memory here. */
export type Isolation = 'insecure' | 'private' | 'reload';

/** Null where they can. */
export function lackOfIsolation(): Isolation | null {
  if (globalThis.crossOriginIsolated === true) return null;
  if (globalThis.isSecureContext === false) return 'insecure';
  const worker = (globalThis.navigator as Partial<Navigator> | undefined)?.serviceWorker;
  return worker === undefined ? 'private' : 'reload';
}
