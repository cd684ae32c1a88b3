import type { PeerResult } from './measure.ts';

/** The libraries that peers are sides of, each once. */
export function librariesOf(peers: readonly PeerResult[]): string[] {
  return [...new Set(peers.map(({ name }) => libraryOf(name)))];
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
