import type { Callback, Training } from '../callback.ts';
import { requirePath, writeWhole } from './whole-file.ts';

/**
 * Writes the epochs to a CSV file, in Node: a line of names, then one line for each epoch.
 *
 * As Keras' `CSVLogger`, but the first epoch is 1, and instead of `append` a training that is resumed writes those before as well, each once. Names
 * with commas, quotes or line ends are quoted as RFC 4180 says; a number that an epoch does not have is an empty field.
 *
 * @throws RangeError for an empty path.
 * @throws {@link CheckpointError} if the file cannot be written.
 *
 * @example
 * import { fit } from '@kasane/trainer';
 * import { CSVLogger } from '@kasane/trainer/node';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * import { mkdtempSync, readFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const file = join(mkdtempSync(join(tmpdir(), 'run-')), 'log.csv');
 * const model = new Linear(1, 1);
 * await fit(model, {
 *   data: [[ones([4, 1]), ones([4, 1])]],
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 2,
 *   callbacks: [new CSVLogger(file)],
 * });
 * readFileSync(file, 'utf8').split('\n')[0]; // => epoch,loss
 *
 * @category Callbacks
 */
export class CSVLogger implements Callback {
  readonly #path: string;

  /** Takes the path of the file. */
  constructor(path: string) {
    requirePath('CSVLogger', 'path', path);
    this.#path = path;
  }

  /** Writes the file. */
  async onEpochEnd({ history }: Training): Promise<void> {
    const names = [...new Set(history.flatMap((logs) => Object.keys(logs)))];
    const rows = history.map((logs) =>
      names.map((name) => (Object.hasOwn(logs, name) ? logs[name] : '')),
    );
    const lines = [names, ...rows].map((row) => row.map(quoted).join(','));
    await writeWhole(this.#path, `${lines.join('\n')}\n`);
  }
}

function quoted(field: unknown): string {
  const text = String(field);
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
}
