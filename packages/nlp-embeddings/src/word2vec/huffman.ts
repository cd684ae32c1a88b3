/** The way from the root of a Huffman tree to each of its leaves. */
export interface HuffmanPaths {
  /** Where the path of leaf i begins in `nodes`; one more for the end of the last. */
  readonly starts: Int32Array;
  /** Inner nodes from the root on, 0 to n - 2; ~ of a node where the path turns to the branch of code 1. */
  readonly nodes: Int32Array;
}

/**
 * Huffman's tree of leaves with such counts: frequent ones have short paths. Of two that are equally rare the later leaf is
 * joined first, and the rarer of two branches has code 0, the other code 1.
 *
 * @see Huffman (1952), A method for the construction of minimum-redundancy codes.
 */
export function huffmanPaths(counts: ArrayLike<number>): HuffmanPaths {
  const n = counts.length;
  const order = Array.from({ length: n }, (_, i) => i).sort(
    (a, b) => counts[a]! - counts[b]! || b - a,
  );
  const weight = new Float64Array(2 * n - 1);
  const parent = new Int32Array(2 * n - 1);
  const code = new Uint8Array(2 * n - 1);
  for (let i = 0; i < n; i++) weight[i] = counts[i]!;
  // Leaves in their order and inner nodes in theirs are two sorted rows: the next two are at their heads.
  let leaf = 0;
  let inner = n;
  for (let node = n; node < 2 * n - 1; node++) {
    const take = (): number => {
      const one = order[leaf];
      const takesLeaf = one !== undefined && (inner >= node || weight[one]! < weight[inner]!);
      if (takesLeaf) leaf++;
      return takesLeaf ? one : inner++;
    };
    const [a, b] = [take(), take()];
    weight[node] = weight[a]! + weight[b]!;
    parent[a] = parent[b] = node;
    code[b] = 1;
  }
  const root = 2 * n - 2;
  const starts = new Int32Array(n + 1);
  for (let i = 0; i < n; i++) {
    let length = 0;
    for (let node = i; node !== root; node = parent[node]!) length++;
    starts[i + 1] = starts[i]! + length;
  }
  const nodes = new Int32Array(starts[n]!);
  for (let i = 0; i < n; i++) {
    let at = starts[i + 1]!;
    for (let node = i; node !== root; node = parent[node]!) {
      // The root is inner node 0.
      const place = root - parent[node]!;
      nodes[--at] = code[node] === 1 ? ~place : place;
    }
  }
  return { starts, nodes };
}
