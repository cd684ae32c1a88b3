import type { PeerResult } from './measure.ts';
import { NATIVE } from './peers/kasane.ts';

/** The libraries that peers are sides of, each once; not ourselves with a BLAS. */
export function librariesOf(peers: readonly PeerResult[]): string[] {
  const others = peers.filter(({ name }) => name !== NATIVE);
  return [...new Set(others.map(({ name }) => libraryOf(name)))];
}

/** `PyTorch` for `PyTorch 2 threads`. */
function libraryOf(peer: string): string {
  return peer.replace(/ \d threads?$/, '');
}

/** The result of a library that leaves us the smallest ratio, if it has one. */
export function fastest(peers: readonly PeerResult[], library: string): PeerResult | undefined {
  return peers
    .filter(({ name, ratio }) => libraryOf(name) === library && ratio !== null)
    .toSorted((a, b) => a.ratio! - b.ratio!)[0];
}
