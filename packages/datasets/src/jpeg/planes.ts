import type { Image } from '../image.ts';
import { bytesFor } from '../unpacker.ts';
import type { Component, Frame } from './frame.ts';

/** What the components of a picture are. @internal */
export type ColourSpace = 'grey' | 'RGB' | 'YCbCr' | 'CMYK' | 'YCCK';

/** The picture that the samples of a frame make: 3 channels, or 1 if it is grey. @internal */
export function planes(frame: Frame, space: ColourSpace, name: string): Image {
  const { width, height, components } = frame;
  const channels = space === 'grey' ? 1 : 3;
  const data = bytesFor(name, channels * height * width);
  const rows = components.map((component) => rowsOf(component, frame));
  const plane = height * width;
  const put = (at: number, red: number, green: number, blue: number): void => {
    data[at] = red;
    data[plane + at] = green;
    data[2 * plane + at] = blue;
  };
  for (let y = 0, at = 0; y < height; y++) {
    const [a, b, c, k] = rows.map((row) => row(y));
    for (let x = 0; x < width; x++, at++) {
      if (space === 'grey') data[at] = a![x]!;
      else if (space === 'RGB') put(at, a![x]!, b![x]!, c![x]!);
      else if (space === 'CMYK') {
        const black = k![x]!;
        put(at, printed(a![x]!, black), printed(b![x]!, black), printed(c![x]!, black));
      } else {
        const light = a![x]!;
        const blue = b![x]! - 128;
        const red = c![x]! - 128;
        // Whole numbers with 16 bits behind the point, as in libjpeg
        const r = byte(light + ((91881 * red + 32768) >> 16));
        const g = byte(light + ((-22554 * blue - 46802 * red + 32768) >> 16));
        const s = byte(light + ((116130 * blue + 32768) >> 16));
        if (space === 'YCbCr') put(at, r, g, s);
        else {
          const black = k![x]!;
          put(at, printed(255 - r, black), printed(255 - g, black), printed(255 - s, black));
        }
      }
    }
  }
  return { data, channels, height, width };
}

function byte(value: number): number {
  return value < 0 ? 0 : value > 255 ? 255 : value;
}

/** What is seen of paper that an ink and black leave free; files store what is left free: 255 is no ink. */
function printed(free: number, black: number): number {
  const product = black * (255 - free) + 128;
  return black - (((product >> 8) + product) >> 8);
}

/**
 * A function that gives row y of a component, as wide as the picture.
 *
 * Where there are half as many samples beside or above each other, the ones between are blended 3 : 1 from
 * the nearest two, as in libjpeg; in other cases the nearest one is repeated.
 */
function rowsOf(component: Component, frame: Frame): (y: number) => Uint8Array {
  const { h, v, samples, stride, width, height } = component;
  const { maxH, maxV } = frame;
  const line = (y: number): Uint8Array => samples.subarray(y * stride, y * stride + width);
  const out = new Uint8Array(2 * Math.max(width, frame.width));
  if (h === maxH && v === maxV) return line;
  if (2 * h === maxH && v === maxV && width > 2) return (y) => twiceAsWide(line(y), out);
  /** The rows that row y lies between: the nearest, and the next to it. */
  const near = (y: number): [Uint8Array, Uint8Array] => {
    const other = (y >> 1) + (y & 1 ? 1 : -1);
    return [line(y >> 1), line(Math.min(Math.max(other, 0), height - 1))];
  };
  if (h === maxH && 2 * v === maxV) {
    return (y) => {
      const [nearest, next] = near(y);
      const half = y & 1 ? 2 : 1;
      for (let x = 0; x < width; x++) out[x] = (3 * nearest[x]! + next[x]! + half) >> 2;
      return out;
    };
  }
  if (2 * h === maxH && 2 * v === maxV && width > 2) {
    const sums = new Uint16Array(width);
    return (y) => {
      const [nearest, next] = near(y);
      for (let x = 0; x < width; x++) sums[x] = 3 * nearest[x]! + next[x]!;
      return twiceBoth(sums, out);
    };
  }
  return (y) => {
    const row = line(Math.floor((y * v) / maxV));
    for (let x = 0; x < frame.width; x++) out[x] = row[Math.floor((x * h) / maxH)]!;
    return out;
  };
}

function twiceAsWide(row: Uint8Array, out: Uint8Array): Uint8Array {
  const last = row.length - 1;
  for (let x = 0; x <= last; x++) {
    const own = 3 * row[x]!;
    out[2 * x] = x === 0 ? row[0]! : (own + row[x - 1]! + 1) >> 2;
    out[2 * x + 1] = x === last ? row[last]! : (own + row[x + 1]! + 2) >> 2;
  }
  return out;
}

/** As above, of sums that hold four times a sample. */
function twiceBoth(sums: Uint16Array, out: Uint8Array): Uint8Array {
  const last = sums.length - 1;
  for (let x = 0; x <= last; x++) {
    const own = sums[x]!;
    out[2 * x] = (3 * own + sums[Math.max(x - 1, 0)]! + 8) >> 4;
    out[2 * x + 1] = (3 * own + sums[Math.min(x + 1, last)]! + 7) >> 4;
  }
  return out;
}
