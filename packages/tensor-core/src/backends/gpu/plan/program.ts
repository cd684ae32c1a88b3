/** What is left to do of a traced function in every call: launches, and plain loops where an op has no kernel. */
import type { OpStep, Step, Value } from '../../../compile/trace.ts';
import type { GpuLaunch } from '../../../op.ts';
import { fusion, type Joint } from './fusion.ts';
import { Graph, launchesOf, type Leaf, type Node, type Scalar } from './graph.ts';
import { write } from './writer.ts';

/** A launch whose kernel computes what nodes compute. */
export interface Run {
  readonly kind: 'run';
  readonly launch: GpuLaunch;
  readonly scalars: readonly Scalar[];
  /** The registers of its arrays. */
  readonly inputs: readonly number[];
  readonly sizes: readonly number[];
  readonly vectors: readonly boolean[];
  readonly size: number;
  /** Its results, which stand one after the other in what it makes. */
  readonly made: readonly number[];
  readonly lengths: readonly number[];
  /** The ops that are in it. */
  readonly names: readonly string[];
}

/** An op that runs on the host, or whose shape rule looks at values there. */
export interface OnHost {
  readonly kind: 'loop' | 'check';
  readonly step: OpStep;
  readonly inputs: readonly number[];
  readonly made: readonly number[];
}

export type Instruction = (Run | OnHost) & {
  /** Registers that nobody reads any more. */
  readonly dying: readonly number[];
};

export interface Program {
  readonly instructions: readonly Instruction[];
  /** Where the values are; those made within kernels are nowhere. */
  readonly registers: ReadonlyMap<Value, number>;
  readonly count: number;
  /** Values that come from tensors, stay from call to call, and come anew from the host. */
  readonly tensors: readonly Value[];
  readonly constants: readonly Value[];
  readonly filled: readonly Value[];
}

/** Ops with kernels, and what the host does after them. */
interface Segment {
  readonly ops: { readonly step: OpStep; readonly launches: readonly GpuLaunch[] }[];
  end: Omit<OnHost, 'inputs' | 'made'> | null;
}

/** Of the values of a call, */
export interface Ends {
  /** those that leave it, */
  readonly leaving: ReadonlySet<Value>;
  /** those of them that are about to be read, */
  readonly returned: ReadonlySet<Value>;
  /** and those that are there before, whatever they come from. */
  readonly given: ReadonlySet<Value>;
}

/** The program of the steps. */
export function programOf(
  steps: readonly Step[],
  { leaving, returned, given }: Ends,
  vectors: boolean,
): Program {
  const todo = steps.filter((step) => step.kind !== 'op' || !given.has(step.output.value));
  const segments = segmentsOf(todo, vectors);
  const registers = new Map<Value, number>();
  const instructions: (Run | OnHost)[] = [];
  const registerOf = (value: Value): number => {
    const known = registers.get(value);
    if (known !== undefined) return known;
    registers.set(value, count);
    return count++;
  };
  let count = 0;
  for (const value of leaving) registerOf(value);
  segments.forEach(({ ops, end }, i) => {
    const graph = new Graph(given);
    for (const { step, launches } of ops) graph.add(step, launches);
    const later = new Set<Value>(leaving);
    for (const { value } of end?.step.inputs ?? []) later.add(value);
    for (const segment of segments.slice(i + 1)) {
      const all = [
        ...segment.ops.map(({ step }) => step),
        ...(segment.end ? [segment.end.step] : []),
      ];
      for (const { value } of all.flatMap(({ inputs }) => inputs)) later.add(value);
    }
    const wanted = nodesOf(graph, later);
    const joined = fusion(graph.nodes, wanted, nodesOf(graph, returned));
    const made = new Map<Node, number>();
    for (const value of later) {
      const node = graph.nodeOf(value);
      if (node !== undefined) made.set(node, registerOf(value));
    }
    const arrayOf = (array: Node | Leaf): number => {
      if (array.kind === 'leaf') return registerOf(array.value);
      const known = made.get(array);
      if (known !== undefined) return known;
      made.set(array, count);
      return count++;
    };
    for (const joint of joined.joints) instructions.push(runOf(joint, joined.inlined, arrayOf));
    if (end !== null) {
      const { step } = end;
      const inputs = step.inputs.map(({ value }) => registerOf(value));
      instructions.push({
        ...end,
        inputs,
        made: end.kind === 'loop' ? [registerOf(step.output.value)] : [],
      });
    }
  });
  const values = [...registers.keys()];
  const kinds = (of: (value: Value) => boolean): Value[] => values.filter(of);
  // What leaves the plan is no longer its own, so each call brings another.
  const isTensor = (value: Value): boolean =>
    given.has(value) || !['op', 'constant'].includes(value.origin.kind);
  const isFilled = (value: Value): boolean =>
    !isTensor(value) &&
    value.origin.kind === 'constant' &&
    (value.origin.filled || leaving.has(value));
  const isConstant = (value: Value): boolean =>
    !isTensor(value) && value.origin.kind === 'constant' && !isFilled(value);
  const stay = new Set(
    kinds((value) => leaving.has(value) || isTensor(value) || isConstant(value)).map((value) =>
      registers.get(value)!,
    ),
  );
  return {
    instructions: withEnds(instructions, stay),
    registers,
    count,
    tensors: kinds(isTensor),
    constants: kinds(isConstant),
    filled: kinds(isFilled),
  };
}

function segmentsOf(steps: readonly Step[], vectors: boolean): Segment[] {
  let last: Segment = { ops: [], end: null };
  const segments = [last];
  const close = (end: Segment['end']): void => {
    last.end = end;
    segments.push((last = { ops: [], end: null }));
  };
  for (const step of steps) {
    if (step.kind !== 'op') continue;
    if (step.checked) close({ kind: 'check', step });
    if (step.output.size === 0) continue;
    const launches = launchesOf(step, step.attrs, vectors);
    if (launches === null) close({ kind: 'loop', step });
    else last.ops.push({ step, launches });
  }
  return segments;
}

function nodesOf(graph: Graph, values: ReadonlySet<Value>): ReadonlySet<Node> {
  const found = new Set<Node>();
  for (const value of values) {
    const node = graph.nodeOf(value);
    if (node !== undefined) found.add(node);
  }
  return found;
}

function runOf(
  { roots }: Joint,
  inlined: (node: Node, root: Node) => boolean,
  registerOf: (array: Node | Leaf) => number,
): Run {
  const { source, constants, arrays, scalars } = write(roots, inlined);
  const [first] = roots;
  const parts = new Set<string>();
  const collect = (node: Node, root: Node): void => {
    parts.add(node.name);
    for (const input of node.inputs) {
      if (input.kind === 'node' && inlined(input, root)) collect(input, root);
    }
  };
  for (const root of roots) collect(root, root);
  return {
    kind: 'run',
    launch: { source, constants, ...(first!.vector ? { vector: true as const } : {}) },
    scalars,
    inputs: arrays.map(registerOf),
    sizes: arrays.map(({ size }) => Math.max(1, size)),
    vectors: arrays.map((array) => array.kind === 'node' && array.vector),
    size: roots.reduce((sum, { size }) => sum + size, 0),
    made: roots.map(registerOf),
    lengths: roots.map(({ size }) => size),
    names: [...parts],
  };
}

function withEnds(
  instructions: readonly (Run | OnHost)[],
  stay: ReadonlySet<number>,
): Instruction[] {
  const seen = new Set(stay);
  return instructions
    .toReversed()
    .map((one) => {
      const dying = [...new Set([...one.inputs, ...one.made])].filter(
        (register) => !seen.has(register),
      );
      for (const register of dying) seen.add(register);
      return { ...one, dying };
    })
    .toReversed();
}
