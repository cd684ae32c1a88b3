import type * as TensorFlow from '@tensorflow/tfjs';
import type { Prepared, Side } from '../workload.ts';

/** The library. */
export type Tf = typeof TensorFlow;

/** TensorFlow.js on its WebAssembly and its plain JavaScript backend: the same code on both. */
export function tfjs(work: (tf: Tf) => Prepared): readonly [Side, Side] {
  const side = (backend: 'wasm' | 'cpu'): Side => ({
    name: `tfjs ${backend}`,
    prepare: async () => work(await load(backend)),
  });
  return [side('wasm'), side('cpu')];
}

async function load(backend: 'wasm' | 'cpu'): Promise<Tf> {
  const tf = await import('@tensorflow/tfjs');
  const { setThreadsCount } = await import('@tensorflow/tfjs-backend-wasm');
  // In production mode tfjs leaves its own checks out, and its advice to install another package.
  tf.enableProdMode();
  setThreadsCount(1);
  if (!(await tf.setBackend(backend)) || tf.getBackend() !== backend) {
    throw new Error(`the ${backend} backend did not start`);
  }
  return tf;
}
