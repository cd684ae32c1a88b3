/** What a PNG file says of its picture, and the packed pixels. @internal */
export interface PngChunks {
  readonly width: number;
  readonly height: number;
  /** Bits of a sample. */
  readonly depth: number;
  readonly kind: PngKind;
  readonly interlaced: boolean;
  /** Red, green and blue of each colour of the palette. */
  readonly palette: Uint8Array | null;
  readonly packed: readonly Uint8Array[];
}

/** What the samples of a pixel are. @internal */
export interface PngKind {
  readonly samples: number;
  readonly depths: readonly number[];
}

const kinds: Readonly<Record<number, PngKind>> = {
  0: { samples: 1, depths: [1, 2, 4, 8, 16] }, // grey
  2: { samples: 3, depths: [8, 16] }, // red, green, blue
  3: { samples: 1, depths: [1, 2, 4, 8] }, // the number of a colour of the palette
  4: { samples: 2, depths: [8, 16] }, // grey, opacity
  6: { samples: 4, depths: [8, 16] }, // red, green, blue, opacity
};

/** The first bytes of every PNG file. @internal */
export const pngSignature: readonly number[] = [0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a];

/**
 * Reads the chunks of a PNG file, with their checksums; those that only describe it are passed over unread.
 *
 * Throws Error where the file is not what the format asks for. @internal
 */
export function pngChunks(bytes: Uint8Array): PngChunks {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
  let header: Omit<PngChunks, 'palette' | 'packed'> | null = null;
  let palette: Uint8Array | null = null;
  const packed: Uint8Array[] = [];
  for (let at = pngSignature.length; ;) {
    if (at + 12 > bytes.length) throw new Error('the file ends before its last chunk');
    const length = view.getUint32(at);
    const type = String.fromCharCode(...bytes.subarray(at + 4, at + 8));
    const end = at + 8 + length;
    if (end + 4 > bytes.length) throw new Error(`the file ends within the chunk ${type}`);
    if (view.getUint32(end) !== crc32(bytes.subarray(at + 4, end))) {
      throw new Error(`the checksum of the chunk ${type} at byte ${at} is wrong`);
    }
    const data = bytes.subarray(at + 8, end);
    if ((header === null) !== (type === 'IHDR')) {
      throw new Error(`the chunk IHDR must come first and once, got ${type} at byte ${at}`);
    }
    if (type === 'IHDR') header = readHeader(data);
    else if (type === 'PLTE') palette = data;
    else if (type === 'IDAT') packed.push(data);
    else if (type === 'IEND') break;
    // Small letters mark chunks that a picture is complete without.
    else if (!/^[a-z][A-Za-z]{3}$/.test(type)) throw new Error(`the chunk ${type} is unknown`);
    at = end + 4;
  }
  if (packed.length === 0) throw new Error('there is no chunk IDAT');
  if (header!.kind !== kinds[3]) return { ...header!, palette: null, packed }; // IHDR was the first chunk
  if (palette === null || palette.length % 3 !== 0 || palette.length === 0) {
    throw new Error(
      `a palette of red, green and blue is needed, got ${palette?.length ?? 0} bytes`,
    );
  }
  return { ...header!, palette, packed };
}

function readHeader(data: Uint8Array): Omit<PngChunks, 'palette' | 'packed'> {
  if (data.length !== 13) throw new Error(`IHDR must have 13 bytes, got ${data.length}`);
  const view = new DataView(data.buffer, data.byteOffset, data.length);
  const [width, height] = [view.getUint32(0), view.getUint32(4)];
  const [depth, type, compression, filter, interlace] = data.subarray(8);
  if (width === 0 || height === 0 || width > 0x7fffffff || height > 0x7fffffff) {
    throw new Error(`width and height must be from 1 to 2147483647, got ${width} × ${height}`);
  }
  const kind = kinds[type!];
  if (kind === undefined || !kind.depths.includes(depth!)) {
    throw new Error(`there is no colour type ${type} with ${depth} bits`);
  }
  if (compression !== 0 || filter !== 0 || interlace! > 1) {
    throw new Error(
      `methods 0, 0 and 0 or 1 of compression, filter and interlace are known, got ${compression}, ${filter} and ${interlace}`,
    );
  }
  return { width, height, depth: depth!, kind, interlaced: interlace === 1 };
}

const table = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? 0xedb88320 ^ (crc >>> 1) : crc >>> 1;
  return crc;
});

function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]!) & 255]! ^ (crc >>> 8);
  return ~crc >>> 0;
}
