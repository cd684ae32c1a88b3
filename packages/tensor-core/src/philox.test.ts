import { describe, expect, it } from 'vitest';
import { philox } from './philox.ts';

type Four = [number, number, number, number];

function block(counter: Four, key: [number, number]): string {
  const out = new Uint32Array(4);
  philox(out, ...key, ...counter);
  return Array.from(out, (w) => w.toString(16).padStart(8, '0')).join(' ');
}

describe('philox', () => {
  it('gives the known answers of Random123 for philox4x32-10', () => {
    expect(block([0, 0, 0, 0], [0, 0])).toBe('6627e8d5 e169c58d bc57ac4c 9b00dbd8');
    const ones = 0xffffffff;
    expect(block([ones, ones, ones, ones], [ones, ones])).toBe(
      '408f276d 41c83b0e a20bc7c6 6d5451fd',
    );
    // The digits of π.
    expect(block([0x243f6a88, 0x85a308d3, 0x13198a2e, 0x03707344], [0xa4093822, 0x299f31d0])).toBe(
      'd16cfe09 94fdcceb 5001e420 24126ea1',
    );
  });

  it('counts blocks up as one 64-bit number', () => {
    const out = new Uint32Array(8);
    philox(out, 3, 4, 0xffffffff, 6, 1, 2);
    const words = Array.from(out, (w) => w.toString(16).padStart(8, '0'));
    expect(words.slice(0, 4).join(' ')).toBe(block([0xffffffff, 6, 1, 2], [3, 4]));
    expect(words.slice(4).join(' ')).toBe(block([0, 7, 1, 2], [3, 4]));
  });

  it('cuts the last block off where the array ends', () => {
    const whole = new Uint32Array(8);
    philox(whole, 1, 2, 5, 0, 0, 0);
    for (let n = 0; n < 8; n++) {
      const part = new Uint32Array(n);
      philox(part, 1, 2, 5, 0, 0, 0);
      expect(Array.from(part)).toEqual(Array.from(whole.subarray(0, n)));
    }
  });

  it('flips half of the bits when one bit of the counter or key flips', () => {
    const bits = (n: number): number => n.toString(2).split('1').length - 1;
    const [a, b] = [new Uint32Array(4), new Uint32Array(4)];
    let flipped = 0;
    for (let bit = 0; bit < 192; bit++) {
      const words = [1, 2, 3, 4, 5, 6];
      philox(a, 5, 6, 1, 2, 3, 4);
      words[bit >> 5]! ^= 1 << (bit & 31);
      const [c0, c1, c2, c3, k0, k1] = words as [number, number, number, number, number, number];
      philox(b, k0, k1, c0, c1, c2, c3);
      for (let i = 0; i < 4; i++) flipped += bits((a[i]! ^ b[i]!) >>> 0);
    }
    // 192 trials of 128 fair coins: mean 12288, standard deviation 78.
    expect(Math.abs(flipped - 12288)).toBeLessThan(4 * 78);
  });
});
