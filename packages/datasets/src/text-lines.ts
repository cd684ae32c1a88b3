import { DataError } from '@kasane/tensor-core';
import { requireBytes, requireChunks } from './given.ts';

/** Pieces of a file as they come: a body, a stream of Node, or a list. */
export type ByteChunks = AsyncIterable<Uint8Array> | Iterable<Uint8Array>;

/**
 * The lines of a text in UTF-8, one after the other, without their ends (`\n` or `\r\n`).
 *
 * Never more than a piece and a line are held. `name` stands in messages.
 *
 * @throws {@link DataError}, with the place, if the text is not UTF-8.
 *
 * @example
 * import { textLines } from '@kasane/datasets';
 * const chunks = [new TextEncoder().encode('one\r\ntw'), new TextEncoder().encode('o\n')];
 * for await (const line of textLines(chunks, 'a file')) console.log(line);
 * // => one
 * // => two
 */
export async function* textLines(
  chunks: ByteChunks,
  name: string,
): AsyncGenerator<string, void, undefined> {
  let rest = '';
  for await (const text of decoded(chunks, name)) {
    // What was kept has no line end: looking through it for each piece would be slow where lines are long.
    const [first, ...lines] = text.split('\n');
    if (lines.length === 0) {
      rest += first;
      continue;
    }
    lines.unshift(rest + first);
    rest = lines.pop()!;
    for (const line of lines) yield line.endsWith('\r') ? line.slice(0, -1) : line;
  }
  if (rest !== '') yield rest;
}

/** The pieces as text. @internal */
export async function* decoded(
  chunks: ByteChunks,
  name: string,
): AsyncGenerator<string, void, undefined> {
  requireChunks(name, chunks);
  const decoder = new TextDecoder('utf-8', { fatal: true });
  let at = 0;
  const decode = (chunk?: Uint8Array): string => {
    try {
      return decoder.decode(chunk, { stream: chunk !== undefined });
    } catch (error) {
      const end = at + (chunk?.length ?? 0);
      throw new DataError(
        `${name}: bytes ${at} to ${end}: expected UTF-8, got bytes that are none. Save the file as UTF-8.`,
        { cause: error },
      );
    }
  };
  for await (const chunk of chunks) {
    requireBytes(name, chunk);
    yield decode(chunk);
    at += chunk.length;
  }
  yield decode();
}
