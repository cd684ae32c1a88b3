import type * as JaxJs from '@jax-js/jax';
import type { Prepared, Side } from '../workload.ts';

type Jax = typeof JaxJs;

/** jax-js on its WebAssembly backend, which has one thread where there is no global `Worker`. */
export function jaxJs(work: (jax: Jax) => Prepared): Side {
  return {
    name: 'jax-js wasm',
    async prepare() {
      const jax = await import('@jax-js/jax');
      const devices = await jax.init('wasm');
      if (!devices.includes('wasm')) throw new Error('the wasm device did not start');
      jax.defaultDevice('wasm');
      return work(jax);
    },
  };
}
