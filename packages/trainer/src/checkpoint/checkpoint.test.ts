import { CheckpointError, tensor, zeros } from '@kasane/tensor-core';
import { mkdtemp, readdir, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { forged } from '../../test/forged.ts';
import { crc32 } from '../crc32.ts';
import { decodeCheckpoint, encodeCheckpoint, type Checkpoint } from './checkpoint.ts';
import { loadCheckpoint, saveCheckpoint } from '../node/checkpoint-files.ts';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

const tensors = {
  'a.weight': tensor([
    [1.5, -2],
    [NaN, Infinity],
  ]),
  doubles: tensor(new Float64Array([0.1, 2 ** -1074])),
  counts: tensor([-7, 2 ** 31 - 1], { dtype: 'int32' }),
  mask: tensor([true, false, true]),
  scalar: tensor(3),
  empty: zeros([0, 4]),
};

const file = (header: string, data: readonly number[] = []): Uint8Array => {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  bytes[0] = text.length;
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
};

describe('safetensors', () => {
  it('gives back every dtype and shape to the bit', async () => {
    const bytes = await encodeSafetensors(tensors, { by: 'test' });
    const decoded = await decodeSafetensors(bytes);
    expect(decoded.metadata).toEqual({ by: 'test' });
    expect(Object.keys(decoded.tensors)).toEqual(Object.keys(tensors));
    for (const [name, value] of Object.entries(tensors)) {
      const { dtype, shape } = decoded.tensors[name]!;
      expect([name, dtype, shape]).toEqual([name, value.dtype, value.shape]);
      expect(decoded.tensors[name]!.dataSync()).toEqual(value.dataSync());
    }
  });

  it('is laid out as the format says', async () => {
    const bytes = await encodeSafetensors({ x: tensor([1, 2]) });
    const length = Number(new DataView(bytes.buffer).getBigUint64(0, true));
    const header = new TextDecoder().decode(bytes.subarray(8, 8 + length));
    expect(length % 8).toBe(0);
    expect(JSON.parse(header)).toEqual({
      __metadata__: {},
      x: { dtype: 'F32', shape: [2], data_offsets: [0, 8] },
    });
    expect([...bytes.subarray(8 + length)]).toEqual([0, 0, 128, 63, 0, 0, 0, 64]);
  });

  it('reads what the safetensors package of Python writes', async () => {
    const path = new URL('../../test/fixtures/numpy.safetensors', import.meta.url);
    const { tensors: found, metadata } = await decodeSafetensors(await readFile(path));
    expect(metadata).toEqual({ a: 'b' });
    expect(Object.keys(found).sort()).toEqual(['i', 'm', 'w']);
    expect(found.w!.toArray()).toEqual([
      [0, 1, 2],
      [3, 4, 5],
    ]);
    expect([found.i!.dtype, found.i!.toArray()]).toEqual(['int32', [3, 4]]);
    expect([found.m!.dtype, found.m!.size]).toEqual(['bool', 1]);
  });

  it('notices at every length that a file is cut off', async () => {
    const bytes = await encodeSafetensors(tensors);
    for (let length = 0; length < bytes.length; length++) {
      await expect(decodeSafetensors(bytes.subarray(0, length), 'x')).rejects.toThrow(
        /^x: byte \d+: expected .+, got .+\./,
      );
    }
  });

  it.each([
    ['{"x":', 'x: byte 8: expected a header in JSON, got SyntaxError'],
    ['[]', 'x: byte 8: expected a header that begins with \'{\', got "["'],
    ['{"__metadata__":{"a":1}}', 'x: byte 8: expected __metadata__ of texts, got {"a":1}'],
    [
      '{"w":{"dtype":"F32"}}',
      'x: byte 8: expected dtype, shape and data_offsets of w, got {"dtype":"F32"}',
    ],
    [
      '{"w":{"dtype":"F8","shape":[],"data_offsets":[0,1]}}',
      'x: byte 8: expected w as F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL, got F8',
    ],
    [
      '{"w":{"dtype":"BOOL","shape":[2],"data_offsets":[0,1]}}',
      'expected 2 bytes of w, got 1 bytes',
    ],
    [
      '{"w":{"dtype":"BOOL","shape":[1],"data_offsets":[1,2]}}',
      'expected the values of the next tensor, got those at 1',
    ],
    ['{}', 'x: byte 11: expected a file of 10 bytes, got 11 bytes'],
  ])('says what is wrong with %s', async (header, message) => {
    await expect(decodeSafetensors(file(header, [0]), 'x')).rejects.toThrow(message);
  });
});

const checkpoint: Checkpoint = {
  model: { 'layer.weight': tensor([1, 2]) },
  optimizer: {
    state: { 0: { step: 3, expAvg: tensor([5, 6]), later: null } },
    paramGroups: [{ params: [0], lr: 0.1, betas: [0.9, 0.99] }],
  },
  training: {
    finished: 2,
    step: 1,
    batches: 1,
    lossSum: 0.1,
    samples: 4,
    history: [{ epoch: 1, loss: 0.3, auc: NaN, low: -0, high: Infinity }],
    metrics: { accuracy: { correct: 1, count: 2 } },
    callbacks: [{ best: null }],
    generators: [{ seed: 1, counter: 2 }],
    loaders: [null, null],
  },
};

describe('checkpoints', () => {
  it('give back all they hold', async () => {
    const { model, optimizer, training } = await decodeCheckpoint(
      await encodeCheckpoint(checkpoint),
    );
    expect(training).toEqual(checkpoint.training);
    expect(model['layer.weight']!.toArray()).toEqual([1, 2]);
    expect(optimizer.paramGroups).toEqual(checkpoint.optimizer.paramGroups);
    const { expAvg, ...rest } = optimizer.state[0]!;
    expect(rest).toEqual({ step: 3, later: null });
    expect(String(expAvg)).toBe(String(tensor([5, 6])));
  });

  it('notice every byte that was changed, or only padding was', async () => {
    const bytes = await encodeCheckpoint(checkpoint);
    const end = 8 + bytes[0]! + 256 * bytes[1]!;
    for (let i = 0; i < bytes.length; i++) {
      if (i < end && bytes[i] === 0x20 && bytes.subarray(i, end).every((b) => b === 0x20)) continue;
      const changed = bytes.slice();
      changed[i]! ^= 1;
      await expect(decodeCheckpoint(changed, 'x'), `byte ${i}`).rejects.toThrow(
        /^x: byte \d+: expected /,
      );
    }
  });

  it('give back texts that look like the numbers JSON has not', async () => {
    const texts = ['number:NaN', 'text:number:-0', 'number:5', 'text:', 'number:', 'NaN'];
    const training = { ...checkpoint.training, callbacks: [texts, { NaN }] };
    const found = await decodeCheckpoint(await encodeCheckpoint({ ...checkpoint, training }));
    expect(found.training.callbacks).toEqual([texts, { NaN }]);
  });

  it('are to the byte what they were before callbacks could keep tensors', async () => {
    const callbacks = [{ best: null }, 'tensor:x', 'text:tensor:y'];
    const training = { ...checkpoint.training, callbacks };
    const bytes = await encodeCheckpoint({ ...checkpoint, training });
    expect([bytes.length, crc32(bytes)]).toEqual([760, 3376742213]);
    expect((await decodeCheckpoint(bytes)).training.callbacks).toEqual(callbacks);
  });

  it('give back tensors in the states of callbacks, beside texts that look like them', async () => {
    const texts = ['tensor:training.callbacks.1', 'text:tensor:', 'tensor:\n', 'text:number:NaN'];
    const callbacks = [
      texts,
      tensor([1.5]),
      { a: { 'b.c': tensor([true]) }, 'a.b': { c: tensor(3) } },
    ];
    const training = { ...checkpoint.training, callbacks };
    const bytes = await encodeCheckpoint({ ...checkpoint, training });
    const names = Object.keys((await decodeSafetensors(bytes)).tensors).filter((n) =>
      n.startsWith('training'),
    );
    const third = 'training.callbacks.2.a.b.c';
    expect(names).toEqual(['training.callbacks.1', third, `${third}~`]);
    const [first, second, last] = (await decodeCheckpoint(bytes)).training
      .callbacks as typeof callbacks;
    expect([first, String(second)]).toEqual([texts, String(tensor([1.5]))]);
    expect(
      Object.entries(last!).map(([key, part]) => `${key}: ${Object.keys(part as object)[0]}`),
    ).toEqual(['a: b.c', 'a.b: c']);
    expect(String((last as { a: object }).a['b.c' as never])).toBe(String(tensor([true])));
  });

  it('are refused at every length that they are cut off at', async () => {
    const bytes = await encodeCheckpoint(checkpoint);
    for (let length = 0; length < bytes.length; length++) {
      await expect(
        decodeCheckpoint(bytes.subarray(0, length), 'x'),
        `${length} bytes`,
      ).rejects.toThrow(CheckpointError);
    }
  });

  it('lie in files, in folders that are made, and leave nothing beside them', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'checkpoint-'));
    const path = join(folder, 'a', 'b.safetensors');
    await saveCheckpoint(path, checkpoint);
    expect((await loadCheckpoint(path)).training.finished).toBe(2);
    expect(await readdir(join(folder, 'a'))).toEqual(['b.safetensors']);
    await writeFile(path, 'abc');
    await expect(loadCheckpoint(path)).rejects.toThrow(`${path}: byte 0: expected the 8 bytes`);
  });
});

describe('a file that says something else than a checkpoint does, with the right checksum', () => {
  const training = JSON.stringify({ ...checkpoint.training, history: [{ epoch: 1, loss: 0.3 }] });
  const optimizer = JSON.stringify({ state: { 0: { step: 1 } }, paramGroups: [{ params: [0] }] });
  it('is read when it says what one does', async () => {
    const { model, optimizer: read } = await decodeCheckpoint(
      forged(['model.a.b', 'optimizer.0.x.y', 'model.__proto__'], { optimizer, training }),
    );
    expect(Object.keys(model)).toEqual(['a.b', '__proto__']);
    expect(Object.getPrototypeOf(model)).toBe(Object.prototype);
    expect(Object.keys(read.state[0]!)).toEqual(['step', 'x.y']);
  });

  it.each([
    'optimizer.__proto__.polluted',
    'optimizer.constructor.keys',
    'optimizer.constructor.prototype.polluted',
    'optimizer.toString.call',
    'optimizer.1.expAvg',
    'optimizer.0.step',
    'optimizer.0',
    'optimizer',
    '__proto__',
    'weight',
    '',
  ])('is refused for a tensor called %j, and changes no prototype', async (name) => {
    const keys = Object.keys;
    const read = (): Promise<unknown> =>
      decodeCheckpoint(forged([name], { optimizer, training }), 'f');
    await expect(read()).rejects.toThrow(CheckpointError);
    await expect(read()).rejects.toThrow(
      `f: byte 8: expected tensors model.… and optimizer.<parameter>.…, once each, got ${JSON.stringify(name)}. Take a file that saveCheckpoint wrote.`,
    );
    expect(Object.keys).toBe(keys);
    expect('polluted' in {}).toBe(false);
    expect(Object.keys(Object.prototype)).toEqual([]);
  });

  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  const states = [
    undefined, '', 'null', '3', '[]', '{}', deep, `{"state":${deep}}`,
    '{"state":null,"paramGroups":[]}',
    '{"state":{"0":null},"paramGroups":[]}',
    '{"state":{"0":{"step":"1"}},"paramGroups":[]}',
    '{"state":{"0":{"step":{}}},"paramGroups":[]}',
    '{"state":{},"paramGroups":{}}',
    '{"state":{},"paramGroups":[null]}',
    '{"state":{},"paramGroups":[{"params":0}]}',
  ]; // prettier-ignore
  it.each(states)('is refused for an optimizer of %.40s', async (text) => {
    const texts = { ...(text === undefined ? {} : { optimizer: text }), training };
    await expect(decodeCheckpoint(forged([], texts))).rejects.toThrow(CheckpointError);
    await expect(decodeCheckpoint(forged([], texts))).rejects.toThrow(
      /^checkpoint: byte 8: expected the state of an optimizer, got .{0,100}\. Take/,
    );
  });

  const wrong: Readonly<Record<string, unknown>> = {
    finished: -1, step: 0.5, batches: '1', samples: null, lossSum: '0', history: [{ loss: 'x' }], metrics: [],
    callbacks: {}, generators: [{ seed: 1 }], loaders: null,
  }; // prettier-ignore
  it.each(Object.keys(wrong))('is refused for a training with a wrong %s, or none', async (key) => {
    const { [key]: _, ...without } = JSON.parse(training) as Record<string, unknown>;
    for (const state of [{ ...without, [key]: wrong[key] }, without]) {
      const bytes = forged([], { optimizer, training: JSON.stringify(state) });
      await expect(decodeCheckpoint(bytes)).rejects.toThrow(
        /^checkpoint: byte 8: expected the state of a training, got /,
      );
    }
  });

  it.each([
    [['training.x'], []],
    [['training.x'], ['training.x', 'training.x']],
    [['training.x'], ['training.x', 'training.y']],
    [['training.x'], ['training.x', 'model.a']],
    [['training.__proto__'], ['__proto__']],
  ])('is refused for tensors %j where the training says %j', async (names, said) => {
    const callbacks = said.map((name) => `tensor:${name}`);
    const texts = {
      optimizer,
      training: JSON.stringify({ ...checkpoint.training, history: [], callbacks }),
    };
    await expect(decodeCheckpoint(forged([...names, 'model.a'], texts))).rejects.toThrow(
      /^checkpoint: byte 8: expected the state of a training, got /,
    );
  });

  it('is refused for a training that is missing, null or too deep', async () => {
    for (const texts of [{}, { training: 'null' }, { training: `{"callbacks":${deep}}` }]) {
      const read = (): Promise<unknown> => decodeCheckpoint(forged([], { optimizer, ...texts }));
      await expect(read()).rejects.toThrow(CheckpointError);
    }
  });
});
