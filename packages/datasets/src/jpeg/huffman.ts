/** Codes up to this length are looked up at once. */
const SHORT = 9;

/** A Huffman code: which bits stand for which byte. @internal */
export interface HuffmanTable {
  /** For the next 9 bits: the length of the code they begin with << 8 | its byte, or 0 if it is longer. */
  readonly short: Uint16Array;
  /** For each length, the largest code, or -1. */
  readonly largest: Int32Array;
  /** For each length, what is added to a code to find its byte. */
  readonly offset: Int32Array;
  readonly values: Uint8Array;
}

/** The code with `counts[i]` bytes of i + 1 bits. Throws Error if there are more than fit. @internal */
export function huffmanTable(counts: Uint8Array, values: Uint8Array): HuffmanTable {
  const short = new Uint16Array(1 << SHORT);
  const largest = new Int32Array(17).fill(-1);
  const offset = new Int32Array(17);
  let code = 0;
  let used = 0;
  for (let length = 1; length <= 16; length++, code <<= 1) {
    offset[length] = used - code;
    for (let i = 0; i < counts[length - 1]!; i++, code++, used++) {
      if (code >= 1 << length) throw new Error('a Huffman table has more codes than fit');
      largest[length] = code;
      if (length > SHORT) continue;
      const first = code << (SHORT - length);
      short.fill((length << 8) | values[used]!, first, first + (1 << (SHORT - length)));
    }
  }
  return { short, largest, offset, values };
}

/** Reads the bits of a scan, up to the marker behind it. @internal */
export class BitReader {
  /** The next byte that was not taken up. */
  position: number;
  readonly #bytes: Uint8Array;
  #buffer = 0;
  /** Bits in the buffer. */
  #count = 0;
  /** How many of them are not from the file. */
  #invented = 0;

  constructor(bytes: Uint8Array, position: number) {
    this.#bytes = bytes;
    this.position = position;
  }

  /** The next bits, at most 16, as a number. */
  take(bits: number): number {
    if (this.#count < bits) this.#fill();
    this.#drop(bits);
    return (this.#buffer >>> this.#count) & ((1 << bits) - 1);
  }

  /** The next bits as a number with a sign: the lower half of them stands for what is below zero. */
  signed(bits: number): number {
    const value = this.take(bits);
    return bits > 0 && value < 1 << (bits - 1) ? value - (1 << bits) + 1 : value;
  }

  /** The byte that the next code stands for. */
  symbol({ short, largest, offset, values }: HuffmanTable): number {
    if (this.#count < 16) this.#fill();
    const found = short[(this.#buffer >>> (this.#count - SHORT)) & ((1 << SHORT) - 1)]!;
    if (found !== 0) {
      this.#drop(found >> 8);
      return found & 255;
    }
    for (let length = SHORT + 1; length <= 16; length++) {
      const code = (this.#buffer >>> (this.#count - length)) & ((1 << length) - 1);
      if (code > largest[length]!) continue;
      this.#drop(length);
      return values[code + offset[length]!]!;
    }
    throw new Error(`there is no such code before byte ${this.position}`);
  }

  /** Goes behind the next marker, which must be restart `n`. */
  restart(n: number): void {
    const marker = nextMarker(this.#bytes, this.position);
    if (this.#bytes[marker] !== 0xd0 + n) {
      throw new Error(`expected restart ${n} behind byte ${this.position}`);
    }
    this.position = marker + 1;
    this.#count = 0;
    this.#invented = 0;
  }

  #drop(bits: number): void {
    this.#count -= bits;
    if (this.#count < this.#invented) {
      throw new Error(`a scan ends too early, at byte ${this.position}`);
    }
  }

  #fill(): void {
    const bytes = this.#bytes;
    while (this.#count <= 24) {
      let byte = bytes[this.position];
      if (byte === 0xff) {
        // 255 of the data is followed by 0; anything else is a marker.
        let next = this.position + 1;
        while (bytes[next] === 0xff) next++;
        if (bytes[next] === 0) this.position = next;
        else byte = undefined;
      }
      // Codes are looked up in more bits than they have: zeros stand for those behind the end.
      if (byte === undefined) this.#invented += 8;
      else this.position++;
      this.#buffer = (this.#buffer << 8) | (byte ?? 0);
      this.#count += 8;
    }
  }
}

/** Where the code of the next marker stands, or the end. @internal */
export function nextMarker(bytes: Uint8Array, from: number): number {
  let at = from;
  while (at + 1 < bytes.length) {
    const next = bytes[at + 1]!;
    if (bytes[at] === 0xff && next !== 0 && next !== 0xff) return at + 1;
    at++;
  }
  return bytes.length;
}
