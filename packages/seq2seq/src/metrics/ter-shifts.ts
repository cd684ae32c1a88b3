/** Tercom's search for shifts of words, with the limits and the order of preference that sacrebleu has. */
import { BandedDistance } from './banded-distance.ts';

const LONGEST_SHIFT = 10;
const FARTHEST_SHIFT = 50;
const MOST_CANDIDATES = 1000;

/** A run of words of the hypothesis that stands in the reference, too. */
interface Run {
  readonly start: number;
  /** Where in the reference. */
  readonly at: number;
  readonly length: number;
}

/** What comes of moving a run. */
interface Shift {
  /** Edits saved. */
  readonly gain: number;
  readonly length: number;
  readonly start: number;
  readonly target: number;
  readonly words: readonly string[];
}

/** The fewest edits that were found, each shift counting as one. */
export function translationEdits(
  hypothesis: readonly string[],
  reference: readonly string[],
): number {
  if (reference.length === 0) return hypothesis.length;
  const distance = new BandedDistance(reference, hypothesis.length);
  let words = hypothesis;
  let shifts = 0;
  let tried = 0;
  for (;;) {
    const edits = distance.start(words);
    const found = bestShift(words, reference, distance, edits, tried);
    tried = found.tried;
    if (tried >= MOST_CANDIDATES || found.best === null || found.best.gain <= 0) {
      return shifts + edits;
    }
    words = found.best.words;
    shifts++;
  }
}

function bestShift(
  words: readonly string[],
  reference: readonly string[],
  distance: BandedDistance,
  edits: number,
  before: number,
): { readonly best: Shift | null; readonly tried: number } {
  const { aligned, hypothesisErrors, referenceErrors } = distance.alignment();
  let best: Shift | null = null;
  let tried = before;
  for (const { start, at, length } of runs(words, reference)) {
    // Only what is wrong where it stands, and missing where it goes.
    if (!hasError(hypothesisErrors, start, length)) continue;
    if (!hasError(referenceErrors, at, length)) continue;
    if (start <= aligned[at]! && aligned[at]! < start + length) continue;
    let previous = -1;
    for (let i = at - 1; i < at + length && i < reference.length; i++) {
      const target = i < 0 ? 0 : aligned[i]! + 1;
      if (target === previous) continue;
      previous = target;
      const shifted = moved(words, start, length, target);
      const shift = { gain: edits - distance.of(shifted), length, start, target, words: shifted };
      tried++;
      if (best === null || isBetter(shift, best)) best = shift;
    }
    if (tried >= MOST_CANDIDATES) break;
  }
  return { best, tried };
}

/** What saves more edits, then what is longer, then what stands earlier, then what goes to an earlier place. */
function isBetter(a: Shift, b: Shift): boolean {
  if (a.gain !== b.gain) return a.gain > b.gain;
  if (a.length !== b.length) return a.length > b.length;
  if (a.start !== b.start) return a.start < b.start;
  return a.target < b.target;
}

function* runs(words: readonly string[], reference: readonly string[]): Generator<Run, void> {
  for (let start = 0; start < words.length; start++) {
    const last = Math.min(reference.length - 1, start + FARTHEST_SHIFT);
    for (let at = Math.max(0, start - FARTHEST_SHIFT); at <= last; at++) {
      const most = Math.min(LONGEST_SHIFT, words.length - start, reference.length - at);
      for (let i = 0; i < most && words[start + i] === reference[at + i]; i++) {
        yield { start, at, length: i + 1 };
      }
    }
  }
}

function hasError(errors: Uint8Array, start: number, length: number): boolean {
  return errors.subarray(start, start + length).includes(1);
}

/** The words with `length` of them moved from `start` to before `target`; a target within them moves them on by as much. */
function moved(words: readonly string[], start: number, length: number, target: number): string[] {
  const run = words.slice(start, start + length);
  const rest = [...words.slice(0, start), ...words.slice(start + length)];
  const to = target <= start ? target : target > start + length ? target - length : target;
  rest.splice(to, 0, ...run);
  return rest;
}
