import type { Stages } from './trainer.ts';

/** A run of characters that is seen more than once. */
export interface Substring {
  readonly text: string;
  readonly count: number;
}

/** A group is put in order by counting if it has so many places, else by comparing. */
const MANY = 64;

/**
 * The substrings of texts, of at most so many characters, that are seen several times and are followed by different characters (or the end
 * of a text): the branches of the texts' suffix tree. What is always followed by the same is left out, for the longer one stands for it.
 *
 * Groups of places that begin alike are parted by their next character, again and again. Two ends of texts are alike.
 */
export async function substrings(
  texts: Iterable<string>,
  maxLength: number,
  stages: Stages,
): Promise<Substring[]> {
  // All texts as code points, 0 behind each.
  const codes: number[] = [];
  for (const text of texts) {
    for (const char of text) codes.push(char.codePointAt(0)!);
    codes.push(0);
  }
  const places = Int32Array.from(codes, (_, i) => i);
  const scratch = new Int32Array(codes.length);
  const found: Substring[] = [];
  const groups: (readonly [from: number, to: number, depth: number])[] = [[0, codes.length, 0]];
  let done = 0;
  for (let group = groups.pop(); group !== undefined; group = groups.pop()) {
    const [from, to, depth] = group;
    const parts = parted(places, scratch, codes, from, to, depth);
    if (parts.length > 2 && depth > 1) {
      const start = places[from]!;
      const text = String.fromCodePoint(...codes.slice(start, start + depth));
      found.push({ text, count: to - from });
    }
    if (depth === 1) done += to - from;
    if (depth < maxLength) {
      for (let i = 0; i + 1 < parts.length; i++) {
        const [a, b] = [parts[i]!, parts[i + 1]!];
        if (b - a > 1 && codes[places[a]! + depth] !== 0) groups.push([a, b, depth + 1]);
      }
    }
    if (stages.due) await stages.give('seed', done, codes.length);
  }
  return found;
}

/** Puts places in the order of the codes that stand so far behind them, and gives where each run of one code begins, and the end. */
function parted(
  places: Int32Array,
  scratch: Int32Array,
  codes: readonly number[],
  from: number,
  to: number,
  depth: number,
): number[] {
  if (to - from < MANY) {
    const code = (place: number): number => codes[place + depth]!;
    places.subarray(from, to).sort((a, b) => code(a) - code(b));
  } else {
    const counts = new Map<number, number>();
    for (let i = from; i < to; i++) {
      const code = codes[places[i]! + depth]!;
      counts.set(code, (counts.get(code) ?? 0) + 1);
    }
    let next = from;
    for (const code of [...counts.keys()].sort((a, b) => a - b)) {
      const count = counts.get(code)!;
      counts.set(code, next);
      next += count;
    }
    for (let i = from; i < to; i++) {
      const code = codes[places[i]! + depth]!;
      const at = counts.get(code)!;
      scratch[at] = places[i]!;
      counts.set(code, at + 1);
    }
    places.set(scratch.subarray(from, to), from);
  }
  const starts = [from];
  for (let i = from + 1; i < to; i++) {
    if (codes[places[i]! + depth] !== codes[places[i - 1]! + depth]) starts.push(i);
  }
  starts.push(to);
  return starts;
}
