import { sizeOf } from '@kasane/tensor-core';
import { fileDTypes } from './dtypes.ts';

/** How the header describes a tensor. @internal */
export interface Entry {
  readonly dtype: string;
  readonly shape: readonly number[];
  readonly data_offsets: readonly [number, number];
}

/** What a header says. @internal */
export interface Header {
  readonly entries: Readonly<Record<string, Entry>>;
  readonly metadata: Readonly<Record<string, string>>;
}

/** Tells what was expected at a byte of the file, what is there, and the way out if a whole file is none. @internal */
export type Fail = (offset: number, expected: string, got: unknown, way?: string) => never;

/** As the safetensors package has it. @internal */
export const LONGEST = 100_000_000;
/** Header, tensor, shape. */
const DEEPEST = 3;
const COLON = /\s*:/y;

/** The header in bytes that follow the 8 of its length, every entry checked against the values' size. @internal */
export function readHeader(bytes: Uint8Array, dataBytes: number, fail: Fail): Header {
  if (bytes[0] !== 0x7b) fail(8, "a header that begins with '{'", firstOf(bytes));
  let text = '';
  let header: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    header = JSON.parse(text);
  } catch (error) {
    fail(8, 'a header in JSON', error);
  }
  checkKeys(text, fail);
  // Text that is JSON and begins with a brace is an object.
  const { __metadata__: metadata = {}, ...entries } = header as Record<string, unknown>;
  if (!isTexts(metadata)) fail(8, '__metadata__ of texts', brief(metadata));
  checkEntries(entries, 8 + bytes.length, dataBytes, fail);
  // Every value of both was looked at above.
  return { entries: entries as Header['entries'], metadata: metadata as Header['metadata'] };
}

/** `JSON.parse` takes the last of two values of a key, and another program perhaps the first. */
function checkKeys(text: string, fail: Fail): void {
  const open: Set<string>[] = [];
  for (let i = 0; i < text.length; i++) {
    const mark = text[i]!;
    if (mark === '{' || mark === '[') {
      if (open.length === DEEPEST) fail(8, `a header of ${DEEPEST} levels`, 'a deeper one');
      open.push(new Set());
    } else if (mark === '}' || mark === ']') {
      open.pop();
    } else if (mark === '"') {
      const start = i++;
      while (text[i] !== '"') i += text[i] === '\\' ? 2 : 1; // JSON.parse saw that it ends
      COLON.lastIndex = i + 1;
      if (!COLON.test(text)) continue;
      const key = String(JSON.parse(text.slice(start, i + 1)));
      const keys = open.at(-1)!; // keys stand in objects
      if (keys.has(key)) fail(8, 'every key once', `${JSON.stringify(key)} twice`);
      keys.add(key);
    }
  }
}

/** All the bytes belong to one tensor each. */
function checkEntries(
  entries: Readonly<Record<string, unknown>>,
  start: number,
  dataBytes: number,
  fail: Fail,
): void {
  const spans: (readonly [number, number])[] = [];
  for (const [name, entry] of Object.entries(entries)) {
    if (!isEntry(entry)) return fail(8, `dtype, shape and data_offsets of ${name}`, brief(entry));
    const dtype = fileDTypes.get(entry.dtype);
    if (dtype === undefined) {
      const known = [...fileDTypes.keys()].join(', ');
      return fail(8, `${name} as ${known}`, entry.dtype, 'Save it as one of these.');
    }
    const [from, to] = entry.data_offsets;
    const size = sizeOf(entry.shape) * dtype.bytes;
    if (to - from !== size) fail(start + from, `${size} bytes of ${name}`, `${to - from} bytes`);
    spans.push(entry.data_offsets);
  }
  let end = 0;
  for (const [from, to] of spans.sort((a, b) => a[0] - b[0] || a[1] - b[1])) {
    if (from !== end) fail(start + end, 'the values of the next tensor', `those at ${from}`);
    end = to;
  }
  if (end !== dataBytes) {
    fail(start + dataBytes, `a file of ${start + end} bytes`, `${start + dataBytes} bytes`);
  }
}

/** Whether a value is an object, and no array. @internal */
export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Whether a value is an object of texts. @internal */
export function isTexts(value: unknown): value is Record<string, string> {
  return isRecord(value) && Object.values(value).every((text) => typeof text === 'string');
}

function isEntry(value: unknown): value is Entry {
  if (!isRecord(value)) return false;
  const { dtype, shape, data_offsets: offsets } = value;
  return typeof dtype === 'string' && isSizes(shape) && isSizes(offsets) && offsets.length === 2;
}

function isSizes(value: unknown): value is number[] {
  return Array.isArray(value) && value.every((size) => Number.isSafeInteger(size) && size >= 0);
}

/** The beginning of a value as JSON. @internal */
export function brief(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 80 ? `${text.slice(0, 80)}…` : text;
}

function firstOf(bytes: Uint8Array): string {
  return bytes.length === 0 ? 'an empty one' : JSON.stringify(String.fromCharCode(bytes[0]!));
}
