import type { Image } from './image.ts';
import { readFrame, type Component, type Frame } from './jpeg/frame.ts';
import { huffmanTable, nextMarker, type HuffmanTable } from './jpeg/huffman.ts';
import { zigzag } from './jpeg/idct.ts';
import { planes, type ColourSpace } from './jpeg/planes.ts';
import { decodeScan, finish, type Scan, type ScanComponent } from './jpeg/scan.ts';

/** What was read so far of a file. */
interface Tables {
  readonly dc: HuffmanTable[];
  readonly ac: HuffmanTable[];
  readonly factors: Int32Array[];
  interval: number;
  jfif: boolean;
  /** What Adobe's programs say of the colours, if it was one of them. */
  transform: number | null;
}

/**
 * The picture of a JPEG file: 3 channels, or 1 if it is grey.
 *
 * Baseline, extended and progressive with Huffman's code and 8 bits. Samples, the colours between them and their
 * sums are rounded as by libjpeg. Throws Error if the file is damaged, DataError for other kinds of JPEG and
 * if there is no memory for the picture. @internal
 */
export function decodeJpeg(bytes: Uint8Array, name: string): Image {
  const tables: Tables = { dc: [], ac: [], factors: [], interval: 0, jfif: false, transform: null };
  let frame: Frame | null = null;
  let at = 2;
  for (;;) {
    at = nextMarker(bytes, at);
    const marker = bytes[at++];
    if (marker === undefined) throw new Error('the file ends before its last marker');
    if (marker === 0xd9) break;
    // Restarts that nothing follows, and a marker for private use, have no content.
    if ((marker >= 0xd0 && marker <= 0xd7) || marker === 0x01) continue;
    const length = (bytes[at]! << 8) | bytes[at + 1]!;
    if (at + 2 > bytes.length || length < 2 || at + length > bytes.length) {
      throw new Error(`the segment ${marker.toString(16)} at byte ${at} is not all there`);
    }
    const data = bytes.subarray(at + 2, at + length);
    at += length;
    if (marker === 0xda) {
      if (frame === null) throw new Error(`there is a scan at byte ${at}, and no frame before it`);
      at = decodeScan(bytes, at, frame, readScan(data, frame, tables));
    } else if (isFrame(marker)) {
      if (frame !== null) throw new Error(`there is a second frame at byte ${at}`);
      frame = readFrame(marker, data, name, bytes.length - at);
    } else readTables(marker, data, tables);
  }
  const missing = frame?.components.find((component) => component.missing[0]! < 0);
  if (frame === null || missing !== undefined) {
    throw new Error(`there is no scan of ${missing ? `component ${missing.id}` : 'a picture'}`);
  }
  finish(frame);
  return planes(frame, colourSpace(frame.components, tables), name);
}

function isFrame(marker: number): boolean {
  return marker >= 0xc0 && marker <= 0xcf && marker !== 0xc4 && marker !== 0xc8 && marker !== 0xcc;
}

function readTables(marker: number, data: Uint8Array, tables: Tables): void {
  if (marker === 0xc4) readCodes(data, tables);
  else if (marker === 0xdb) readFactors(data, tables);
  else if (marker === 0xdd) tables.interval = (data[0]! << 8) | data[1]!;
  else if (marker === 0xe0 && startsWith(data, 'JFIF\0')) tables.jfif = true;
  else if (marker === 0xee && startsWith(data, 'Adobe') && data.length >= 12) {
    tables.transform = data[11]!;
  }
}

function startsWith(data: Uint8Array, text: string): boolean {
  return String.fromCharCode(...data.subarray(0, text.length)) === text;
}

function readCodes(data: Uint8Array, { dc, ac }: Tables): void {
  for (let at = 0; at < data.length;) {
    const counts = data.subarray(at + 1, at + 17);
    const size = counts.reduce((a, b) => a + b, 0);
    const values = data.subarray(at + 17, at + 17 + size);
    if (counts.length < 16 || values.length < size || size > 256) {
      throw new Error('a Huffman table is not all there');
    }
    (data[at]! >> 4 === 0 ? dc : ac)[data[at]! & 15] = huffmanTable(counts, values);
    at += 17 + size;
  }
}

function readFactors(data: Uint8Array, { factors }: Tables): void {
  for (let at = 0; at < data.length;) {
    const bytes = data[at]! >> 4 === 0 ? 1 : 2;
    const table = new Int32Array(64);
    if (at + 1 + 64 * bytes > data.length) throw new Error('a table of factors is not all there');
    factors[data[at]! & 15] = table;
    at++;
    for (let k = 0; k < 64; k++, at += bytes) {
      table[zigzag[k]!] = bytes === 1 ? data[at]! : (data[at]! << 8) | data[at + 1]!;
    }
  }
}

function readScan(data: Uint8Array, frame: Frame, tables: Tables): Scan {
  const count = data[0]!;
  if (count < 1 || count > 4 || data.length !== 4 + 2 * count) {
    throw new Error(`a scan of ${count} components with ${data.length} bytes of header is none`);
  }
  const [first, last, bits] = data.subarray(1 + 2 * count);
  const scan = frame.progressive
    ? { first: first!, last: last!, before: bits! >> 4, after: bits! & 15 }
    : { first: 0, last: 63, before: 0, after: 0 };
  const { before, after } = scan;
  const range = scan.first === 0 ? !frame.progressive || scan.last === 0 : count === 1;
  if (!range || scan.last < scan.first || scan.last > 63 || (before > 0 && after !== before - 1)) {
    throw new Error(
      `no scan of ${count} components has coefficients ${first} to ${last} with bits ${before}, ${after}`,
    );
  }
  const parts = Array.from({ length: count }, (_, i): ScanComponent => {
    const [id, codes] = data.subarray(1 + 2 * i, 3 + 2 * i);
    const component = frame.components.find((other) => other.id === id);
    if (component === undefined)
      throw new Error(`there is a scan of a component ${id}, not in the frame`);
    follow(component, scan);
    component.factors ??= tables.factors[component.table] ?? null;
    if (component.factors === null) throw new Error(`the factors of component ${id} are missing`);
    const dc = tables.dc[codes! >> 4];
    const ac = tables.ac[codes! & 15];
    const needs = { dc: scan.first === 0 && before === 0, ac: scan.last > 0 };
    if ((needs.dc && dc === undefined) || (needs.ac && ac === undefined)) {
      throw new Error(`a Huffman table of component ${id} is missing`);
    }
    return { component, dc, ac, mean: 0 };
  });
  return { ...scan, parts, interval: tables.interval };
}

/** Notes which bits of a component a scan has. Each comes once, the high ones first. */
function follow(
  { id, missing }: Component,
  { first, last, before, after }: Omit<Scan, 'parts' | 'interval'>,
): void {
  for (let k = first; k <= last; k++) {
    if (missing[k] !== (before === 0 ? -1 : before)) {
      throw new Error(`coefficient ${k} of component ${id} comes again, or not in order`);
    }
    missing[k] = after;
  }
}

/** The rules of libjpeg: markers say it, or else the numbers of the components. */
function colourSpace(components: readonly Component[], { jfif, transform }: Tables): ColourSpace {
  if (components.length === 1) return 'grey';
  if (components.length === 4) return transform === null || transform === 0 ? 'CMYK' : 'YCCK';
  if (jfif) return 'YCbCr';
  if (transform !== null) return transform === 0 ? 'RGB' : 'YCbCr';
  return String.fromCharCode(...components.map(({ id }) => id)) === 'RGB' ? 'RGB' : 'YCbCr';
}
