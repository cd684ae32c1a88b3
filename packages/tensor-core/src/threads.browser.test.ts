import { expect, it } from 'vitest';
import { Generator, randn } from './index.ts';
import { setNumThreads, sharedSoFar, threadsReady } from './threads.ts';

it('shares calls between a page and its workers, to the same bits', async () => {
  const results = (): Uint32Array[] => {
    const generator = new Generator(3);
    const a = randn([900, 300], { generator });
    const product = a.matmul(randn([300, 170], { generator }));
    return [product, a.tanh(), a.sum(0), a.sum()].map((t) => new Uint32Array(t.dataSync().buffer));
  };
  const alone = results();
  setNumThreads(2);
  await threadsReady();
  for (let i = 0; i < 20; i++) expect(results()).toEqual(alone);
  const { calls, parts } = sharedSoFar();
  expect(calls).toBeGreaterThanOrEqual(80);
  expect(parts).toBeGreaterThan(0);
  setNumThreads(1);
}, 60_000);
