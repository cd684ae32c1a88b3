import type { StateDict } from '@kasane/nn';
import type { OptimizerStateDict, SavedState } from '@kasane/optim';
import { CheckpointError, type GeneratorState, type Tensor } from '@kasane/tensor-core';
import type { EpochLogs } from '../callback.ts';
import { crc32 } from '../crc32.ts';
import { join, layOut, takeApart, tensorsOf } from './safetensors.ts';

/** Where a training stands beside its tensors: JSON. */
export interface TrainingState {
  /** Epochs that are over. */
  readonly finished: number;
  /** Steps of the epoch that is not. */
  readonly step: number;
  /** Its batches. */
  readonly batches: number;
  /** The sum of its losses, each times the samples it is the mean of. */
  readonly lossSum: number;
  /** Its samples. */
  readonly samples: number;
  /** The epochs that are over. */
  readonly history: readonly EpochLogs[];
  /** The sums of metrics over the epoch. */
  readonly metrics: Readonly<Record<string, unknown>>;
  /** States of the callbacks in their order, the scheduler's first. */
  readonly callbacks: readonly unknown[];
  /** The default generator's state, and those of the generators given. */
  readonly generators: readonly GeneratorState[];
  /** Where the loaders of training and validation stand, null for what has no state. */
  readonly loaders: readonly unknown[];
}

/** All that a training needs to go on to the same bits. */
export interface Checkpoint {
  readonly model: StateDict;
  readonly optimizer: OptimizerStateDict;
  readonly training: TrainingState;
}

const FORMAT = 'kasane checkpoint 1';

/**
 * A checkpoint as the bytes of a safetensors file: tensors are called `model.…` and `optimizer.…`, all else is JSON in the metadata, with a
 * checksum over everything.
 *
 * @example
 * import { decodeCheckpoint, encodeCheckpoint, fit } from '@kasane/trainer';
 * import { Linear, mseLoss } from '@kasane/nn';
 * import { SGD } from '@kasane/optim';
 * import { ones } from '@kasane/tensor-core';
 * const model = new Linear(1, 1);
 * let bytes: Uint8Array | undefined;
 * await fit(model, {
 *   data: [[ones([4, 1]), ones([4, 1])]],
 *   loss: mseLoss,
 *   optimizer: new SGD(model.parameters(), { lr: 0.1 }),
 *   epochs: 1,
 *   callbacks: [{ onEpochEnd: async ({ checkpoint }) => void (bytes = await encodeCheckpoint(checkpoint())) }],
 * });
 * decodeCheckpoint(bytes!).training.finished; // => 1
 *
 * @category Checkpoints
 */
export async function encodeCheckpoint({
  model,
  optimizer,
  training,
}: Checkpoint): Promise<Uint8Array> {
  const tensors: Record<string, Tensor> = {};
  for (const [name, value] of Object.entries(model)) tensors[`model.${name}`] = value;
  const state: Record<string, Record<string, number | null>> = {};
  for (const [index, saved] of Object.entries(optimizer.state)) {
    const rest: Record<string, number | null> = (state[index] = {});
    for (const [key, value] of Object.entries(saved)) {
      if (isTensor(value)) tensors[`optimizer.${index}.${key}`] = value;
      else rest[key] = value;
    }
  }
  const texts = {
    format: FORMAT,
    optimizer: toJson({ state, paramGroups: optimizer.paramGroups }),
    training: toJson(training),
  };
  const { entries, data } = await layOut(tensors);
  const checksum = String(checksumOf(entries, texts, data));
  return join({ entries, metadata: { ...texts, checksum }, data });
}

/**
 * The checkpoint in the bytes of a file. `file` is what errors call it.
 *
 * Throws CheckpointError that names the file, the byte and what was expected if it is cut off, changed, or no checkpoint.
 *
 * @example
 * import { decodeCheckpoint, encodeSafetensors } from '@kasane/trainer';
 * decodeCheckpoint(await encodeSafetensors({})); // => throws CheckpointError
 *
 * @category Checkpoints
 */
export function decodeCheckpoint(bytes: Uint8Array, file: string = 'checkpoint'): Checkpoint {
  const { entries, metadata, data } = takeApart(bytes, file);
  const { checksum, ...texts } = metadata;
  if (texts.format !== FORMAT) {
    throw new CheckpointError(
      `${file}: byte 8: expected the format "${FORMAT}", got ${texts.format ?? 'none'}. Read files of weights alone with decodeSafetensors.`,
    );
  }
  const sum = String(checksumOf(entries, texts, data));
  if (sum !== checksum) {
    throw new CheckpointError(
      `${file}: byte 0: expected bytes of the checksum ${checksum}, got ${sum}. The file was changed; take an earlier one.`,
    );
  }
  const model: Record<string, Tensor> = {};
  // The checksum says that the texts are those that encodeCheckpoint wrote.
  const { state, paramGroups } = fromJson(texts.optimizer!) as {
    state: Record<string, Record<string, SavedState[string]>>;
    paramGroups: OptimizerStateDict['paramGroups'];
  };
  for (const [name, value] of Object.entries(tensorsOf(entries, data))) {
    const [kind, index, ...rest] = name.split('.');
    if (kind === 'model') model[name.slice('model.'.length)] = value;
    else state[index!]![rest.join('.')] = value;
  }
  const training = fromJson(texts.training!) as TrainingState; // as above
  return { model, optimizer: { state, paramGroups }, training };
}

function checksumOf(entries: object, texts: object, data: Uint8Array): number {
  return crc32(data, crc32(new TextEncoder().encode(JSON.stringify([entries, texts]))));
}

// JSON has no NaN and no infinities; metrics and losses of no sample do.
const SPECIAL = 'number:';

function toJson(value: unknown): string {
  return JSON.stringify(value, (_, part: unknown) =>
    typeof part === 'number' && (!Number.isFinite(part) || Object.is(part, -0))
      ? `${SPECIAL}${Object.is(part, -0) ? '-0' : part}`
      : part,
  );
}

function fromJson(text: string): unknown {
  return JSON.parse(text, (_, part: unknown) =>
    typeof part === 'string' && part.startsWith(SPECIAL)
      ? Number(part.slice(SPECIAL.length))
      : part,
  );
}

function isTensor(value: Tensor | number | null): value is Tensor {
  return typeof value === 'object' && value !== null;
}
