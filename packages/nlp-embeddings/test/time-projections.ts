/**
 * Times t-SNE and UMAP on scikit-learn's digits, whose numbers it reads from a file:
 *
 *     python3 -c "from sklearn.datasets import load_digits as l; l().data.tofile('digits.f64')"
 *     npx --yes pnpm@12 exec node --conditions=@kasane/source packages/nlp-embeddings/test/time-projections.ts digits.f64
 */
import { readFileSync } from 'node:fs';
import { trustworthiness, TSNE, UMAP } from '../src/projections.ts';

const values = new Float64Array(readFileSync(process.argv[2] ?? 'digits.f64').buffer);
const points = Array.from({ length: values.length / 64 }, (_, i) =>
  values.subarray(i * 64, (i + 1) * 64),
);
for (const method of [TSNE, UMAP]) {
  const start = process.cpuUsage();
  const result = await method.fit(points);
  const seconds = process.cpuUsage(start).user / 1e6;
  console.log(method.name, {
    seconds,
    trustworthiness: await trustworthiness(points, result.embedding),
    ...(result instanceof TSNE && { klDivergence: result.klDivergence }),
  });
}
