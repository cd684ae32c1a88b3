import { CheckpointError, tensor, type Tensor } from '@kasane/tensor-core';
import fc from 'fast-check';
import { readFile } from 'node:fs/promises';
import { describe, expect, it } from 'vitest';
import { decodeSafetensors, encodeSafetensors } from './safetensors.ts';

const fixture = (name: string): URL => new URL(`../../test/fixtures/${name}`, import.meta.url);

/** A file with a header, its length before it, and values behind it. */
const file = (header: string, data: readonly number[] | Uint8Array = []): Uint8Array => {
  const text = new TextEncoder().encode(header);
  const bytes = new Uint8Array(8 + text.length + data.length);
  new DataView(bytes.buffer).setUint32(0, text.length, true);
  bytes.set(text, 8);
  bytes.set(data, 8 + text.length);
  return bytes;
};

/** A file of one tensor x. */
const one = (dtype: string, values: { readonly buffer: ArrayBuffer }, size: number): Uint8Array => {
  const data = new Uint8Array(values.buffer);
  const entry = { dtype, shape: [size], data_offsets: [0, data.length] };
  return file(JSON.stringify({ x: entry }), data);
};

describe('dtypes of safetensors', () => {
  it('are read from what the Python package writes, to the bits that NumPy has', async () => {
    const { tensors, metadata } = await decodeSafetensors(
      await readFile(fixture('dtypes.safetensors')),
    );
    const halves: Record<string, number[]> = JSON.parse(
      await readFile(fixture('dtypes.json'), 'utf8'),
    );
    expect(metadata).toEqual({ by: 'numpy' });
    for (const [name, bits] of Object.entries(halves)) {
      const values = tensors[name]!.dataSync();
      expect([name, tensors[name]!.dtype]).toEqual([name, 'float32']);
      expect([...new Uint32Array(values.buffer, values.byteOffset, values.length)]).toEqual(bits);
    }
    const read = (name: string): unknown[] => {
      const { dtype, shape } = tensors[name]!;
      return [dtype, shape, tensors[name]!.toArray()];
    };
    const [low, high] = [-(2 ** 31), 2 ** 31 - 1];
    for (const [name, least, most] of [
      ['int8', -128, 127],
      ['uint8', 0, 255],
      ['int16', -32768, 32767],
      ['uint16', 0, 65535],
      ['int32', low, high],
      ['uint32', 0, high],
      ['int64', low, high],
      ['uint64', 0, high],
    ] as const) {
      expect([name, ...read(name)]).toEqual([name, 'int32', [1, 4], [[least, 0, 7, most]]]);
    }
    expect(read('num_batches_tracked')).toEqual(['int32', [], 1234567890]);
    expect(read('F32')).toEqual(['float32', [2], [Math.fround(0.1), -0]]);
    expect(read('F64')).toEqual(['float64', [2], [0.1, 5e-324]]);
    expect(read('BOOL')).toEqual(['bool', [3], [true, false, true]]);
  });

  it('read every half and every bfloat16 as the float32 of the same value', async () => {
    const all = Uint16Array.from({ length: 65536 }, (_, i) => i);
    const halves = (await decodeSafetensors(one('F16', all, 65536))).tensors.x!.dataSync();
    const brains = (await decodeSafetensors(one('BF16', all, 65536))).tensors.x!.dataSync();
    const view = new DataView(new ArrayBuffer(4));
    const wrong = Array.from(all).filter((bits) => {
      const [sign, exponent, fraction] = [bits & 0x8000 ? -1 : 1, (bits >> 10) & 31, bits & 1023];
      const special = fraction === 0 ? sign * Infinity : NaN;
      const finite = sign * (exponent === 0 ? fraction / 1024 : 1 + fraction / 1024);
      const half = exponent === 31 ? special : finite * 2 ** (Math.max(exponent, 1) - 15);
      view.setUint32(0, bits << 16);
      return !Object.is(halves[bits], half) || !Object.is(brains[bits], view.getFloat32(0));
    });
    expect(wrong).toEqual([]);
  });

  it.each([
    ['I64', BigInt64Array.of(1n, 2n ** 31n), '2147483648 at 1'],
    ['I64', BigInt64Array.of(-(2n ** 31n) - 1n), '-2147483649 at 0'],
    ['I64', BigInt64Array.of(2n ** 53n + 1n), '9007199254740993 at 0'],
    ['I64', BigInt64Array.of(2n ** 32n + 5n), '4294967301 at 0'],
    ['U64', BigUint64Array.of(0n, 0n, 2n ** 64n - 1n), '18446744073709551615 at 2'],
    ['U32', Uint32Array.of(2 ** 31), '2147483648 at 0'],
  ])('refuse a value of %s that int32 does not hold', async (dtype, values, found) => {
    const start = one(dtype, values, values.length).length - values.byteLength;
    const at = start + Number(found.split(' ').at(-1)) * values.BYTES_PER_ELEMENT;
    await expect(decodeSafetensors(one(dtype, values, values.length), 'f')).rejects.toThrow(
      `f: byte ${at}: expected values of x that fit into int32, as which ${dtype} is read, got ${found}. Save it as F64, or leave it out.`,
    );
  });

  it('refuse a truth value that is neither 0 nor 1', async () => {
    await expect(decodeSafetensors(one('BOOL', Uint8Array.of(1, 2), 2))).rejects.toThrow(
      'expected values of x that fit into bool, as which BOOL is read, got 2 at 1. The file is damaged',
    );
  });

  it.each(['F8_E4M3', 'F8_E5M2', 'F4', 'C64', '__proto__', 'constructor'])(
    'refuse %s',
    async (dtype) => {
      await expect(decodeSafetensors(one(dtype, new Uint8Array(8), 8))).rejects.toThrow(
        `expected x as F64, F32, F16, BF16, I64, U64, I32, U32, I16, U16, I8, U8, BOOL, got ${dtype}. Save it as one of these.`,
      );
    },
  );
});

describe('headers of safetensors', () => {
  const entry = '{"dtype":"BOOL","shape":[1],"data_offsets":[0,1]}';
  it.each([
    ['a space first', ` {"x":${entry}}`, 'expected a header that begins with \'{\', got " "'],
    ['an empty one', '', "expected a header that begins with '{', got an empty one"],
    ['a list', '[]', 'expected a header that begins with \'{\', got "["'],
    ['a tensor twice', `{"x":${entry},"x":${entry}}`, 'expected every key once, got "x" twice'],
    ['a tensor twice, once escaped', `{"x":${entry},"\\u0078" : ${entry}}`, 'got "x" twice'],
    ['a dtype twice', `{"x":{"dtype":"F32","dtype":"BOOL","shape":[1],"data_offsets":[0,1]}}`, 'got "dtype" twice'],
    ['a text twice', '{"__metadata__":{"a":"1","a":"2"}}', 'got "a" twice'],
    ['metadata twice', '{"__metadata__":{},"__metadata__":{}}', 'got "__metadata__" twice'],
    ['a number as text', '{"__metadata__":{"a":1}}', 'expected __metadata__ of texts, got {"a":1}'],
    ['null as metadata', '{"__metadata__":null}', 'expected __metadata__ of texts, got null'],
    ['null as text', '{"__metadata__":{"a":null}}', 'expected __metadata__ of texts, got {"a":null}'],
    ['a list as metadata', '{"__metadata__":["a"]}', 'expected __metadata__ of texts, got ["a"]'],
    ['null as tensor', '{"x":null}', 'expected dtype, shape and data_offsets of x, got null'],
    ['a hole', '{"x":{"dtype":"BOOL","shape":[1],"data_offsets":[1,2]}}', 'got those at 1'],
    ['shared bytes', `{"x":${entry},"y":${entry}}`, 'got those at 0'],
    ['a negative size', '{"x":{"dtype":"BOOL","shape":[-1,-1],"data_offsets":[0,1]}}', 'data_offsets of x, got'],
    ['offsets turned round', '{"x":{"dtype":"BOOL","shape":[1],"data_offsets":[1,0]}}', 'got -1 bytes'],
    ['too large a shape', '{"x":{"dtype":"F64","shape":[9007199254740991,9007199254740991],"data_offsets":[0,1]}}', 'bytes of x, got 1 bytes'],
    ['half a text', '{"x', 'expected a header in JSON'],
  ])('are refused for %s', async (_, header, message) => {
    const read = (): Promise<unknown> => decodeSafetensors(file(header, [1]), 'f');
    await expect(read()).rejects.toThrow(CheckpointError);
    await expect(read()).rejects.toThrow(message);
  }); // prettier-ignore

  it.each(['[', '{"a":', '{"__metadata__":['])(
    'are refused 100,000 times %s deep',
    async (open) => {
      const closing = open.endsWith('[') ? ']' : '}';
      const inner = `${open.repeat(100_000)}1${closing.repeat(100_000)}`;
      for (const header of [inner, `{"x":${inner}}`, `{"__metadata__":{"a":${inner}}}`]) {
        await expect(decodeSafetensors(file(header), 'f')).rejects.toThrow(CheckpointError);
        await expect(decodeSafetensors(file(header), 'f')).rejects.toThrow(
          /^f: byte 8: expected .{0,200}$/,
        );
      }
    },
  );

  it('are refused above the length that the format allows, before they are read', async () => {
    const bytes = new Uint8Array(100);
    new DataView(bytes.buffer).setBigUint64(0, 2n ** 40n, true);
    await expect(decodeSafetensors(bytes, 'f')).rejects.toThrow(
      'f: byte 0: expected a header of no more than 100000000 bytes, got 1099511627776 bytes.',
    );
  });

  it('with any byte changed give a tensor or a CheckpointError, and nothing else', async () => {
    const bytes = await encodeSafetensors({ a: tensor([1]), b: tensor([true]) }, { c: 'd' });
    await fc.assert(
      fc.asyncProperty(fc.nat(bytes.length - 1), fc.nat(255), async (at, value) => {
        const changed = bytes.slice();
        changed[at] = value;
        try {
          await decodeSafetensors(changed);
        } catch (error) {
          expect(error).toBeInstanceOf(CheckpointError);
        }
      }),
      { numRuns: 2000 },
    );
  });
});

describe('what is written', () => {
  it('keeps any name that is text, as an own field', async () => {
    for (const name of ['__proto__', 'constructor', 'toString', '', 'a"\\b', '重ね 🙂']) {
      const named = Object.fromEntries([[name, tensor([7])]]);
      const { tensors } = await decodeSafetensors(await encodeSafetensors(named));
      expect(Object.keys(tensors)).toEqual([name]);
      expect(Object.getPrototypeOf(tensors)).toBe(Object.prototype);
      expect(Object.values(tensors)[0]!.toArray()).toEqual([7]);
    }
  });

  it.each<[string, Record<string, Tensor>, unknown, string]>([
    ['a tensor called __metadata__', { __metadata__: tensor([1]) }, {}, 'a tensor must have a name of whole characters other than __metadata__, got "__metadata__". Give it another name.'],
    ['half a character in a name', { '\ud800': tensor([1]) }, {}, 'a tensor must have a name of whole characters'],
    ['a number as text', {}, { a: 1 }, 'metadata must be an object of texts of whole characters, got {"a":1}. Write numbers and lists as JSON.'],
    ['null as text', {}, { a: null }, 'metadata must be an object of texts'],
    ['null as metadata', {}, null, 'metadata must be an object of texts'],
    ['half a character in a text', {}, { a: '\udc00' }, 'metadata must be an object of texts'],
  ])('has not %s', async (_, tensors, metadata, message) => {
    // As a program without types would call it.
    const written = encodeSafetensors(tensors, metadata as Record<string, string>);
    await expect(written).rejects.toThrow(CheckpointError);
    await expect(written).rejects.toThrow(message);
  }); // prettier-ignore
});
