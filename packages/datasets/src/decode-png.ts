import type { Image } from './image.ts';
import { pngChunks, type PngChunks } from './png-chunks.ts';
import { bytesFor, Unpacker } from './unpacker.ts';

/** Pixels that follow each other in the file: every dx-th of every dy-th row. */
interface Pass {
  readonly left: number;
  readonly top: number;
  readonly dx: number;
  readonly dy: number;
}

const whole: readonly Pass[] = [{ left: 0, top: 0, dx: 1, dy: 1 }];

// Adam7: coarse at first, each pass between what came before.
const interlaced: readonly Pass[] = [
  { left: 0, top: 0, dx: 8, dy: 8 },
  { left: 4, top: 0, dx: 8, dy: 8 },
  { left: 0, top: 4, dx: 4, dy: 8 },
  { left: 2, top: 0, dx: 4, dy: 4 },
  { left: 0, top: 2, dx: 2, dy: 4 },
  { left: 1, top: 0, dx: 2, dy: 2 },
  { left: 0, top: 1, dx: 1, dy: 2 },
];

/**
 * The picture of a PNG file: 3 channels, or 1 if it is grey.
 *
 * 16 bits become 8, opacity is left out. No more is unpacked than the header says there is. Throws Error if the file
 * is damaged, DataError if there is no memory for the picture. @internal
 */
export function decodePng(bytes: Uint8Array, name: string): Image {
  const chunks = pngChunks(bytes);
  const { width, height, depth, kind, palette } = chunks;
  const rowBytes = (pixels: number): number => Math.ceil((pixels * kind.samples * depth) / 8);
  const passes = (chunks.interlaced ? interlaced : whole)
    .map((pass) => ({
      ...pass,
      columns: Math.ceil((width - pass.left) / pass.dx),
      rows: Math.ceil((height - pass.top) / pass.dy),
    }))
    .filter(({ columns, rows }) => columns > 0 && rows > 0);
  const size = passes.reduce((sum, { columns, rows }) => sum + rows * (1 + rowBytes(columns)), 0);
  const raw = unpacked(chunks, size, name);
  const channels = palette !== null || kind.samples >= 3 ? 3 : 1;
  const data = bytesFor(name, channels * height * width);
  let at = 0;
  for (const { left, top, dx, dy, columns, rows } of passes) {
    const length = rowBytes(columns);
    let before = -1;
    for (let row = 0; row < rows; row++, at += length + 1) {
      unfilter(raw, at + 1, before, length, Math.ceil((kind.samples * depth) / 8));
      before = at + 1;
      const to = (top + row * dy) * width + left;
      for (let c = 0; c < channels; c++) {
        const plane = c * height * width;
        for (let x = 0; x < columns; x++) {
          data[plane + to + x * dx] = sample(raw, at + 1, x, c, chunks);
        }
      }
    }
  }
  return { data, channels, height, width };
}

/** The filtered rows, of which there must be exactly as many bytes as the header says. */
function unpacked({ width, height, packed }: PngChunks, size: number, name: string): Uint8Array {
  const unpacker = new Unpacker(packed, 'zlib');
  const wanted = `${width} × ${height} pixels take ${size} bytes`;
  if (size > unpacker.most) throw new Error(`${wanted}, got at most ${unpacker.most}`);
  const raw = unpacker.readInto(bytesFor(name, size));
  if (raw.length < size) throw new Error(`${wanted}, got ${raw.length}`);
  if (!unpacker.atEnd()) throw new Error(`${wanted}, got more`);
  return raw;
}

/** Sample c of pixel x of a row as a byte. */
function sample(raw: Uint8Array, row: number, x: number, c: number, chunks: PngChunks): number {
  const { depth, palette, kind } = chunks;
  if (depth === 16) return raw[row + 2 * (x * kind.samples + c)]!;
  if (depth === 8 && palette === null) return raw[row + x * kind.samples + c]!;
  const bit = x * depth;
  const most = 2 ** depth - 1;
  const value = (raw[row + (bit >> 3)]! >> (8 - depth - (bit & 7))) & most;
  if (palette === null) return (value * 255) / most;
  const colour = palette[3 * value + c];
  if (colour !== undefined) return colour;
  throw new Error(`a pixel has colour ${value} of a palette of ${palette.length / 3}`);
}

/** Turns differences to the bytes of neighbours (`step` bytes to the left, and above) back into bytes. */
function unfilter(raw: Uint8Array, row: number, above: number, length: number, step: number): void {
  const filter = raw[row - 1]!;
  if (filter === 0) return;
  if (filter > 4) throw new Error(`there is no filter ${filter}`);
  for (let i = 0; i < length; i++) {
    const left = i < step ? 0 : raw[row + i - step]!;
    const up = above < 0 ? 0 : raw[above + i]!;
    let guess = filter === 1 ? left : up;
    if (filter === 3) guess = (left + up) >> 1;
    else if (filter === 4)
      guess = paeth(left, up, above < 0 || i < step ? 0 : raw[above + i - step]!);
    raw[row + i] = raw[row + i]! + guess;
  }
}

/** Of three neighbours, the one that is nearest to left + up - corner. */
function paeth(left: number, up: number, corner: number): number {
  const a = Math.abs(up - corner);
  const b = Math.abs(left - corner);
  const c = Math.abs(left + up - 2 * corner);
  if (a <= b && a <= c) return left;
  return b <= c ? up : corner;
}
