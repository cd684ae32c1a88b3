import { Linear, mseLoss } from '@kasane/nn';
import { SGD } from '@kasane/optim';
import { ones, zeros, type Tensor } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import type { Batches, Example } from '../batches.ts';
import type { Callback } from '../callback.ts';
import { fit } from '../fit.ts';
import { ProgressBar } from './progress-bar.ts';

const batch = [ones([1, 1]), ones([1, 1])] as const;

/** Draws a training in which every step takes `pace` milliseconds. */
async function draw(
  stream: { isTTY?: boolean; columns?: number },
  epochs: number,
  pace: number,
  data: Batches<Example> = [batch, batch],
): Promise<string[]> {
  const model = new Linear(1, 1);
  model.loadStateDict({ weight: zeros([1, 1]), bias: zeros([1]) });
  const texts: string[] = [];
  let time = 5000;
  const slow: Callback = { onStep: () => void (time += pace) };
  const write = (text: string): number => texts.push(text);
  const bar = new ProgressBar({ ...stream, write }, () => time);
  const optimizer = new SGD(model.parameters(), { lr: 0 });
  await fit(model, { data, loss: mseLoss, optimizer, epochs, callbacks: [slow, bar] });
  return texts;
}

describe('ProgressBar', () => {
  it('draws over its line, tells the time left, and leaves the numbers of epochs', async () => {
    expect(await draw({ isTTY: true }, 2, 50_000)).toEqual([
      '\r\u001b[Kepoch 1/2 ━━━━━━━━━━────────── 1/2 loss 1 2:30 left',
      '\r\u001b[Kepoch 1/2 ━━━━━━━━━━━━━━━━━━━━ 2/2 loss 1 1:40 left',
      '\r\u001b[Kepoch 1/2 loss 1\n',
      '\r\u001b[Kepoch 2/2 ━━━━━━━━━━────────── 1/2 loss 1 0:50 left',
      '\r\u001b[Kepoch 2/2 ━━━━━━━━━━━━━━━━━━━━ 2/2 loss 1 0:00 left',
      '\r\u001b[Kepoch 2/2 loss 1\n',
      '\r\u001b[K',
    ]);
    expect((await draw({ isTTY: true }, 100, 3_600_000))[0]).toContain(' 199:00:00 left');
  });

  it('draws no more often than can be seen, and no longer than the terminal is wide', async () => {
    const texts = await draw({ isTTY: true, columns: 20 }, 2, 30);
    expect(texts.filter((text) => text.includes('/2 ━'))).toEqual([
      '\r\u001b[Kepoch 1/2 ━━━━━━━━━',
      '\r\u001b[Kepoch 2/2 ━━━━━━━━━',
    ]);
  });

  it('counts epochs where the data has no length', async () => {
    const data = {
      *[Symbol.iterator](): Iterator<readonly [Tensor, Tensor]> {
        yield batch;
      },
    };
    expect(await draw({ isTTY: true }, 2, 1000, data)).toEqual([
      '\r\u001b[Kepoch 1/2 step 1 loss 1',
      '\r\u001b[Kepoch 1/2 loss 1\n',
      '\r\u001b[Kepoch 2/2 step 1 loss 1 0:02 left',
      '\r\u001b[Kepoch 2/2 loss 1\n',
      '\r\u001b[K',
    ]);
  });

  it.each([
    [1, ['1/1', '2/1', '3/1']],
    [2, ['1/2', '2/2', '3/2']],
    [0, ['step 1', 'step 2', 'step 3']],
    [-1, ['step 1', 'step 2', 'step 3']],
    [0.5, ['step 1', 'step 2', 'step 3']],
    [NaN, ['step 1', 'step 2', 'step 3']],
    [Infinity, ['step 1', 'step 2', 'step 3']],
  ])('goes on with three batches of data whose length is %d', async (length, steps) => {
    const data = { length, [Symbol.iterator]: () => [batch, batch, batch].values() };
    const texts = await draw({ isTTY: true }, 2, 1000, data);
    const bars = texts.filter((text) => text.includes('loss 1') && !text.endsWith('\n'));
    expect(bars).toHaveLength(6);
    bars.forEach((text, i) => {
      expect(text).toContain(` ${steps[i % 3]} `);
      expect(text).toMatch(/^[^━]*━{0,20}─{0,20}[^─]*$/);
      expect(text).not.toMatch(/-\d|NaN|Infinity/);
    });
  });

  it('takes a terminal that does not know its width for one of 80 columns', async () => {
    const [first] = await draw({ isTTY: true, columns: 0 }, 2, 50_000);
    expect(first).toContain('1/2 loss 1 2:30 left');
  });

  it('writes epochs alone where a line cannot be written over', async () => {
    expect(await draw({}, 2, 1000)).toEqual(['epoch 1/2 loss 1\n', 'epoch 2/2 loss 1\n']);
  });
});
