/** Bytes in common that are worth copying where copying stands already. */
const ON = 3;
/** Bytes by which places are found. */
const KEY = 8;
/** Places that are tried for the same bytes. */
const TRIES = 64;

/** What `patched` of src/backends/wasm/patch.ts makes `to` of, given `from`; short where the two have much in common. */
export function makePatch(from: Uint8Array, to: Uint8Array): Uint8Array {
  const places = placesOf(from);
  const out: number[] = [];
  const put = (value: number): void => {
    let rest = value;
    for (; rest > 127; rest = Math.floor(rest / 128)) out.push((rest % 128) + 128);
    out.push(rest);
  };
  put(to.length);
  let copied = 0; // the end of what was copied last
  let own: number[] = [];
  const copy = (at: number, length: number): void => {
    put(own.length);
    out.push(...own);
    const move = at - (copied + own.length);
    put(move < 0 ? -2 * move - 1 : 2 * move);
    put(length);
    copied = at + length;
    own = [];
  };
  for (let i = 0; i < to.length;) {
    let best = copied + own.length;
    let length = commonLength(from, best, to, i);
    if (length < ON) length = 0;
    for (const at of places.get(keyAt(to, i)) ?? []) {
      const found = commonLength(from, at, to, i);
      // Moving costs a few bytes.
      if (found > length + ON) [best, length] = [at, found];
    }
    if (length === 0) own.push(to[i++]!);
    else {
      copy(best, length);
      i += length;
    }
  }
  if (own.length > 0) copy(copied + own.length, 0);
  return Uint8Array.from(out);
}

function keyAt(bytes: Uint8Array, at: number): string {
  return String.fromCharCode(...bytes.subarray(at, at + KEY));
}

function placesOf(bytes: Uint8Array): Map<string, number[]> {
  const places = new Map<string, number[]>();
  for (let at = 0; at + KEY <= bytes.length; at++) {
    const key = keyAt(bytes, at);
    const same = places.get(key);
    if (same === undefined) places.set(key, [at]);
    else if (same.length < TRIES) same.push(at);
  }
  return places;
}

function commonLength(a: Uint8Array, from: number, b: Uint8Array, at: number): number {
  let length = 0;
  while (
    from + length < a.length &&
    at + length < b.length &&
    a[from + length] === b[at + length]
  ) {
    length++;
  }
  return length;
}
