import type { Component, Frame } from './frame.ts';
import { BitReader, type HuffmanTable } from './huffman.ts';
import { inverseDct, zigzag } from './idct.ts';

/** A component within a scan. @internal */
export interface ScanComponent {
  readonly component: Component;
  /** The codes of means and of all other coefficients; a scan may need but one of them. */
  readonly dc: HuffmanTable | undefined;
  readonly ac: HuffmanTable | undefined;
  /** The mean of the block before, of which the next one stores the difference. */
  mean: number;
}

/** What the header of a scan says. @internal */
export interface Scan {
  readonly parts: readonly ScanComponent[];
  /** The coefficients that come, in the order in which they are stored. */
  readonly first: number;
  readonly last: number;
  /** The low bits that were missing before, 0 if nothing had come, and those that are missing afterwards. */
  readonly before: number;
  readonly after: number;
  /** Units between two restarts, 0 for none. */
  readonly interval: number;
}

/** Reads the blocks of a scan, and gives the place behind them. Throws Error where they are damaged. @internal */
export function decodeScan(bytes: Uint8Array, at: number, frame: Frame, scan: Scan): number {
  const reader = new BitReader(bytes, at);
  const blocks = new BlockReader(reader, scan);
  const { parts, interval } = scan;
  const [only] = parts;
  // A component alone has just the blocks of the picture; several take turns, a rectangle of blocks each.
  const alone = parts.length === 1;
  const across = alone ? only!.component.columns : Math.ceil(frame.width / (8 * frame.maxH));
  const down = alone ? only!.component.rows : Math.ceil(frame.height / (8 * frame.maxV));
  for (let unit = 0; unit < across * down; unit++) {
    if (interval > 0 && unit > 0 && unit % interval === 0) {
      reader.restart((unit / interval - 1) & 7);
      blocks.restart();
    }
    const column = unit % across;
    const row = (unit - column) / across;
    for (const part of parts) {
      const { h, v } = part.component;
      const [wide, high] = alone ? [1, 1] : [h, v];
      for (let y = 0; y < high; y++) {
        for (let x = 0; x < wide; x++) readBlock(blocks, part, row * high + y, column * wide + x);
      }
    }
  }
  return reader.position;
}

const sequential = new Int16Array(64);

function readBlock(blocks: BlockReader, part: ScanComponent, row: number, column: number): void {
  const { component } = part;
  const { stride, samples, coefficients, factors } = component;
  if (coefficients !== null) {
    blocks.refine(part, coefficients, ((row * stride) / 8 + column) * 64);
    return;
  }
  sequential.fill(0);
  blocks.whole(part, sequential);
  inverseDct(sequential, 0, factors!, samples, row * 8 * stride + column * 8, stride); // set by the scan's header
}

/** The samples of components whose blocks took several scans. @internal */
export function finish({ components }: Frame): void {
  for (const { coefficients, columns, rows, stride, samples, factors } of components) {
    if (coefficients === null) continue;
    for (let row = 0; row < rows; row++) {
      for (let column = 0; column < columns; column++) {
        const from = ((row * stride) / 8 + column) * 64;
        inverseDct(coefficients, from, factors!, samples, row * 8 * stride + column * 8, stride); // by every scan
      }
    }
  }
}

/** Reads the coefficients of one block after the other. */
class BlockReader {
  readonly #reader: BitReader;
  readonly #scan: Scan;
  /** How many blocks, this one included, have nothing more in this scan. */
  #empty = 0;

  constructor(reader: BitReader, scan: Scan) {
    this.#reader = reader;
    this.#scan = scan;
  }

  restart(): void {
    this.#empty = 0;
    for (const part of this.#scan.parts) part.mean = 0;
  }

  /** All coefficients of a block. */
  whole(part: ScanComponent, out: Int16Array): void {
    const reader = this.#reader;
    out[0] = this.#mean(part);
    for (let k = 1; k < 64; k++) {
      const code = reader.symbol(part.ac!); // checked by the scan's header
      const bits = code & 15;
      if (bits === 0 && code !== 0xf0) return;
      k += code >> 4;
      if (bits > 0) out[place(k, 63)] = reader.signed(bits);
    }
  }

  /** What this scan has of a block whose coefficients come in several. */
  refine(part: ScanComponent, out: Int16Array, at: number): void {
    const { first, before, after } = this.#scan;
    if (first > 0 && before === 0) this.#firstBits(part, out, at);
    else if (first > 0) this.#nextBits(part, out, at);
    else if (before === 0) out[at] = this.#mean(part) * (1 << after);
    else if (this.#reader.take(1) === 1) out[at]! |= 1 << after;
  }

  #mean(part: ScanComponent): number {
    const bits = this.#reader.symbol(part.dc!); // checked by the scan's header
    if (bits > 15) throw new Error(`a mean differs by ${bits} bits`);
    return (part.mean += this.#reader.signed(bits));
  }

  #firstBits(part: ScanComponent, out: Int16Array, at: number): void {
    if (this.#empty > 0) {
      this.#empty--;
      return;
    }
    const reader = this.#reader;
    const { first, last, after } = this.#scan;
    for (let k = first; k <= last; k++) {
      const code = reader.symbol(part.ac!); // checked by the scan's header
      const bits = code & 15;
      if (bits === 0 && code !== 0xf0) {
        this.#empty = (1 << (code >> 4)) + reader.take(code >> 4) - 1;
        return;
      }
      k += code >> 4;
      if (bits > 0) out[at + place(k, last)] = reader.signed(bits) * (1 << after);
    }
  }

  #nextBits(part: ScanComponent, out: Int16Array, at: number): void {
    const reader = this.#reader;
    const { first, last, after } = this.#scan;
    let k = first;
    while (this.#empty === 0 && k <= last) {
      const code = reader.symbol(part.ac!); // checked by the scan's header
      let zeros = code >> 4;
      if ((code & 15) > 1) throw new Error(`a coefficient gets ${code & 15} bits at once`);
      if (code < 0xf0 && (code & 15) === 0) {
        this.#empty = (1 << zeros) + reader.take(zeros);
        break;
      }
      const value = (code & 15) === 0 ? 0 : reader.take(1) === 1 ? 1 << after : -1 << after;
      // A new one stands behind so many that are still zero; those before it that are not get their next bit.
      for (; k <= last; k++) {
        const where = at + zigzag[k]!;
        if (out[where] !== 0) this.#nextBit(out, where);
        else if (zeros-- === 0) break;
      }
      if (value !== 0) out[at + place(k, last)] = value;
      k++;
    }
    if (this.#empty === 0) return;
    for (; k <= last; k++) if (out[at + zigzag[k]!] !== 0) this.#nextBit(out, at + zigzag[k]!);
    this.#empty--;
  }

  #nextBit(out: Int16Array, where: number): void {
    if (this.#reader.take(1) === 0) return;
    const step = 1 << this.#scan.after;
    out[where] = out[where]! + (out[where]! < 0 ? -step : step);
  }
}

function place(k: number, last: number): number {
  if (k <= last) return zigzag[k]!;
  throw new Error(`a block has a coefficient ${k}, behind ${last}`);
}
