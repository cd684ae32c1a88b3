import { describe, it } from 'vitest';
import { benches, expectNear, expectSame, numbers } from '../../../test/kernels-fixture.ts';

const SHAPES = [1, 3, 4, 10, 67, 300].flatMap((n) =>
  [1, 2, 5].map((inner) => [6, n, inner] as const),
);
const IGNORED = 1;
const total = (v: readonly number[]): number => v.reduce((s, x) => s + x, 0);

/** Loss and gradient of one line, in float64. */
function exact(x: readonly number[], y: readonly number[], g: number): [number, number[]] {
  const largest = Math.max(...x);
  const logTotal = largest + Math.log(total(x.map((v) => Math.exp(v - largest))));
  const loss = total(x.map((v, c) => y[c]! * (logTotal - v)));
  return [loss, x.map((v, c) => g * (Math.exp(v - logTotal) * total(y) - y[c]!))];
}

for (const bench of benches) {
  const { kernels } = bench;

  describe(`cross-entropy, ${bench.name}`, () => {
    it.each([0, 1])('is right along the middle, forward and back, with classes %i', (classes) => {
      for (const [outer, n, inner] of SHAPES) {
        bench.reset();
        const lines = outer * inner;
        const x = numbers(lines * n, -4, 4);
        const g = numbers(lines, -1, 1, 2);
        const chosen = Int32Array.from({ length: lines }, (_, i) => (i * 7) % n);
        const probabilities = numbers(lines * n, 0, 1, 3);
        const places = (line: number): number[] =>
          Array.from({ length: n }, (_, c) => {
            return (Math.floor(line / inner) * n + c) * inner + (line % inner);
          });
        const losses = new Float64Array(lines);
        const grads = new Float64Array(lines * n);
        for (let line = 0; line < lines; line++) {
          const at = places(line);
          const target = at.map((i, c) =>
            classes === 0
              ? probabilities[i]!
              : Number(c === chosen[line]! && chosen[line] !== IGNORED),
          );
          const counts = total(target) > 0;
          const [loss, grad] = exact(
            Array.from(at, (i) => x[i]!),
            target,
            g[line]!,
          );
          losses[line] = counts ? loss : 0;
          at.forEach((i, c) => (grads[i] = counts ? grad[c]! : 0));
        }
        const y = classes === 1 ? bench.putInts(chosen) : bench.put(probabilities, 4);
        const [out, grad] = [bench.out(lines, 4), bench.out(lines * n, 4)];
        const from = bench.put(x, 4);
        kernels.crossEntropy(from, y, out, outer, n, inner, classes, IGNORED);
        expectNear(bench.read(out, lines), losses, 2e-6);
        kernels.crossEntropyGrad(bench.put(g, 4), from, y, grad, outer, n, inner, classes, IGNORED);
        expectNear(bench.read(grad, lines * n), grads, 2e-6);
      }
    });

    it('counts all but the ignored class', () => {
      bench.reset();
      const out = bench.out(6);
      kernels.counted(bench.putInts([2, 0, -100, 1, 3, -100]), out, 6, -100);
      expectSame(bench.read(out, 6), [1, 1, 0, 1, 1, 0]);
    });
  });
}
