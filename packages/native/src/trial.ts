import type { WasmBackend } from '@kasane/tensor-core/threads';
import type { Products } from './product.ts';
import { withRoom } from './room.ts';

const [M, N, K] = [3, 5, 7];

/** Whether a library computes C = 2 op(A) op(B) + C as it should: whole numbers, of which float32 has all digits. */
export function agrees(products: Products, backend: WasmBackend): boolean {
  return withRoom(backend, [M * K, K * N, M * N], (a, b, c) => {
    return [0, 1, 2, 3].every((form) => {
      const [transA, transB] = [form % 2 === 1, form > 1];
      const view = (at: number, size: number): Float32Array =>
        new Float32Array(backend.bufferTo(at + 4 * size), at, size);
      const [x, y, z] = [view(a, M * K), view(b, K * N), view(c, M * N)];
      x.forEach((_, i) => (x[i] = (i % 5) - 2));
      y.forEach((_, i) => (y[i] = (i % 7) - 3));
      z.forEach((_, i) => (z[i] = i));
      const wanted = Array.from(z, (before, at) => {
        const [i, j] = [Math.floor(at / N), at % N];
        let sum = 0;
        for (let p = 0; p < K; p++) {
          sum += x[transA ? p * M + i : i * K + p]! * y[transB ? j * K + p : p * N + j]!;
        }
        return 2 * sum + before;
      });
      const rows = { a: transA ? M : K, b: transB ? K : N };
      products.multiply(
        transA,
        transB,
        [M, N, K],
        { at: a, row: rows.a },
        { at: b, row: rows.b },
        { at: c, row: N },
        2,
        1,
      );
      return wanted.every((value, i) => z[i] === value);
    });
  });
}
