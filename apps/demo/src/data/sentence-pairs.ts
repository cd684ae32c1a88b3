import { textLines } from '@kasane/datasets';
import { DataError } from '@kasane/tensor-core';
import type { SentencePair } from '../exercise.ts';
import { present, type Files } from './files.ts';

/** The words of the lines of two files, side by side. */
export async function sentencePairs(files: Files, name: string): Promise<SentencePair[]> {
  const [source, target] = [await lines(files, `${name}.en`), await lines(files, `${name}.ja`)];
  const pairs: SentencePair[] = [];
  for (let i = 0; i < Math.max(source.words.length, target.words.length); i++) {
    const both = [source, target].map(({ words }) => words[i]);
    const short = both.indexOf(undefined);
    if (short >= 0) {
      const [there, long] = short === 0 ? [source, target] : [target, source];
      throw new DataError(
        `${there.path}: line ${i + 1}: expected a line, as ${long.path} has one, got the end of the file. The files do not belong together.`,
      );
    }
    const blank = both.findIndex((words) => words!.length === 0);
    if (blank >= 0) {
      throw new DataError(
        `${[source, target][blank]!.path}: line ${i + 1}: expected words with spaces between them, got none.`,
      );
    }
    pairs.push([both[0]!, both[1]!]); // of two lines
  }
  if (pairs.length === 0)
    throw new DataError(`${source.path}: line 1: expected a sentence, got the end of the file.`);
  return pairs;
}

async function lines(
  files: Files,
  name: string,
): Promise<{ readonly path: string; readonly words: readonly string[][] }> {
  const path = files.pathOf(await present(files, name));
  const words: string[][] = [];
  for await (const line of textLines([await files.read(name)], path)) {
    words.push(line.split(/\s+/).filter((word) => word !== ''));
  }
  return { path, words };
}
