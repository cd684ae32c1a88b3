import { Module } from '@kasane/nn';
import { DataError, isTensor, shown, type Tensor } from '@kasane/tensor-core';

/** What makes samples (N, ...) of noise (N, latentSize), and of labels (N) where it knows classes. */
export type GeneratorNetwork = Module & {
  /** The samples. */
  forward(noise: Tensor, labels?: Tensor): Tensor;
};

/** What scores samples (N, ...), and whether they are of the class of their labels (N): a score for each, (N) or (N, 1). */
export type DiscriminatorNetwork = Module & {
  /** The scores. */
  forward(samples: Tensor, labels?: Tensor): Tensor;
};

/** Real samples (N, ...), alone or with their labels (N). */
export type RealBatch = Tensor | readonly [samples: Tensor, labels: Tensor];

/** Throws TypeError for what is no player. */
export function requirePlayer(owner: string, what: string, player: unknown): void {
  if (player instanceof Module) return;
  throw new TypeError(`${owner}: the ${what} must be a module, got ${shown(player)}.`);
}

/** A batch as samples and labels, of which there may be none. */
export function partsOf(owner: string, batch: RealBatch): [samples: Tensor, labels: Tensor[]] {
  const [samples, ...labels]: readonly unknown[] = Array.isArray(batch) ? batch : [batch];
  const tensors = isTensor(samples) && labels.length <= 1 && labels.every(isTensor);
  if (!tensors || samples.ndim === 0 || samples.size === 0) {
    throw new DataError(
      `${owner}: a batch must be a tensor of samples (N, ...), N > 0, or [samples, labels], got ${isTensor(samples) ? samples.toString() : shown(batch)}.`,
    );
  }
  return [samples, labels];
}

/** The batches again and again; throws DataError for a pass that gives none. */
export async function* endless(
  owner: string,
  data: Iterable<RealBatch> | AsyncIterable<RealBatch>,
): AsyncGenerator<RealBatch, never> {
  const given = Object(data) as Partial<Iterable<RealBatch> & AsyncIterable<RealBatch>>;
  if (given[Symbol.iterator] === undefined && given[Symbol.asyncIterator] === undefined) {
    throw new TypeError(
      `${owner}: the data must be batches to go through, such as a DataLoader or an array, got ${shown(data)}.`,
    );
  }
  for (let pass = 1; ; pass++) {
    let count = 0;
    for await (const batch of data) {
      count++;
      yield batch;
    }
    if (count > 0) continue;
    const way = pass > 1 ? ' A generator can be gone through once: let it go on for ever.' : '';
    throw new DataError(`${owner}: the data gave no batch in pass ${pass}.${way}`);
  }
}
