import { describe, expect, it } from 'vitest';
import { crc32, crc32c } from './crc32.ts';

const text = (value: string): Uint8Array => new TextEncoder().encode(value);

describe('checksums', () => {
  it('are those that others compute', () => {
    expect(crc32(text('123456789'))).toBe(0xcbf43926);
    expect(crc32c(text('123456789'))).toBe(0xe3069283);
  });

  // RFC 3720, section B.4.
  it.each([
    ['zeros', new Uint8Array(32), 0x8a9136aa],
    ['ones', new Uint8Array(32).fill(0xff), 0x62a8ab43],
    ['bytes that rise', Uint8Array.from({ length: 32 }, (_, i) => i), 0x46dd794e],
    ['bytes that fall', Uint8Array.from({ length: 32 }, (_, i) => 31 - i), 0x113fdb5c],
  ])('are those of the standard: %s', (_, bytes, expected) => {
    expect(crc32c(bytes)).toBe(expected);
  });

  it('go on from what stands before', () => {
    expect(crc32(text('6789'), crc32(text('12345')))).toBe(0xcbf43926);
    expect(crc32c(text('6789'), crc32c(text('12345')))).toBe(0xe3069283);
  });
});
