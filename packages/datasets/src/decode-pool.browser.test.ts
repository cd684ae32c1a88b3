import { encode } from 'fast-png';
import { expect, it } from 'vitest';
import { DecodePool } from './images.ts';

it('decodes in workers of a page', async () => {
  const url = new URL('./decode-worker.ts', import.meta.url);
  const pool = new DecodePool(2, () => new Worker(url, { type: 'module' }));
  const file = (value: number): Uint8Array =>
    encode({ width: 1, height: 1, channels: 3, data: new Uint8Array(3).fill(value) });
  const images = await Promise.all([1, 2, 3].map((value) => pool.decode(file(value), 'a.png')));
  expect(images.map(({ data }) => data[0])).toEqual([1, 2, 3]);
  await expect(pool.decode(Uint8Array.of(1), 'b.png')).rejects.toThrow('b.png: byte 0');
  pool.close();
});
