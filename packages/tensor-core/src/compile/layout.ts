/**
 * Where values are. Those that are made and used up within a call are in the arena: each takes the
 * place of what nobody reads any more. Parameters are updated where they are if their old numbers are
 * no longer needed by then.
 */
import { bytesPerElement } from '../dtype.ts';
import type { Written } from './outcome.ts';
import { madeBy, readBy, replacedBy, type Item, type Schedule } from './schedule.ts';
import type { Value } from './trace.ts';

export type Place =
  /** Bytes from the start of the plan's block, for what is kept from call to call; or of the arena, where nothing is. */
  | { readonly kind: 'block' | 'arena'; readonly offset: number }
  /** The word of the block that holds the address in the present call. */
  | { readonly kind: 'slot'; readonly word: number };

type ArenaPlace = Extract<Place, { kind: 'block' | 'arena' }>;

/** A copy at the end of a call. */
export interface Copy {
  readonly from: Value;
  /** The word with the address it goes to. */
  readonly word: number;
  readonly bytes: number;
}

/** A copy at the start of a call, of numbers that are overwritten before they are wanted. */
export interface Saved {
  readonly value: Value;
  readonly offset: number;
}

export interface Layout {
  readonly places: ReadonlyMap<Value, Place>;
  /** Slots of values that come from outside. */
  readonly sources: readonly { readonly value: Value; readonly word: number }[];
  /** The word of each output's address, in the order of the schedule's outputs. */
  readonly outputs: readonly number[];
  readonly constants: readonly { readonly value: Value; readonly offset: number }[];
  readonly saved: readonly Saved[];
  readonly copies: readonly Copy[];
  /** Where numbers that change from call to call start, 8 bytes each. */
  readonly live: number;
  /** Bytes of the block. */
  readonly block: number;
  /** Bytes of the arena. */
  readonly arena: number;
  /** Bytes that the arena would have if nothing took the place of anything. */
  readonly unshared: number;
}

const bytesOf = ({ dtype, length }: Value): number => length * bytesPerElement[dtype];

/** Small values at multiples of a vector, large ones at the start of a cache line. */
const round = (bytes: number): number => {
  const step = bytes > 256 ? 64 : 16;
  return Math.ceil(bytes / step) * step;
};

export function layOut({ items, outputs, written, parts }: Schedule, liveNumbers: number): Layout {
  const places = new Map<Value, Place>();
  const sources: { value: Value; word: number }[] = [];
  const constants: { value: Value; offset: number }[] = [];
  const { lastUse, madeAt } = lifetimes(items, parts);
  for (const { operand } of outputs) lastUse.set(operand.value, Infinity);
  for (const { value } of written) if (!madeAt.has(value)) lastUse.set(value, Infinity);

  let words = 0;
  const source = (value: Value): number => {
    const found = places.get(value);
    if (found?.kind === 'slot') return found.word;
    const word = words++;
    places.set(value, { kind: 'slot', word });
    sources.push({ value, word });
    return word;
  };
  for (const value of lastUse.keys()) {
    const { kind } = value.origin;
    if (kind !== 'op' && kind !== 'constant') source(value);
  }

  const copies: Copy[] = [];
  const outputWords = outputs.map(({ operand: { value } }) => {
    const word = words++;
    if (madeAt.has(value) && !places.has(value)) places.set(value, { kind: 'slot', word });
    else copies.push({ from: value, word, bytes: bytesOf(value) });
    return word;
  });
  for (const one of written) {
    const word = source(one.owner);
    if (canReplace(one, items, lastUse, madeAt) && !places.has(one.value)) {
      places.set(one.value, { kind: 'slot', word });
    } else {
      copies.push({ from: one.value, word, bytes: bytesOf(one.value) });
      lastUse.set(one.value, Infinity);
    }
  }

  const live = round(4 * words);
  let offset = round(live + 8 * liveNumbers);
  for (const value of lastUse.keys()) {
    if (value.origin.kind !== 'constant') continue;
    places.set(value, { kind: 'block', offset });
    constants.push({ value, offset });
    offset += round(bytesOf(value));
  }
  // What one tensor held before another tensor is to hold, while itself it is given something else.
  const saved: Saved[] = [];
  for (const { value } of written) {
    if (!written.some(({ owner }) => owner === value)) continue;
    saved.push({ value, offset });
    offset += round(bytesOf(value));
  }
  const { arena, unshared } = fillArena(items, lastUse, places, parts);
  return {
    places,
    sources,
    outputs: outputWords,
    constants,
    saved,
    copies,
    live,
    block: offset,
    arena,
    unshared,
  };
}

function lifetimes(
  items: readonly Item[],
  parts: Schedule['parts'],
): {
  lastUse: Map<Value, number>;
  madeAt: Map<Value, number>;
} {
  const lastUse = new Map<Value, number>();
  const madeAt = new Map<Value, number>();
  items.forEach((item, i) => {
    if (item.kind === 'upload') lastUse.set(item.value, Infinity);
    for (const value of heldFor(item, parts)) lastUse.set(value, i);
    for (const value of madeBy(item)) {
      madeAt.set(value, i);
      lastUse.set(value, i);
    }
  });
  return { lastUse, madeAt };
}

/** What an item reads, or reads a part of. */
const heldFor = (item: Item, parts: Schedule['parts']): readonly Value[] =>
  readBy(item).map((value) => parts.get(value)?.value ?? value);

/** True if the new value of a tensor can be made right where the old one is. */
function canReplace(
  { owner, value }: Written,
  items: readonly Item[],
  lastUse: ReadonlyMap<Value, number>,
  madeAt: ReadonlyMap<Value, number>,
): boolean {
  const at = madeAt.get(value);
  // An index that is out of range must find tensors either all updated or all as they were.
  if (at === undefined || at < lastCheck(items)) return false;
  const read = lastUse.get(owner) ?? -1;
  return read < at || (read === at && replacedBy(items[at]!).includes(owner));
}

function lastCheck(items: readonly Item[]): number {
  return items.findLastIndex((item) => 'step' in item && item.step.checked);
}

function fillArena(
  items: readonly Item[],
  lastUse: ReadonlyMap<Value, number>,
  places: Map<Value, Place>,
  parts: Schedule['parts'],
): { arena: number; unshared: number } {
  // Free pieces by offset, and the values whose pieces become free, by the item that reads them last.
  const free: { offset: number; bytes: number }[] = [];
  const held = new Map<Value, { offset: number; bytes: number }>();
  let end = 0;
  let unshared = 0;
  const take = (bytes: number): { offset: number; bytes: number } => {
    let best = -1;
    free.forEach((piece, i) => {
      if (piece.bytes >= bytes && (best < 0 || piece.bytes < free[best]!.bytes)) best = i;
    });
    const piece = free[best];
    if (piece === undefined) {
      const last = free.at(-1);
      // A piece at the end that is too small can grow.
      const offset =
        last !== undefined && last.offset + last.bytes === end ? free.pop()!.offset : end;
      end = offset + bytes;
      return { offset, bytes };
    }
    if (piece.bytes === bytes) free.splice(best, 1);
    else free[best] = { offset: piece.offset + bytes, bytes: piece.bytes - bytes };
    return { offset: piece.offset, bytes };
  };
  const give = (piece: { offset: number; bytes: number }): void => {
    let i = free.findIndex(({ offset }) => offset > piece.offset);
    if (i < 0) i = free.length;
    const [before, after] = [free[i - 1], free[i]];
    const merged = { ...piece };
    let [from, count] = [i, 0];
    if (after !== undefined && piece.offset + piece.bytes === after.offset) {
      merged.bytes += after.bytes;
      count++;
    }
    if (before !== undefined && before.offset + before.bytes === piece.offset) {
      merged.offset = before.offset;
      merged.bytes += before.bytes;
      from--;
      count++;
    }
    free.splice(from, count, merged);
  };

  items.forEach((item, i) => {
    const dying = [...new Set(heldFor(item, parts))].filter(
      (v) => held.has(v) && lastUse.get(v) === i,
    );
    const readInPart = readBy(item).map((value) => parts.get(value)?.value);
    const vacant = replacedBy(item).filter((v) => dying.includes(v) && !readInPart.includes(v));
    const made = madeBy(item);
    for (const value of made) {
      if (places.has(value)) continue;
      const part = parts.get(value);
      if (part !== undefined) {
        const whole = places.get(part.value) as ArenaPlace; // no part is of what leaves
        places.set(value, { kind: 'arena', offset: whole.offset + part.offset });
        continue;
      }
      const bytes = round(bytesOf(value));
      unshared += bytes;
      const from = vacant.find((v) => held.get(v)?.bytes === bytes);
      const piece = from === undefined ? take(bytes) : held.get(from)!;
      if (from !== undefined) held.delete(from);
      held.set(value, piece);
      places.set(value, { kind: 'arena', offset: piece.offset });
    }
    for (const one of [...dying, ...made]) {
      const piece = held.get(one);
      if (piece !== undefined && lastUse.get(one) === i) {
        held.delete(one);
        give(piece);
      }
    }
  });
  return { arena: end, unshared };
}
