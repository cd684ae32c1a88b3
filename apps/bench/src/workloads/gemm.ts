import { tensor } from '@kasane/tensor-core';
import { positives, sample } from '../numbers.ts';
import { jaxJs } from '../peers/jax-js.ts';
import { kasane } from '../peers/kasane.ts';
import { matmulModel, onnxruntime } from '../peers/onnxruntime.ts';
import { pytorch } from '../peers/pytorch.ts';
import { tfjs } from '../peers/tfjs.ts';
import { onThreads, type Workload } from '../workload.ts';

/** The product of two square float32 matrices. Every side frees the product of each step. */
export function gemm(n: number, threads: 1 | 2, goals: Workload['goals']): Workload {
  // Made by the process that needs them.
  const operands = () => [positives(n * n, 1), positives(n * n, 2)] as const;
  return {
    id: n < 100 ? `matmul-${n}` : threads === 1 ? `gemm-${n}` : `gemm-${n}-${threads}-threads`,
    title: `float32 matrix product, ${n} × ${n} × ${n}${onThreads(threads)}`,
    unit: n < 100 ? 'µs' : 'ms',
    threads,
    goals,
    native: true,

    ours: kasane(() => {
      const [a, b] = operands();
      const x = tensor(a, [n, n]);
      const y = tensor(b, [n, n]);
      return {
        probe: () => sample(x.matmul(y).dataSync()),
        run(steps) {
          for (let i = 0; i < steps; i++) x.matmul(y).dispose();
        },
      };
    }, threads),

    peers: [
      ...tfjs((tf) => {
        const [a, b] = operands();
        const x = tf.tensor2d(a, [n, n]);
        const y = tf.tensor2d(b, [n, n]);
        return {
          probe: () => sample(tf.matMul(x, y).dataSync()),
          run(steps) {
            for (let i = 0; i < steps; i++) tf.matMul(x, y).dispose();
          },
        };
      }),

      jaxJs(({ numpy: np }) => {
        const [a, b] = operands();
        const x = np.array(a).reshape([n, n]);
        const y = np.array(b).reshape([n, n]);
        return {
          probe: () => sample(np.matmul(x.ref, y.ref).dataSync()),
          async run(steps) {
            for (let i = 0; i < steps; i++) {
              // Arrays are lazy: the product exists when it was waited for.
              const product = np.matmul(x.ref, y.ref);
              await product.blockUntilReady();
              product.dispose();
            }
          },
        };
      }),

      onnxruntime(matmulModel(n), threads, (session, { Tensor }) => {
        const [a, b] = operands();
        const feeds = {
          a: new Tensor('float32', a, [n, n]),
          b: new Tensor('float32', b, [n, n]),
        };
        return {
          probe: async () => sample((await session.run(feeds))['c']!.data as Float32Array),
          async run(steps) {
            for (let i = 0; i < steps; i++) await session.run(feeds);
          },
        };
      }),

      pytorch('gemm.py', threads, `${n}`),
    ],
  };
}
