/**
 * Random choices that can be made again, and made smaller.
 *
 * A case is a function of the list of whole numbers that were drawn for it, its tape. To shrink a case is to
 * shorten the tape and lower its numbers, as Hypothesis does; what depends on an earlier draw (a dim on the
 * number of dims) follows by itself. fast-check's `chain` would make such values, but shrinks only the last
 * link of them.
 */

/** Numbers in [0, 1), the same for the same seed. */
export function stream(seed: number): () => number {
  let state = seed >>> 0;
  return () => {
    // mulberry32
    state = (state + 0x6d2b79f5) >>> 0;
    let t = Math.imul(state ^ (state >>> 15), state | 1);
    t ^= t + Math.imul(t ^ (t >>> 7), t | 61);
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** A seed made of a number and a text. */
export function seedOf(seed: number, text: string): number {
  let hash = seed >>> 0;
  for (const character of text) hash = Math.imul(hash ^ character.codePointAt(0)!, 0x01000193);
  return (hash ^ (hash >>> 13)) >>> 0;
}

/** Draws numbers and writes them down, or reads them from a tape; beyond its end all are the least. */
export class Draw {
  readonly tape: number[] = [];
  readonly #next: (range: number) => number;

  constructor(source: number | readonly number[]) {
    if (typeof source === 'number') {
      const random = stream(source);
      this.#next = (range) => Math.floor(random() * (range + 1));
    } else {
      this.#next = (range) => Math.min(source[this.tape.length] ?? 0, range);
    }
  }

  /** A whole number from low to high; low is the simplest. */
  int(low: number, high: number): number {
    const value = this.#next(high - low);
    this.tape.push(value);
    return low + value;
  }

  /** True in so many of a hundred cases; false is simpler. */
  chance(percent: number): boolean {
    return this.int(0, 99) >= 100 - percent;
  }

  /** One of the list, the simplest first. */
  pick<const T>(list: readonly T[]): T {
    return list[this.int(0, list.length - 1)]!;
  }

  /** What `make` draws, or undefined, which is simpler: for what may be left out. */
  maybe<T>(make: () => T, percent: number = 50): T | undefined {
    return this.chance(percent) ? make() : undefined;
  }

  /** So many draws of one kind. */
  list<T>(length: number, make: (i: number) => T): T[] {
    return Array.from({ length }, (_, i) => make(i));
  }
}

/**
 * A shorter or lower tape that still fails; `fails` is asked at most `most` times, and not after `deadline`
 * (milliseconds of `performance.now()`).
 */
export function shrink(
  tape: readonly number[],
  fails: (tape: readonly number[]) => boolean,
  { most, deadline }: { readonly most: number; readonly deadline: number },
): readonly number[] {
  let best = tape;
  let asked = 0;
  const done = (): boolean => asked >= most || performance.now() > deadline;
  const accept = (candidate: readonly number[]): boolean => {
    if (done()) return false;
    asked++;
    if (!fails(candidate)) return false;
    best = candidate;
    return true;
  };
  for (let before: readonly number[] | null = null; before !== best && !done();) {
    before = best;
    for (let length = 8; length >= 1; length >>= 1) {
      for (let at = best.length - length; at >= 0 && !done(); at--) {
        const [head, tail] = [best.slice(0, at), best.slice(at + length)];
        if (best.slice(at, at + length).some((v) => v > 0)) {
          accept([...head, ...Array.from({ length }, () => 0), ...tail]);
        }
        accept([...head, ...tail]);
      }
    }
    // A count goes down together with one of what it counts, which stands soon after it.
    for (let at = 0; at < best.length && !done(); at++) {
      for (let gone = at + 1; gone <= at + 8 && gone < best.length && !done(); gone++) {
        if (best[at]! > 0) accept(best.with(at, best[at]! - 1).toSpliced(gone, 1));
      }
    }
    for (let at = 0; at < best.length && !done(); at++) {
      while (best[at]! > 0) {
        const lower = (value: number): boolean => accept(best.toSpliced(at, 1, value));
        if (!lower(best[at]! >> 1) && !lower(best[at]! - 1)) break;
      }
    }
  }
  return best;
}
