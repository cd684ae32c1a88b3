import { stack } from '@kasane/tensor-core';
import type { Tensor } from '@kasane/tensor-core';
import type { AsyncPart } from './exercise.ts';

/**
 * Numbers that steps of training give, read many at a time: an asynchronous device would otherwise wait for each one.
 *
 *     losses.push(step(x, t));
 *     if (i % 20 === 0) for (const loss of await losses.read()) …
 */
export class Losses {
  #pending: Tensor[] = [];

  /** Keeps a tensor of one element until it is read. */
  push(loss: Tensor): void {
    this.#pending.push(loss);
  }

  /** The numbers since the last reading, in their order; the tensors are freed. */
  async read(): Promise<number[]> {
    const pending = this.#pending;
    this.#pending = [];
    if (pending.length === 0) return [];
    const all = stack(pending);
    for (const one of pending) one.dispose();
    const values = [...(await all.data())];
    all.dispose();
    return values;
  }
}

/** The number in a tensor of one element, which is freed. */
export async function read(value: Tensor): Promise<number> {
  const [number] = await value.data();
  value.dispose();
  return number!;
}

/** Shows every `every`th of the `total` losses of a training as a point of the curve `name`, and frees all. */
export async function* lossCurve(
  losses: Iterable<Tensor>,
  { name, every, total }: { readonly name: string; readonly every: number; readonly total: number },
): AsyncPart<'loss', void> {
  let step = 0;
  for (const loss of losses) {
    step++;
    if (step % every > 0) {
      loss.dispose();
      continue;
    }
    const y = await read(loss);
    yield { type: 'progress', step, total, loss: y };
    yield { type: 'series', chart: 'loss', name, x: step, y };
  }
}
