import { describe, expect, it } from 'vitest';
import { fastest, librariesOf } from './library.ts';
import type { PeerResult } from './measure.ts';

const peer = (name: string, ratio: number | null): PeerResult =>
  ratio === null
    ? { name, value: null, ratio, spread: null, reason: 'absent' }
    : { name, value: ratio, ratio, spread: [ratio, ratio] };

describe('the sides of a library', () => {
  it('are those that differ in threads', () => {
    const names = ['PyTorch 1 thread', 'tfjs wasm', 'PyTorch 2 threads', 'tfjs cpu'];
    expect(librariesOf(names.map((name) => peer(name, 1)))).toEqual([
      'PyTorch',
      'tfjs wasm',
      'tfjs cpu',
    ]);
  });

  it('are represented by the fastest that was compared with', () => {
    const peers = [peer('PyTorch 1 thread', null), peer('PyTorch 2 threads', 3)];
    expect(fastest(peers, 'PyTorch')?.ratio).toBe(3);
    expect(fastest([...peers, peer('PyTorch 3 threads', 2)], 'PyTorch')?.ratio).toBe(2);
    expect(fastest(peers, 'tfjs wasm')).toBeUndefined();
  });
});
