/**
 * From nothing to the first sum: a new process imports the library, as it is published, and adds two
 * vectors. The time is that beyond a process of the same kind that does nothing.
 *
 * ONNX Runtime is not here: it runs models, not ops.
 */
import { execFileSync } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { findPython } from '../peers/pytorch.ts';
import type { Prepared, Side, Workload } from '../workload.ts';

const SUM = 'console.log(JSON.stringify(Array.from(sum.dataSync())));';

const KASANE = `
  import '@kasane/autograd';
  import '@kasane/nn';
  import '@kasane/optim';
  import { tensor } from '@kasane/tensor-core';
  const sum = tensor([1, 2]).add(tensor([3, 4]));
  ${SUM}`;

const tfjs = (backend: 'wasm' | 'cpu'): string => `
  import * as tf from '@tensorflow/tfjs';
  ${backend === 'wasm' ? "import '@tensorflow/tfjs-backend-wasm';" : ''}
  tf.enableProdMode();
  await tf.setBackend('${backend}');
  const sum = tf.tensor1d([1, 2]).add(tf.tensor1d([3, 4]));
  ${SUM}`;

const JAX_JS = `
  import { defaultDevice, init, numpy as np } from '@jax-js/jax';
  await init('wasm');
  defaultDevice('wasm');
  const sum = np.array([1, 2]).add(np.array([3, 4]));
  ${SUM}`;

const PYTORCH = `
import torch
print((torch.tensor([1.0, 2.0]) + torch.tensor([3.0, 4.0])).tolist())`;

export const load: Workload = {
  id: 'load',
  title: 'import and first op in a new process, beyond what starting and ending that takes',
  unit: 'ms',
  threads: 1,
  goals: [{ atMost: 60 }],
  ours: inNode('kasane', KASANE),
  peers: [
    inNode('tfjs wasm', tfjs('wasm')),
    inNode('tfjs cpu', tfjs('cpu')),
    inNode('jax-js wasm', JAX_JS),
    { name: 'PyTorch', prepare: async () => processes(findPython(), ['-c'], PYTORCH) },
  ],
};

function inNode(name: string, program: string): Side {
  const prepare = async (): Promise<Prepared> =>
    processes(process.execPath, ['--input-type=module', '-e'], program);
  return { name, prepare };
}

function processes(command: string, options: readonly string[], program: string): Prepared {
  const start = (text: string): string =>
    execFileSync(command, [...options, text], {
      cwd: fileURLToPath(new URL('../..', import.meta.url)), // where the libraries are found
      stdio: ['ignore', 'pipe', 'ignore'],
      encoding: 'utf8',
      timeout: 60_000,
    });
  const time = (text: string): number => {
    const begin = performance.now();
    start(text);
    return performance.now() - begin;
  };
  return {
    probe: () => JSON.parse(start(program)) as number[], // each program prints its sum
    run(steps) {
      let total = 0;
      for (let i = 0; i < steps; i++) total += time(program) - time('');
      return total;
    },
  };
}
