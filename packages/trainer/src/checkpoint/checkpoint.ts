import type { StateDict } from '@kasane/nn';
import type { OptimizerStateDict } from '@kasane/optim';
import { CheckpointError, Tensor } from '@kasane/tensor-core';
import { crc32 } from '../crc32.ts';
import { brief, isRecord } from './header.ts';
import { fromJson, toJson } from './json.ts';
import { join, layOut, takeApart, tensorsOf } from './safetensors.ts';
import { statesOf } from './states.ts';
import { isListOf, isTrainingState, type TrainingState } from './training-state.ts';

/** All that a training needs to go on to the same bits. */
export interface Checkpoint {
  readonly model: StateDict;
  readonly optimizer: OptimizerStateDict;
  readonly training: TrainingState;
}

const FORMAT = 'kasane checkpoint 1';
/** Of own loops. */
const STATES = 'kasane states 1';

/**
 * A checkpoint as the bytes of a safetensors file: that of a training, or an object of whatever an own loop needs to go on.
 *
 * Modules, optimizers, schedulers, loaders, metrics, whatever has `stateDict`, are saved as what that gives, generators as their state; tensors and
 * plain data (numbers, NaN too, texts, truth values, null, lists and records of them) as they are. Tensors have the names of their places, such as
 * `model.weight` or `optimizer.state.0.expAvg`; those in a training's callbacks begin with `training.`. All else is JSON in the metadata, with a
 * checksum over everything. `restoreCheckpoint` puts the states back. As `torch.save({ … })`.
 *
 * @throws {@link CheckpointError} that names the place of what cannot be saved, such as a function or a Map.
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
 * (await decodeCheckpoint(bytes!)).training.finished; // => 1
 *
 * @category Checkpoints
 */
export async function encodeCheckpoint(parts: Checkpoint | object): Promise<Uint8Array> {
  if (isRecord(parts) && isCheckpoint(parts)) return encodeTraining(parts);
  const saved = statesOf('encodeCheckpoint', parts);
  if (!isRecord(saved) || saved instanceof Tensor) {
    throw new CheckpointError(
      `encodeCheckpoint: a checkpoint must be an object of what is saved by names, got ${brief(saved)}. Pass { model, optimizer }, for one.`,
    );
  }
  const tensors = new Map<string, Tensor>();
  const states = toJson(saved, tensors, '');
  return written(tensors, { format: STATES, states });
}

/** Whether it is what `fit` makes, whose parts are states already. */
function isCheckpoint(parts: object): parts is Checkpoint {
  const { model, optimizer, training, ...others } = parts as Partial<Checkpoint>; // or none of them
  return (
    Object.keys(others).length === 0 &&
    isTrainingState(training) &&
    isRecord(model) &&
    Object.values(model).every((value) => value instanceof Tensor) &&
    isRecord(optimizer) &&
    isRecord(optimizer.state) &&
    Array.isArray(optimizer.paramGroups)
  );
}

async function encodeTraining({ model, optimizer, training }: Checkpoint): Promise<Uint8Array> {
  const tensors = new Map<string, Tensor>();
  for (const [name, value] of Object.entries(model)) tensors.set(`model.${name}`, value);
  const states = Object.entries(optimizer.state).map(([index, saved]) => {
    const parts = Object.entries(saved);
    for (const [key, value] of parts) {
      if (value instanceof Tensor) tensors.set(`optimizer.${index}.${key}`, value);
    }
    return [index, Object.fromEntries(parts.filter(([, value]) => !(value instanceof Tensor)))];
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
  return written(tensors, texts);
}

async function written(
  tensors: ReadonlyMap<string, Tensor>,
  texts: Readonly<Record<string, string>>,
): Promise<Uint8Array> {
  const { entries, data } = await layOut(Object.fromEntries(tensors));
  const checksum = String(checksumOf(entries, texts, data));
  return join({ entries, metadata: { ...texts, checksum }, data });
}

/**
 * The checkpoint in the bytes of a file. `file` is what errors call it.
 *
 * It is what `fit` takes as `resume`, or the states of what an own loop saved: `decodeCheckpoint<StatesOf<typeof parts>>(bytes)` says which, and
 * takes your word for it; `restoreCheckpoint` looks at each.
 *
 * @throws {@link CheckpointError} that names the file, the byte and what was expected if it is cut off, changed, or no checkpoint.
 *
 * @example
 * import { decodeCheckpoint, encodeSafetensors } from '@kasane/trainer';
 * await decodeCheckpoint(await encodeSafetensors({})); // => throws CheckpointError
 *
 * @category Checkpoints
 */
export async function decodeCheckpoint<C extends object = Checkpoint>(
  bytes: Uint8Array,
  file: string = 'checkpoint',
): Promise<C> {
  const parts = takeApart(bytes, file);
  const { checksum, ...texts } = parts.metadata;
  if (texts.format !== FORMAT && texts.format !== STATES) {
    throw new CheckpointError(
      `${file}: byte 8: expected the format "${FORMAT}" or "${STATES}", got ${texts.format ?? 'none'}. Read files of weights alone with decodeSafetensors.`,
    );
  }
  const sum = String(checksumOf(parts.entries, texts, parts.data));
  if (sum !== checksum) {
    throw new CheckpointError(
      `${file}: byte 0: expected bytes of the checksum ${checksum}, got ${sum}. The file was changed; take an earlier one.`,
    );
  }
  // Whoever writes a file can write its checksum: what it says is looked at all the same.
  const fail: FailAsState = (expected, got) => {
    throw new CheckpointError(
      `${file}: byte 8: expected ${expected}, got ${brief(got)}. Take a file that saveCheckpoint wrote.`,
    );
  };
  const tensors = new Map(Object.entries(tensorsOf(parts)));
  // Whoever calls it says what was saved.
  if (texts.format === FORMAT) return decodeTraining(tensors, texts, fail) as object as C;
  const states = fromJson(texts.states, tensors);
  if (!isRecord(states)) fail('states that say each tensor once', texts.states);
  return states as object as C;
}

type FailAsState = (expected: string, got: unknown) => never;

function decodeTraining(
  tensors: ReadonlyMap<string, Tensor>,
  texts: Readonly<Record<string, string>>,
  fail: FailAsState,
): Checkpoint {
  const optimizer = fromJson(texts.optimizer, new Map());
  if (!isOptimizerState(optimizer)) return fail('the state of an optimizer', texts.optimizer);
  const isKept = (name: string): boolean => name.startsWith('training.');
  const kept = new Map([...tensors].filter(([name]) => isKept(name)));
  const training = fromJson(texts.training, kept);
  if (!isTrainingState(training)) return fail('the state of a training', texts.training);
  // Maps, in which no name means anything but itself.
  const { state, paramGroups } = optimizer;
  const states = new Map(
    Object.entries(state).map(([index, saved]) => [index, new Map(Object.entries(saved))]),
  );
  const placed = [...tensors.keys()]
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
