import type { Model } from './model.ts';

/** The ids of `<0x00>` to `<0xFF>`, -1 for those that there are not. */
export function byteIds(model: Model): Int32Array {
  return Int32Array.from({ length: 256 }, (_, byte) => model.tokenToId(byteToken(byte)) ?? -1);
}

/** How a byte is written as a token. */
export function byteToken(byte: number): string {
  return `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;
}
