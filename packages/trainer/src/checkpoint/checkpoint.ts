import type { StateDict } from '@kasane/nn';
import type { OptimizerStateDict } from '@kasane/optim';
import { CheckpointError, type Tensor } from '@kasane/tensor-core';
import { crc32 } from '../crc32.ts';
import { brief, isRecord } from './header.ts';
import { fromJson, toJson } from './json.ts';
import { join, layOut, takeApart, tensorsOf } from './safetensors.ts';
import { isListOf, isTrainingState, type TrainingState } from './training-state.ts';

/** All that a training needs to go on to the same bits. */
export interface Checkpoint {
  readonly model: StateDict;
  readonly optimizer: OptimizerStateDict;
  readonly training: TrainingState;
}

const FORMAT = 'kasane checkpoint 1';

/**
 * A checkpoint as the bytes of a safetensors file: tensors are called `model.…`, `optimizer.…` and, those in the states of callbacks,
 * `training.…`; all else is JSON in the metadata, with a checksum over everything.
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
  const tensors = new Map<string, Tensor>();
  for (const [name, value] of Object.entries(model)) tensors.set(`model.${name}`, value);
  const states = Object.entries(optimizer.state).map(([index, saved]) => {
    const parts = Object.entries(saved);
    for (const [key, value] of parts) {
      if (isTensor(value)) tensors.set(`optimizer.${index}.${key}`, value);
    }
    return [index, Object.fromEntries(parts.filter(([, value]) => !isTensor(value)))];
  });
  const texts = {
    format: FORMAT,
    optimizer: toJson(
      { state: Object.fromEntries(states), paramGroups: optimizer.paramGroups },
      new Map(),
      'optimizer',
    ),
    training: toJson(training, tensors, 'training'),
  };
  const { entries, data } = await layOut(Object.fromEntries(tensors));
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
  const parts = takeApart(bytes, file);
  const { entries, metadata, data } = parts;
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
  // Whoever writes a file can write its checksum: what it says is looked at all the same.
  const fail: (expected: string, got: unknown) => never = (expected, got) => {
    throw new CheckpointError(
      `${file}: byte 8: expected ${expected}, got ${brief(got)}. Take a file that saveCheckpoint wrote.`,
    );
  };
  const optimizer = fromJson(texts.optimizer, new Map());
  if (!isOptimizerState(optimizer)) fail('the state of an optimizer', texts.optimizer);
  const names = Object.keys(entries);
  const tensors = new Map(Object.entries(tensorsOf(parts)));
  const isKept = (name: string): boolean => name.startsWith('training.');
  const kept = new Map([...tensors].filter(([name]) => isKept(name)));
  const training = fromJson(texts.training, kept);
  if (!isTrainingState(training)) fail('the state of a training', texts.training);
  // Maps, in which no name means anything but itself.
  const { state, paramGroups } = optimizer;
  const states = new Map(
    Object.entries(state).map(([index, saved]) => [index, new Map(Object.entries(saved))]),
  );
  const placed = names
    .filter((name) => !isKept(name))
    .map((name) => {
      const [, index, key] = /^optimizer\.([^.]*)\.(.*)$/s.exec(name) ?? ['', '', ''];
      const saved = states.get(index!);
      if (!name.startsWith('model.') && saved?.has(key!) !== false) {
        fail('tensors model.… and optimizer.<parameter>.…, once each', name);
      }
      return { name, index: index!, key: key! };
    });
  const model: [string, Tensor][] = [];
  for (const { name, index, key } of placed) {
    if (name.startsWith('model.')) model.push([name.slice('model.'.length), tensors.get(name)!]);
    else states.get(index)!.set(key, tensors.get(name)!);
  }
  const read = [...states].map(([index, saved]) => [index, Object.fromEntries(saved)] as const);
  return {
    model: Object.fromEntries(model),
    optimizer: { state: Object.fromEntries(read), paramGroups },
    training,
  };
}

function isOptimizerState(value: unknown): value is OptimizerStateDict {
  return (
    isRecord(value) &&
    isRecord(value.state) &&
    Object.values(value.state).every(
      (saved) =>
        isRecord(saved) &&
        Object.values(saved).every((part) => part === null || typeof part === 'number'),
    ) &&
    isListOf(value.paramGroups, (group) => isRecord(group) && Array.isArray(group.params))
  );
}

function checksumOf(entries: object, texts: object, data: Uint8Array): number {
  return crc32(data, crc32(new TextEncoder().encode(JSON.stringify([entries, texts]))));
}

function isTensor(value: Tensor | number | null): value is Tensor {
  return typeof value === 'object' && value !== null;
}
