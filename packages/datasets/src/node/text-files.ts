import { DataError } from '@kasane/tensor-core';
import { textLines } from '../text-lines.ts';
import { readPieces } from './file-errors.ts';

/**
 * The lines of a text file in UTF-8, each time from the start; the file is never held as a whole.
 *
 * @throws {@link DataError} if it cannot be read and, with the place, if it is not UTF-8.
 *
 * @example
 * import { TextLines } from '@kasane/datasets/node';
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const file = join(mkdtempSync(join(tmpdir(), 'data-')), 'a.txt');
 * writeFileSync(file, 'one\ntwo\n');
 * for await (const line of new TextLines(file)) console.log(line);
 * // => one
 * // => two
 */
export class TextLines implements AsyncIterable<string> {
  readonly file: string;

  constructor(file: string) {
    this.file = file;
  }

  /** The lines from the start. */
  [Symbol.asyncIterator](): AsyncGenerator<string, void, undefined> {
    return textLines(readPieces(this.file), this.file);
  }
}

/**
 * The lines of two files side by side, as of a text and its translation.
 *
 * @throws {@link DataError} if one has more lines than the other.
 * @throws what `TextLines` throws.
 *
 * @example
 * import { ParallelText } from '@kasane/datasets/node';
 * import { mkdtempSync, writeFileSync } from 'node:fs';
 * import { tmpdir } from 'node:os';
 * import { join } from 'node:path';
 * const folder = mkdtempSync(join(tmpdir(), 'data-'));
 * const [en, ja] = [join(folder, 'a.en'), join(folder, 'a.ja')];
 * writeFileSync(en, 'dog\ncat\n');
 * writeFileSync(ja, '犬\n猫\n');
 * for await (const [english, japanese] of new ParallelText(en, ja)) console.log(english, japanese);
 * // => dog 犬
 * // => cat 猫
 */
export class ParallelText implements AsyncIterable<[source: string, target: string]> {
  readonly source: TextLines;
  readonly target: TextLines;

  constructor(source: string, target: string) {
    this.source = new TextLines(source);
    this.target = new TextLines(target);
  }

  /** The pairs from the start. */
  async *[Symbol.asyncIterator](): AsyncGenerator<[string, string], void, undefined> {
    const targets = this.target[Symbol.asyncIterator]();
    let line = 1;
    try {
      for await (const source of this.source) {
        const target = await targets.next();
        if (target.done === true) throw this.#uneven(line, this.target.file, this.source.file);
        yield [source, target.value];
        line++;
      }
      const more = await targets.next();
      if (more.done !== true) throw this.#uneven(line, this.source.file, this.target.file);
    } finally {
      await targets.return(); // closes the file if the loop was left
    }
  }

  #uneven(line: number, short: string, long: string): DataError {
    return new DataError(
      `${short}: line ${line}: expected a line, as ${long} has one, got the end of the file. The files do not belong together.`,
    );
  }
}
