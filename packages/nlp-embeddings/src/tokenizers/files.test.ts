/** What becomes of tokenizer.json when it is damaged. */
import { readFileSync } from 'node:fs';
import { DataError } from '@kasane/tensor-core';
import { describe, expect, it } from 'vitest';
import type { Json } from './fields.ts';
import { Tokenizer } from './tokenizer.ts';

const url = new URL('../../test/fixtures/tokenizers/tokenizers.json', import.meta.url);
// Written by generate.py beside it.
const { cases } = JSON.parse(readFileSync(url, 'utf8')) as {
  cases: { name: string; json: Json }[];
};

type Key = string | number;

/** The ways to all fields of a file, and to the first few of long lists and vocabularies. */
function ways(value: Json, way: readonly Key[] = []): (readonly Key[])[] {
  if (Object(value) !== value) return [way];
  const keys = Array.isArray(value) ? [...value.keys()] : Object.keys(value as object);
  const inner = keys.slice(0, keys.length > 20 ? 3 : 20);
  return [way, ...inner.flatMap((key) => ways(Reflect.get(Object(value), key), [...way, key]))];
}

/** The file with another value at the end of a way; without the field for undefined. */
function replaced(value: Json, [key, ...way]: readonly Key[], other: Json | undefined): unknown {
  if (key === undefined) return other;
  const copy: Record<Key, unknown> | unknown[] = Array.isArray(value)
    ? [...value]
    : { ...(value as object) };
  const inner = replaced(Reflect.get(copy, key), way, other);
  if (inner !== undefined) Reflect.set(copy, key, inner);
  else if (Array.isArray(copy)) copy.splice(Number(key), 1);
  else Reflect.deleteProperty(copy, key);
  return copy;
}

const others: (Json | undefined)[] = [undefined, null, 1.5, -1, 'x', [], {}];

describe('Tokenizer.fromJSON', () => {
  it.each(cases)('names the file and the place of what is damaged: $name', ({ json }) => {
    let refused = 0;
    for (const way of ways(json).slice(1)) {
      for (const other of others) {
        const damaged = replaced(json, way, other);
        try {
          Tokenizer.fromJSON(damaged, 'my.json');
        } catch (error) {
          refused++;
          expect(error, `${way.join('.')} = ${JSON.stringify(other)}`).toBeInstanceOf(DataError);
          const { message } = error as Error; // as was looked at
          expect(message).toMatch(/^my\.json(?:\.\w+|\[(?:\d+|"[^"]*")\])*: [^]+\.$/);
          // The engine's own words.
          expect(message).not.toMatch(/undefined|is not a function|cannot|not iterable/i);
        }
      }
    }
    expect(refused).toBeGreaterThan(50);
  });

  it('refuses text that is cut off, wherever', () => {
    const text = JSON.stringify(cases[0]!.json);
    for (let length = 0; length < text.length; length += 401) {
      expect(() => Tokenizer.fromJSON(text.slice(0, length), 'cut.json')).toThrow(
        /^cut\.json: expected JSON, but at .* the file is cut off or of another kind\.$/,
      );
    }
  });

  it('says what is wrong', () => {
    const { json } = cases[0]!;
    const damaged = (way: readonly Key[], other: Json | undefined) => () =>
      Tokenizer.fromJSON(replaced(json, way, other));
    expect(damaged(['model', 'dropout'], 2)).toThrow(
      'tokenizer.json.model: BPE: dropout must be from 0 to 1, got 2.',
    );
    expect(damaged(['model', 'merges', 1], 'a b c')).toThrow(
      "tokenizer.json.model.merges[1]: expected two tokens, got 'a b c'.",
    );
    expect(damaged(['model', 'merges', 1], ['深', 't'])).toThrow(
      'tokenizer.json.model: BPE: of merge 1, ["深","t"], "深" is not in the vocabulary.',
    );
    expect(damaged(['pre_tokenizer', 'type'], 'BytesLevel')).toThrow(
      /tokenizer\.json\.pre_tokenizer: the type "BytesLevel" is not supported; there are .*ByteLevel/,
    );
    expect(damaged(['added_tokens', 0, 'id'], 7)).toThrow(/added_tokens.*has the id 7, but/);
    expect(damaged(['version'], '2.0')).toThrow(/tokenizer\.json\.version: expected "1\.0"/);
    expect(() => Tokenizer.fromJSON([])).toThrow('tokenizer.json: expected an object');
  });
});
