import { tensor } from '@kasane/tensor-core';
import type { Array as JaxArray } from '@jax-js/jax';
import { positives, sample } from '../numbers.ts';
import { jaxJs } from '../peers/jax-js.ts';
import { kasane } from '../peers/kasane.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import { onThreads, type Workload } from '../workload.ts';

/** The eager sum of two float32 vectors. Every side frees the sum of each step. */
export function add(
  n: number,
  row: Pick<Workload, 'id' | 'unit'> & { readonly threads: 1 | 2; readonly atMost: number },
): Workload {
  const { id, unit, threads, atMost } = row;
  // Made by the process that needs them.
  const operands = () => [positives(n, 1), positives(n, 2)] as const;
  return {
    id,
    title: `eager float32 addition of ${n.toLocaleString('en')} elements${onThreads(threads)}`,
    unit,
    threads,
    goals: [{ atMost }],

    ours: kasane(() => {
      const [a, b] = operands();
      const x = tensor(a);
      const y = tensor(b);
      return {
        probe: () => sample(x.add(y).dataSync()),
        run(steps) {
          for (let i = 0; i < steps; i++) x.add(y).dispose();
        },
      };
    }, threads),

    peers: [
      ...tfjs((tf) => {
        const [a, b] = operands();
        const x = tf.tensor1d(a);
        const y = tf.tensor1d(b);
        return {
          probe: () => sample(x.add(y).dataSync()),
          run(steps) {
            for (let i = 0; i < steps; i++) x.add(y).dispose();
          },
        };
      }),

      jaxJs(({ jit, numpy: np }) => {
        const [a, b] = operands();
        // Compiled, as jax-js advises: it takes a quarter of the time of the eager sum.
        const plus = jit((u: JaxArray, v: JaxArray) => u.add(v));
        const x = np.array(a);
        const y = np.array(b);
        return {
          probe: () => sample(plus(x.ref, y.ref).dataSync()),
          async run(steps) {
            for (let i = 0; i < steps; i++) {
              // Arrays are lazy: the sum exists when it was waited for.
              const sum = plus(x.ref, y.ref);
              await sum.blockUntilReady();
              sum.dispose();
            }
          },
        };
      }),

      pytorch('add.py', threads, `${n}`),
    ],
  };
}
