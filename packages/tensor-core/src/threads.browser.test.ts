import { expect, it } from 'vitest';
import { Generator, randn } from './index.ts';
import { setNumThreads, threadsReady } from './threads.ts';

it('shares products between a page and its workers, to the same bits', async () => {
  const product = (): Uint32Array => {
    const generator = new Generator(3);
    const a = randn([200, 300], { generator });
    return new Uint32Array(a.matmul(randn([300, 170], { generator })).dataSync().buffer);
  };
  const alone = product();
  setNumThreads(2);
  await threadsReady();
  for (let i = 0; i < 20; i++) expect(product()).toEqual(alone);
  setNumThreads(1);
}, 60_000);
