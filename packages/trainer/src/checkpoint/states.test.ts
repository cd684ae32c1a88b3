import { backward } from '@kasane/autograd';
import { DataLoader, TensorDataset } from '@kasane/datasets';
import { BatchNorm1d, Dropout, Linear, mseLoss, Sequential } from '@kasane/nn';
import { Adam, StepLR } from '@kasane/optim';
import {
  CheckpointError,
  defaultGenerator,
  Generator,
  manualSeed,
  ones,
  randn,
  tensor,
  type Tensor,
} from '@kasane/tensor-core';
import { mkdtemp } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { forged } from '../../test/forged.ts';
import { Accuracy } from '../metrics/accuracy.ts';
import { loadCheckpoint, saveCheckpoint } from '../node/checkpoint-files.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { decodeSafetensors } from './safetensors.ts';
import { restoreCheckpoint, type StatesOf } from './states.ts';

const x = randn([12, 2], { generator: new Generator(1) });
const y = x.sum(1, { keepdim: true });

/** A loop of one's own of which everything has a state. */
function loop() {
  manualSeed(3);
  const own = new Generator(4);
  const model = new Sequential(
    new Linear(2, 8, { generator: new Generator(2) }),
    new BatchNorm1d(8),
    new Dropout(0.5),
    new Dropout(0.5, { generator: own }),
    new Linear(8, 1, { generator: new Generator(5) }),
  );
  const optimizer = new Adam(model.parameters(), { lr: 0.01 });
  const scheduler = new StepLR(optimizer, 2);
  const data = new DataLoader(new TensorDataset(x, y), { batchSize: 4, shuffle: true });
  const average = ones([8, 2]);
  const live = {
    model,
    optimizer,
    scheduler,
    data,
    average,
    generators: [defaultGenerator(), own],
  };
  const epoch = async (): Promise<void> => {
    for await (const [input, target] of data) {
      backward(mseLoss(model.forward(input!), target!));
      optimizer.step();
      optimizer.zeroGrad();
    }
    average.assign(average.mul(0.9).add(model.parameters()[0]!.detach().mul(0.1)));
    scheduler.step();
  };
  const bits = (): string => [...Object.values(model.stateDict()), average].map(hex).join();
  return { live, epoch, bits };
}
const hex = (t: Tensor): string => Buffer.from(t.dataSync().buffer).toString('hex');

describe('an own loop', () => {
  it('goes on from its file to the same bits', async () => {
    const path = join(await mkdtemp(join(tmpdir(), 'states-')), 'a', 'last.safetensors');
    const straight = loop();
    for (let i = 0; i < 5; i++) await straight.epoch();

    const first = loop();
    for (let i = 0; i < 2; i++) await first.epoch();
    const parts = {
      ...first.live,
      epoch: 2,
      best: NaN,
      note: { by: 'me', tags: ['a', null, true] },
    };
    await saveCheckpoint(path, parts);

    const second = loop();
    const saved = await loadCheckpoint<StatesOf<typeof parts>>(path);
    restoreCheckpoint(second.live, saved);
    expectTypeOf(saved.epoch).toEqualTypeOf<number>();
    expectTypeOf(saved.model).toEqualTypeOf<ReturnType<typeof parts.model.stateDict>>();
    expect([saved.epoch, saved.best, saved.note]).toEqual([2, NaN, parts.note]);
    for (let i = saved.epoch; i < 5; i++) await second.epoch();
    expect(second.bits()).toBe(straight.bits());
    expect(first.bits()).not.toBe(straight.bits());
  });

  it('has tensors that other programs find by their places', async () => {
    const { live } = loop();
    const bytes = await encodeCheckpoint({ ...live, twice: [live.average, { 0: live.average }] });
    expect(Object.keys((await decodeSafetensors(bytes)).tensors)).toEqual([
      ...Object.keys(live.model.stateDict()).map((name) => `model.${name}`),
      'average',
      'twice.0',
      'twice.1.0',
    ]);
  });

  it('is saved as it was when it was told to, whatever goes on meanwhile', async () => {
    const { live, epoch } = loop();
    const now = await encodeCheckpoint(live);
    const pending = encodeCheckpoint(live);
    live.average.assign(live.average.add(1));
    await epoch();
    expect(await pending).toEqual(now);
  });

  it('has states that loadStateDict takes', async () => {
    const { live, epoch, bits } = loop();
    await epoch();
    const saved = await decodeCheckpoint<StatesOf<typeof live>>(await encodeCheckpoint(live));
    const other = loop();
    other.live.model.loadStateDict(saved.model);
    other.live.optimizer.loadStateDict(saved.optimizer);
    other.live.average.assign(saved.average);
    expect(other.bits()).toBe(bits());
  });
});

describe('restoreCheckpoint', () => {
  const changes: readonly (readonly [string, (saved: Record<string, unknown>) => unknown, string])[] = [
    ['a model of another shape', ({ model }) => ({ model: { ...(model as object), '0.weight': ones([1]) } }), 'loadStateDict: the state does not fit Sequential'],
    ['no optimizer', () => ({ optimizer: undefined }), 'Adam: the state'],
    ['a loader of nothing', () => ({ data: {} }), 'DataLoader: epoch must be'],
    ['a generator of text', () => ({ generators: [{ seed: 'x', counter: 0 }, { seed: 1, counter: 0 }] }), 'restoreCheckpoint: the state of generators.0 does not fit: RangeError: Generator: seed must be'],
    ['a generator of null', () => ({ generators: [null, null] }), 'restoreCheckpoint: the state of generators.0 does not fit: RangeError: Generator: seed must be a whole number'],
    ['too few generators', () => ({ generators: [{ seed: 1, counter: 0 }] }), 'restoreCheckpoint: the state of generators is [{"seed":1,"counter":0}]. Restore what the checkpoint was saved of.'],
    ['a tensor of another shape', () => ({ average: ones([3]) }), 'restoreCheckpoint: average is float32 [3] instead of float32 [8,2].'],
    ['a tensor of another dtype', () => ({ average: ones([8, 2], { dtype: 'int32' }) }), 'restoreCheckpoint: average is int32 [8,2] instead of float32 [8,2].'],
    ['a number for a tensor', () => ({ average: 3 }), 'restoreCheckpoint: the state of average is 3.'],
    ['a scheduler of text', () => ({ last: 'x' }), 'restoreCheckpoint: the checkpoint has no extra'],
  ]; // prettier-ignore
  it.each(changes)('changes nothing for %s', async (_, change, message) => {
    const { live, epoch } = loop();
    await epoch();
    const saved = await decodeCheckpoint<Record<string, unknown>>(await encodeCheckpoint(live));
    const other = loop();
    const everything = async (): Promise<string> => String(await encodeCheckpoint(other.live));
    const before = await everything();
    const wanted = message.includes('extra')
      ? { ...other.live, extra: new Accuracy() }
      : other.live;
    const restore = (): void =>
      restoreCheckpoint(wanted, { ...saved, ...(change(saved) as object) });
    expect(restore).toThrow(CheckpointError);
    expect(restore).toThrow(message);
    expect((await everything()) === before).toBe(true);
  });

  it('takes some of what was saved, and leaves numbers to the caller', async () => {
    const { live, epoch, bits } = loop();
    await epoch();
    const saved = await decodeCheckpoint(await encodeCheckpoint({ ...live, epoch: 3 }));
    const { live: other, bits: others } = loop();
    restoreCheckpoint({ model: other.model, average: other.average, epoch: 1, note: null }, saved);
    expect(others()).toBe(bits());
  });

  it('says what cannot be put back', () => {
    const half = { stateDict: () => 3 };
    expect(() => restoreCheckpoint({ half }, { half: 3 })).toThrow(
      'restoreCheckpoint: half has no loadStateDict.',
    );
  });
});

describe('what is saved', () => {
  it('comes back as it was: numbers that JSON has not, texts that look like tensors, odd names', async () => {
    const plain = {
      numbers: [NaN, -Infinity, -0, 5e-324],
      texts: ['tensor:t', 'text:tensor:t', 'number:NaN', '\ud800', ''],
      t: tensor([1]),
      empty: [{}, []],
      gone: undefined,
      ['__proto__' as string]: { constructor: true },
    };
    for (const { t, ...rest } of [plain]) {
      for (const parts of [plain, rest]) {
        const { t: back, ...found } = await decodeCheckpoint<typeof plain>(
          await encodeCheckpoint(parts),
        );
        const { gone: _, ...expected } = rest;
        expect(found).toEqual(expected);
        expect(Object.hasOwn(found, '__proto__') && !Object.hasOwn(found, 'gone')).toBe(true);
        expect(Object.getPrototypeOf(found)).toBe(Object.prototype);
        if (parts === plain) expect(String(back)).toBe(String(t));
      }
    }
  });

  const loopy: Record<string, unknown> = {};
  loopy.self = [loopy];
  it.each<[string, object, string]>([
    ['a list', [1, 2], 'encodeCheckpoint: a checkpoint must be an object of what is saved by names, got [1,2]. Pass { model, optimizer }, for one.'],
    ['a tensor alone', tensor([1]), 'encodeCheckpoint: a checkpoint must be an object of what is saved by names, got '],
    ['a function', { a: [() => 1] }, 'encodeCheckpoint: a.0 must be plain data, a tensor, a generator or something with stateDict, got function. Save its parts, or leave it out.'],
    ['a Map', { a: new Map() }, 'a must be plain data, a tensor, a generator or something with stateDict, got a Map.'],
    ['a typed array', { a: { b: new Float32Array(1) } }, 'a.b must be plain data, a tensor, a generator or something with stateDict, got a Float32Array.'],
    ['a bigint', { a: 1n }, 'got bigint.'],
    ['a symbol', { a: Symbol('x') }, 'got symbol.'],
    ['a hole in a list', { a: [undefined] }, 'a.0 must be plain data, a tensor, a generator or something with stateDict, got undefined.'],
    ['a ring', loopy, 'self.0 must be plain data, a tensor, a generator or something with stateDict, got what it is itself a part of.'],
    ['a date', new Date(0), 'encodeCheckpoint: a checkpoint must be plain data, a tensor, a generator or something with stateDict, got a Date.'],
  ])('is refused where it is %s', async (_, parts, message) => {
    const error: unknown = await encodeCheckpoint(parts).catch((e: unknown) => e);
    expect(error).toBeInstanceOf(CheckpointError);
    expect(String(error)).toContain(message);
  }); // prettier-ignore
});

describe('a file of states', () => {
  it('is refused at every length that it is cut off at, and with every byte changed', async () => {
    const bytes = await encodeCheckpoint({ t: tensor([1, 2]), epoch: 3 });
    const end = 8 + bytes[0]! + 256 * bytes[1]!;
    for (let i = 0; i < bytes.length; i++) {
      await expect(decodeCheckpoint(bytes.subarray(0, i), 'x')).rejects.toThrow(
        /^x: byte \d+: expected /,
      );
      if (i < end && bytes.subarray(i, end).every((b) => b === 0x20)) continue;
      const changed = bytes.slice();
      changed[i]! ^= 1;
      await expect(decodeCheckpoint(changed, 'x'), `byte ${i}`).rejects.toThrow(
        /^x: byte \d+: expected /,
      );
    }
  });

  const deep = `${'['.repeat(100_000)}${']'.repeat(100_000)}`;
  it.each<[readonly string[], string | undefined]>([
    [[], undefined], [[], ''], [[], '3'], [[], 'null'], [[], '[]'], [[], `{"a":${deep}}`],
    [['a'], '{}'],
    [['a'], '{"a":"tensor:b"}'],
    [['a'], '{"a":"tensor:a","b":"tensor:a"}'],
    [['a', 'b'], '{"a":"tensor:a"}'],
    [['__proto__'], '{"a":"tensor:toString"}'],
  ])('is refused for tensors %j where the states say %.40s', async (names, states) => {
    const texts = { format: 'kasane states 1', ...(states === undefined ? {} : { states }) };
    const read = (): Promise<unknown> => decodeCheckpoint(forged(names, texts), 'f');
    await expect(read()).rejects.toThrow(CheckpointError);
    await expect(read()).rejects.toThrow(/^f: byte 8: expected states that say each tensor once, got .{0,100}\. Take/);
  }); // prettier-ignore

  it('changes no prototype', async () => {
    const states = '{"__proto__":{"polluted":"tensor:__proto__"}}';
    const found = await decodeCheckpoint<object>(
      forged(['__proto__'], { format: 'kasane states 1', states }),
    );
    expect(Object.keys(found)).toEqual(['__proto__']);
    expect('polluted' in found || 'polluted' in {}).toBe(false);
  });

  it('is no checkpoint of a training', async () => {
    const { fit } = await import('../fit.ts');
    const model = new Linear(2, 1);
    const optimizer = new Adam(model.parameters());
    const resume = await decodeCheckpoint(
      await encodeCheckpoint({ model, optimizer, training: 3 }),
    );
    const run = fit(model, { x, y, loss: mseLoss, optimizer, epochs: 1, resume });
    await expect(run).rejects.toThrow('fit: the checkpoint has no state of a training.');
  });
});
