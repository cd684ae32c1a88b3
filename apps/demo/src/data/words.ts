import { DataError } from '@kasane/tensor-core';

const LEAST = 100; // words
const MOST = 200_000;

/** The words of a text and what stands between them, as readers of any language divide it. */
export function wordsOf(text: string): string[] {
  const segmenter = new Intl.Segmenter('en', { granularity: 'word' });
  return Array.from(segmenter.segment(text), ({ segment }) => segment).filter(
    (segment) => segment.trim() !== '',
  );
}

/** The words of a text file. */
export function readWords({ path, bytes }: { path: string; bytes: Uint8Array }): string[] {
  let text: string;
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch {
    const good = new TextDecoder().decode(bytes).split('\u{fffd}', 1)[0]!; // a split has one part at least
    throw new DataError(
      `${path}: line ${good.split('\n').length}: expected UTF-8, got bytes that are none. Save the file as UTF-8.`,
    );
  }
  const words = wordsOf(text.toLowerCase());
  if (words.length < LEAST || words.length > MOST) {
    throw new DataError(`${path}: expected ${LEAST} to ${MOST} words, got ${words.length}.`);
  }
  return words;
}
