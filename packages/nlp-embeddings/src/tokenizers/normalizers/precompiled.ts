import { DataError } from '@kasane/tensor-core';
import { Rewriter, unitsAt, type AlignedText } from '../aligned-text.ts';
import type { Json } from '../fields.ts';
import { bytesOf } from '../given.ts';
import { Normalizer } from './normalizer.ts';

const encoder = new TextEncoder();
const decoder = new TextDecoder();

/**
 * The table of replacements that SentencePiece compiles into its models: for a run of bytes other bytes.
 *
 * Its trie is a double array as Darts-clone writes it: units of 32 bits with the label of the byte that leads there, the
 * offset to its children, and whether a value stands among them.
 */
class CharsMap {
  readonly #units: Uint32Array;
  readonly #strings: Uint8Array;

  constructor(given: Uint8Array, place: string) {
    const bytes = bytesOf(place, 'the table', given);
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
    const size = bytes.length < 4 ? -1 : view.getUint32(0, true);
    if (size < 4 || size % 4 !== 0 || 4 + size > bytes.length) {
      throw new DataError(
        `${place}: expected a compiled table of characters, its trie first, got ${bytes.length} bytes${size < 0 ? '' : ` of which ${size} are the trie`}.`,
      );
    }
    this.#units = Uint32Array.from({ length: size / 4 }, (_, i) => view.getUint32(4 + 4 * i, true));
    this.#strings = bytes.subarray(4 + size);
  }

  /** The shortest or longest run from `from` on that is in the table: its length and replacement. */
  find(
    bytes: Uint8Array,
    from: number,
    to: number,
    longest: boolean,
  ): { readonly length: number; readonly text: string } | null {
    const units = this.#units;
    let node = offsetOf(units[0]!);
    let length = 0;
    let value = 0;
    for (let at = from; at < to; at++) {
      node ^= bytes[at]!;
      const unit = units[node];
      // The label is the byte, and the sign bit marks values.
      if (unit === undefined || (unit & 0x800000ff) >>> 0 !== bytes[at]!) break;
      node ^= offsetOf(unit);
      if (((unit >>> 8) & 1) === 0) continue;
      [length, value] = [at + 1 - from, units[node]! & 0x7fffffff];
      if (!longest) break;
    }
    if (length === 0) return null;
    const end = this.#strings.indexOf(0, value);
    const text = decoder.decode(
      this.#strings.subarray(value, end < 0 ? this.#strings.length : end),
    );
    return { length, text };
  }
}

function offsetOf(unit: number): number {
  return (unit >>> 10) << ((unit & 0x200) >>> 6);
}

/** Replaces characters of a text by others, each of which comes from the one in its place, those beyond from the last. */
function substitute(rewriter: Rewriter, old: string, at: number, text: string): void {
  const places: number[] = [];
  for (let i = 0; i < old.length; i += unitsAt(old, i)) places.push(at + i);
  let place = 0;
  for (const char of text) {
    const from = places[Math.min(place, places.length - 1)]!;
    rewriter.put(char, from, from + unitsAt(old, from - at));
    place++;
  }
}

/**
 * The replacements that were compiled into a SentencePiece model, applied as Hugging Face's `Precompiled` does: to what looks like one
 * character (a grapheme of less than 6 bytes), else to each code point.
 *
 * @throws {@link DataError} for bytes that are no such table.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * let message = '';
 * try {
 *   new normalizers.Precompiled(new Uint8Array(2));
 * } catch (error) {
 *   message = String(error);
 * }
 * message; // => DataError: Precompiled: expected a compiled table of characters, its trie first, got 2 bytes.
 */
export class Precompiled extends Normalizer {
  readonly charsMap: Uint8Array;
  /** @internal */
  protected readonly table: CharsMap;

  constructor(charsMap: Uint8Array, place: string = 'Precompiled') {
    super();
    this.charsMap = charsMap;
    this.table = new CharsMap(charsMap, place);
  }

  /** From the base64 text of a tokenizer.json, at `place` in it. */
  static fromBase64(text: string, place: string): Precompiled {
    try {
      return new Precompiled(
        Uint8Array.from(atob(text), (char) => char.charCodeAt(0)),
        place,
      );
    } catch (cause) {
      if (cause instanceof DataError) throw cause;
      throw new DataError(`${place}: expected base64.`, { cause });
    }
  }

  normalize(source: AlignedText): AlignedText {
    const rewriter = new Rewriter(source);
    let changes = false;
    const replace = (old: string, at: number): boolean => {
      const bytes = encoder.encode(old);
      const found = this.table.find(bytes, 0, bytes.length, false);
      if (found === null) return false;
      substitute(rewriter, old, at, found.text);
      changes = true;
      return true;
    };
    for (const { segment, index } of graphemes().segment(source.text)) {
      if (encoder.encode(segment).length < 6 && replace(segment, index)) continue;
      for (let at = 0; at < segment.length; at += unitsAt(segment, at)) {
        const char = segment.slice(at, at + unitsAt(segment, at));
        if (!replace(char, index + at)) rewriter.copy(index + at, index + at + char.length);
      }
    }
    return changes ? rewriter.done() : source;
  }

  override toJSON(): Json {
    let binary = '';
    for (const byte of this.charsMap) binary += String.fromCharCode(byte);
    return { type: 'Precompiled', precompiled_charsmap: btoa(binary) };
  }
}

let segmenter: Intl.Segmenter | undefined;

function graphemes(): Intl.Segmenter {
  return (segmenter ??= new Intl.Segmenter(undefined, { granularity: 'grapheme' }));
}

/**
 * The replacements that were compiled into a SentencePiece model, applied as SentencePiece does: the longest run that is in the table, from left to
 * right. In tokenizer.json it is `Precompiled`, which differs for few sequences of marks.
 *
 * @throws {@link DataError} for bytes that are no such table.
 *
 * @example
 * import { normalizers } from '@kasane/nlp-embeddings/tokenizers';
 * normalizers.SentencePieceCharsMap.prototype instanceof normalizers.Precompiled; // => true
 */
export class SentencePieceCharsMap extends Precompiled {
  override normalize(source: AlignedText): AlignedText {
    const { text } = source;
    const bytes = encoder.encode(text);
    const rewriter = new Rewriter(source);
    let changes = false;
    for (let unit = 0, at = 0; unit < text.length;) {
      const found = this.table.find(bytes, at, bytes.length, true);
      const start = unit;
      const end = at + (found?.length ?? 1);
      // Units for the bytes that are passed: characters of four bytes have two, others one.
      do {
        const lead = bytes[at]!;
        at += lead < 0x80 ? 1 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : 4;
        unit += lead < 0xf0 ? 1 : 2;
      } while (at < end);
      if (found === null) rewriter.copy(start, unit);
      else {
        substitute(rewriter, text.slice(start, unit), start, found.text);
        changes = true;
      }
    }
    return changes ? rewriter.done() : source;
  }
}
