import { DataError } from '@kasane/tensor-core';
import { bytesFor } from '../unpacker.ts';

/** One of the planes that a JPEG file stores: brightness, a colour difference, an ink. @internal */
export interface Component {
  readonly id: number;
  /** Samples beside each other for maxH pixels, and above each other for maxV. */
  readonly h: number;
  readonly v: number;
  readonly table: number;
  /** The samples of the picture, without those that fill up blocks. */
  readonly width: number;
  readonly height: number;
  /** Blocks of 8 × 8 that have samples of the picture. */
  readonly columns: number;
  readonly rows: number;
  /** Samples in a row of `samples`: all blocks that may be stored. */
  readonly stride: number;
  readonly samples: Uint8Array;
  /** 64 for each block in reading order, where several scans make up a block; else null. */
  readonly coefficients: Int16Array | null;
  /** How many low bits of each coefficient are still to come, or -1 if none has come. */
  readonly missing: Int8Array;
  /** By what coefficients are multiplied, in reading order; from the first scan on. */
  factors: Int32Array | null;
}

/** What the header of a JPEG picture says. @internal */
export interface Frame {
  readonly width: number;
  readonly height: number;
  readonly progressive: boolean;
  readonly maxH: number;
  readonly maxV: number;
  readonly components: readonly Component[];
}

const BLOCK = 64;

/**
 * Reads the header of a frame and makes room for it.
 *
 * No room is made if the file is too short for so many blocks. Throws Error for what no frame can be, DataError
 * for what is not decoded here. @internal
 */
export function readFrame(
  marker: number,
  data: Uint8Array,
  name: string,
  bytesLeft: number,
): Frame {
  const refuse = (what: string): never => {
    throw new DataError(
      `${name}: ${what} is not supported in JPEG. Save the picture as baseline or progressive with 8 bits.`,
    );
  };
  if (data.length < 6) throw new Error(`a frame with ${data.length} bytes of header is none`);
  if (marker > 0xc2) refuse(marker > 0xc8 ? 'arithmetic coding' : 'lossless or layered coding');
  if (data[0] !== 8) refuse(`a precision of ${data[0]} bits`);
  const [height, width] = [(data[1]! << 8) | data[2]!, (data[3]! << 8) | data[4]!];
  const count = data[5]!;
  if (count !== 1 && count !== 3 && count !== 4) refuse(`a picture of ${count} components`);
  if (data.length !== 6 + 3 * count || width === 0 || height === 0) {
    throw new Error(`a frame of ${width} × ${height} with ${data.length} bytes of header is none`);
  }
  const progressive = marker === 0xc2;
  const described = Array.from({ length: count }, (_, c) => {
    const [id, factors, table] = data.subarray(6 + 3 * c, 9 + 3 * c);
    return { id: id!, h: factors! >> 4, v: factors! & 15, table: table! };
  });
  const maxH = Math.max(...described.map(({ h }) => h));
  const maxV = Math.max(...described.map(({ v }) => v));
  const sizes = described.map((component) => {
    const { id, h, v } = component;
    if (h === 0 || v === 0 || h > 4 || v > 4) {
      throw new Error(`component ${id} has ${h} × ${v} samples, not 1 to 4`);
    }
    const own = { width: Math.ceil((width * h) / maxH), height: Math.ceil((height * v) / maxV) };
    const [columns, rows] = [Math.ceil(own.width / 8), Math.ceil(own.height / 8)];
    return { ...component, ...own, columns, rows };
  });
  const blocks = sizes.reduce((sum, { columns, rows }) => sum + columns * rows, 0);
  // No block takes less: a bit each for its mean and, where the rest comes in the same scan, for the rest.
  const least = Math.ceil((blocks * (progressive ? 1 : 2)) / 8);
  if (least > bytesLeft) {
    throw new Error(`${width} × ${height} pixels take at least ${least} bytes, got ${bytesLeft}`);
  }
  const components = sizes.map((component): Component => {
    const { h, v } = component;
    const stride = Math.ceil(width / (8 * maxH)) * h * 8;
    const size = stride * Math.ceil(height / (8 * maxV)) * v * 8;
    const samples = bytesFor(name, size);
    const coefficients = progressive ? new Int16Array(bytesFor(name, 2 * size).buffer) : null;
    const missing = new Int8Array(BLOCK).fill(-1);
    return { ...component, stride, samples, coefficients, missing, factors: null };
  });
  return { width, height, progressive, maxH, maxV, components };
}
