/**
 * Which launches become one. A launch may be carried out where its result is read, element by element, in place of
 * the read: what is cheap even several times over. What is left and does not wait for each other shares a launch
 * whose threads are divided between them.
 */
import type { Input, Leaf, Node } from './graph.ts';

/** Work that may be done again for the sake of a launch less, in statements of all threads: some 20 µs of a small device. */
const REPEATED = 2 ** 17;
/** Statements of one thread, beyond which its launch would wait for few threads. */
const SERIAL = 2 ** 12;
/** WebGPU binds eight arrays, and the result is one of them. */
const ARRAYS = 7;
/** Nodes in a kernel: longer ones take long to compile. */
const NODES = 64;
/** Elements that one launch may make, as they are counted in float32. */
const ELEMENTS = 2 ** 24;

/** A launch: its nodes write one after the other into its result. */
export interface Joint {
  readonly roots: readonly Node[];
  readonly arrays: readonly (Node | Leaf)[];
}

export interface Fusion {
  readonly joints: readonly Joint[];
  inlined(node: Node, root: Node): boolean;
}

/** A node whose result gets an array, while it is found out what becomes part of it. */
interface Root {
  readonly node: Node;
  readonly arrays: Set<Node | Leaf>;
  readonly parts: Set<Node>;
  /** How often a thread computes an element of each node in it. */
  readonly times: Map<Node, number>;
}

/** `wanted` get arrays of their own in any case; `alone` are those whose array is shared with no other. */
export function fusion(
  nodes: readonly Node[],
  wanted: ReadonlySet<Node>,
  alone: ReadonlySet<Node>,
): Fusion {
  const roots = new Map<Node, Root>();
  const readers = new Map<Node, Node[]>();
  for (const node of nodes) {
    for (const input of new Set(node.inputs)) {
      if (input.kind === 'node') readers.set(input, [...(readers.get(input) ?? []), node]);
    }
  }
  // From the end: whoever reads a node has found its place before.
  for (const node of nodes.toReversed()) {
    const reading = [...roots.values()].filter((root) => root.arrays.has(node));
    const costs = reading.map((root) => timesIn(node, root, readers.get(node) ?? []));
    const must = wanted.has(node) || !node.isPart;
    if (must || reading.length === 0 || !mayVanish(node, reading, costs)) {
      roots.set(node, rootOf(node));
      // It is there to be read. Small things are nevertheless done again, where that saves waiting.
      reading.forEach((root, i) => {
        if (isSmall(node, root, costs[i]!) && fits(node, root)) take(node, root, costs[i]!);
      });
    } else reading.forEach((root, i) => take(node, root, costs[i]!));
  }
  const list = nodes.flatMap((node) => roots.get(node) ?? []);
  return {
    joints: join(list, wanted, alone),
    inlined: (node, { id }) => roots.get(nodes[id]!)!.parts.has(node),
  };
}

function rootOf(node: Node): Root {
  return {
    node,
    arrays: new Set(node.inputs.filter(isArray)),
    parts: new Set(),
    times: new Map([[node, 1]]),
  };
}

function isArray(input: Input): input is Node | Leaf {
  return input.kind !== 'number';
}

/** How often a thread of the root would compute an element of `node`. */
function timesIn(node: Node, { times }: Root, readers: readonly Node[]): number {
  let sum = 0;
  for (const reader of readers) {
    const each = times.get(reader);
    if (each === undefined) continue;
    reader.inputs.forEach((input, i) => {
      if (input === node) sum += each * reader.reads[i]!;
    });
  }
  return sum;
}

/** True if all who read the node may compute it themselves. */
function mayVanish(node: Node, reading: readonly Root[], times: readonly number[]): boolean {
  if (reading.some((root) => root.node.isAlone)) return false;
  if (node.hasLoops && reading.length > 1) return false;
  let computed = 0;
  for (const [i, root] of reading.entries()) {
    computed += root.node.size * times[i]!;
    if (times[i]! > 1 && times[i]! * node.work > SERIAL) return false;
    if (!fits(node, root)) return false;
  }
  return (computed - node.size) * node.work <= REPEATED;
}

/** True for what is hardly more than a read. */
function isSmall(node: Node, root: Root, times: number): boolean {
  return (
    !root.node.isAlone &&
    node.isPart &&
    !node.hasLoops &&
    times === 1 &&
    node.work <= 12 &&
    root.node.size <= node.size
  );
}

function fits({ inputs }: Node, { arrays, parts }: Root): boolean {
  const more = new Set(inputs.filter(isArray).filter((input) => !arrays.has(input)));
  return arrays.size - 1 + more.size <= ARRAYS && parts.size < NODES;
}

function take(node: Node, { arrays, parts, times }: Root, each: number): void {
  arrays.delete(node);
  parts.add(node);
  times.set(node, each);
  for (const input of node.inputs) if (isArray(input)) arrays.add(input);
}

/** Puts what may run at the same time into one launch, in an order in which everything is there when it is read. */
function join(
  roots: readonly Root[],
  wanted: ReadonlySet<Node>,
  alone: ReadonlySet<Node>,
): Joint[] {
  // What outlives the call must not keep what is used up within it.
  const sharesWith = (a: Node, b: Node): boolean =>
    ![a, b].some((node) => node.vector || node.isAlone || alone.has(node)) &&
    wanted.has(a) === wanted.has(b);
  const joints: Joint[] = [];
  const waiting = new Set(roots);
  const isDue = ({ arrays }: Root): boolean =>
    [...arrays].every((array) => array.kind === 'leaf' || !byNode.has(array));
  const byNode = new Map(roots.map((root) => [root.node as Input, root]));
  while (waiting.size > 0) {
    const due = [...waiting].filter(isDue);
    const awaited = new Set([...waiting].flatMap(({ arrays }) => [...arrays]));
    // What nobody waits for can be done later, with more of its kind.
    const urgent = due.filter(({ node }) => awaited.has(node));
    const now = urgent.length > 0 ? urgent : due;
    const bins: { roots: Root[]; arrays: Set<Node | Leaf>; size: number; parts: number }[] = [];
    for (const root of now) {
      const { node, arrays, parts } = root;
      const bin = bins.find((one) => {
        return (
          sharesWith(one.roots[0]!.node, node) &&
          new Set([...one.arrays, ...arrays]).size <= ARRAYS &&
          one.size + node.size <= ELEMENTS &&
          one.parts + parts.size < NODES
        );
      });
      if (bin === undefined) {
        bins.push({
          roots: [root],
          arrays: new Set(arrays),
          size: node.size,
          parts: parts.size + 1,
        });
      } else {
        bin.roots.push(root);
        for (const array of arrays) bin.arrays.add(array);
        bin.size += node.size;
        bin.parts += parts.size + 1;
      }
    }
    for (const bin of bins) {
      joints.push({ roots: bin.roots.map(({ node }) => node), arrays: [...bin.arrays] });
      for (const root of bin.roots) {
        waiting.delete(root);
        byNode.delete(root.node);
      }
    }
  }
  return joints;
}
