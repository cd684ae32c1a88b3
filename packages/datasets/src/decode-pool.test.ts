import { encode } from 'fast-png';
import { describe, expect, it } from 'vitest';
import { DecodePool, type DecodeJob, type DecodeWorker } from './images.ts';
import { decodeWorkers } from './node.ts';
import { nodeWorker } from './node/decode-workers.ts';

const file = encode({ width: 1, height: 1, channels: 1, data: Uint8Array.of(7) });

/** A worker that is told when to answer and when to die. */
function fakeWorker() {
  const jobs: DecodeJob[] = [];
  const listeners = new Map<string, (event: never) => void>();
  const worker: DecodeWorker = {
    postMessage: (job) => jobs.push(job),
    terminate() {},
    addEventListener: (type: string, listen: (event: never) => void) => listeners.set(type, listen),
  };
  const image = { data: Uint8Array.of(1), channels: 1, height: 1, width: 1 };
  return {
    worker,
    jobs,
    answer: () => listeners.get('message')!({ data: { id: jobs.at(-1)!.id, image } } as never),
    die: () => listeners.get('error')!({ message: 'no memory' } as never),
  };
}

describe('DecodePool', () => {
  it('rejects what it is asked to decode after it was closed', async () => {
    const pool = decodeWorkers(2);
    expect((await pool.decode(file, 'a.png', 1)).data.join()).toBe('7');
    pool.close();
    await expect(pool.decode(file, 'b.png')).rejects.toThrow(
      'DecodePool: it was closed before b.png was handed over. Make another pool.',
    );
    pool.close();
  });

  it('leaves the work of a worker that died to the others, and rejects when all did', async () => {
    const fakes = [fakeWorker(), fakeWorker()];
    let started = 0;
    const pool = new DecodePool(2, () => fakes[started++]!.worker);
    const [first, second] = [pool.decode(file, 'a.png'), pool.decode(file, 'b.png')];
    fakes[0]!.die();
    await expect(first).rejects.toThrow(
      'DecodePool: a worker died (no memory) before the picture was decoded.',
    );
    fakes[1]!.answer();
    expect((await second).data.join()).toBe('1');
    for (const name of ['c.png', 'd.png']) {
      const next = pool.decode(file, name);
      fakes[1]!.answer();
      await next;
    }
    expect(fakes.map(({ jobs }) => jobs.length)).toEqual([1, 3]);
    fakes[1]!.die();
    await expect(pool.decode(file, 'e.png')).rejects.toThrow(
      'DecodePool: a worker died (no memory) before e.png was handed over. Make another pool.',
    );
  });

  it.each([
    ['throws', 'throw new Error("no memory")', 'a worker died (no memory)'],
    ['ends', 'process.exit(3)', 'a worker died (it ended with code 3)'],
  ])('hears of a worker of Node that %s', async (_how, code, why) => {
    const source = new URL(`data:text/javascript,${encodeURIComponent(code)}`);
    const pool = new DecodePool(1, () => nodeWorker(source));
    await expect(pool.decode(file, 'a.png')).rejects.toThrow(
      `DecodePool: ${why} before the picture was decoded.`,
    );
    await expect(pool.decode(file, 'b.png')).rejects.toThrow(`${why} before b.png was handed over`);
    pool.close();
  });

  it('forgets a file that cannot be sent', async () => {
    const pool = decodeWorkers(1);
    const gone = Uint8Array.from(file);
    structuredClone(gone, { transfer: [gone.buffer] });
    await expect(pool.decode(gone, 'a.png')).rejects.toThrow('detached');
    expect((await pool.decode(file, 'a.png', 1)).data.join()).toBe('7');
    pool.close();
  });
});
