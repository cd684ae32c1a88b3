/** The launches of a traced function, and what flows between them. */
import type { OpStep, Value } from '../../../compile/trace.ts';
import type { GpuLaunch, GpuOperand } from '../../../op.ts';
import { launchesFor } from '../kernels.ts';
import {
  parseKernel,
  returns,
  roundsOf,
  type KernelSource,
  type Statement,
} from './kernel-source.ts';

/** Numbers from outside of the plan: tensors, constants, random numbers, results of plain loops. */
export interface Leaf {
  readonly kind: 'leaf';
  readonly value: Value;
  readonly size: number;
}

/** A number that is the same in every call. */
export interface FixedNumber {
  readonly kind: 'number';
  readonly number: number;
}

/** What a scalar of a kernel is: a number, or one that is made anew in every call. */
export type Scalar =
  | number
  | { readonly step: OpStep; readonly launch: number; readonly at: number };

/** One launch of an op, to be carried out alone or as part of others. */
export interface Node {
  readonly kind: 'node';
  readonly id: number;
  readonly name: string;
  readonly source: KernelSource;
  readonly constants: Readonly<Record<string, number>>;
  readonly scalars: readonly Scalar[];
  /** By parameter; those beyond are scalars. */
  readonly inputs: readonly Input[];
  /** How often a thread reads each of them. */
  readonly reads: readonly number[];
  readonly size: number;
  readonly vector: boolean;
  /** Statements that a thread carries out. */
  readonly work: number;
  readonly hasLoops: boolean;
  /** True if it may stand where others read it. */
  readonly isPart: boolean;
  /** True if its kernel runs many times, and should be compiled once. */
  readonly isAlone: boolean;
}

export type Input = Node | Leaf | FixedNumber;

/** The launches of ops that follow each other. */
export class Graph {
  readonly nodes: Node[] = [];
  readonly #made = new Map<Value, Node>();
  readonly #leaves = new Map<Value, Leaf>();
  readonly #given: ReadonlySet<Value>;

  /** `given` are there before, whatever they come from. */
  constructor(given: ReadonlySet<Value>) {
    this.#given = given;
  }

  /** Adds the launches of an op. */
  add(step: OpStep, launches: readonly GpuLaunch[]): void {
    const inputs = step.inputs.map(({ value }) => this.inputOf(value));
    launches.forEach((launch, i) => {
      const last = i === launches.length - 1;
      const picks = launch.inputs ?? step.inputs.map((_, k) => k);
      const read = picks.map((k) => inputs[k]!);
      const node = this.#node(step, launch, i, read, last ? step.output.size : launch.size!);
      inputs.push(node);
      if (last) this.#made.set(step.output.value, node);
    });
  }

  /** The node that computes a value; undefined if it comes from outside. */
  nodeOf(value: Value): Node | undefined {
    return this.#made.get(value);
  }

  inputOf(value: Value): Input {
    const { origin } = value;
    const made = this.#made.get(value);
    if (made !== undefined) return made;
    const isNumber = origin.kind === 'constant' && !origin.filled && value.length === 1;
    if (isNumber && !this.#given.has(value)) {
      return { kind: 'number', number: origin.data[0]! };
    }
    let leaf = this.#leaves.get(value);
    if (leaf === undefined) {
      leaf = { kind: 'leaf', value, size: value.length };
      this.#leaves.set(value, leaf);
    }
    return leaf;
  }

  #node(
    step: OpStep,
    { source: text, constants = {}, scalars = [], ...launched }: GpuLaunch,
    launch: number,
    inputs: readonly Input[],
    size: number,
  ): Node {
    const source = parseKernel(text);
    const { vector = false, alone = false } = launched;
    const names = source.parameters.slice(0, inputs.length);
    const measured = measure(source.body, names, constants);
    const node: Node = {
      kind: 'node',
      id: this.nodes.length,
      name: step.op.name,
      source,
      constants,
      scalars: scalars.map((number, at) => {
        return step.refresh === null ? number : { step, launch, at };
      }),
      inputs,
      reads: names.map((name) => measured.reads.get(name) ?? 0),
      size,
      vector,
      work: measured.work,
      hasLoops: measured.hasLoops,
      // An array of vectors is read as such.
      isPart: !vector && !alone && joinable(source.body) && returns(joined(source.body)),
      isAlone: alone,
    };
    this.nodes.push(node);
    return node;
  }
}

/** The launches of an op; null if it has no kernel. */
export function launchesOf(
  { op, inputs, output }: OpStep,
  attrs: unknown,
  vectors: boolean,
): readonly GpuLaunch[] | null {
  const operand = ({ shape, dtype, size }: GpuOperand): GpuOperand => ({ shape, dtype, size });
  return launchesFor(op, inputs.map(operand), attrs, operand(output), vectors);
}

interface Measured {
  work: number;
  hasLoops: boolean;
  readonly reads: Map<string, number>;
}

function measure(
  body: readonly Statement[],
  names: readonly string[],
  constants: Readonly<Record<string, number>>,
): Measured {
  const found: Measured = { work: 0, hasLoops: false, reads: new Map() };
  const see = (text: string, times: number): void => {
    found.work += times * (1 + text.split('(').length - 1);
    for (const [, name] of text.matchAll(/(?<![\w.])(\w+)\s*\[/g)) {
      if (names.includes(name!)) found.reads.set(name!, (found.reads.get(name!) ?? 0) + times);
    }
  };
  const walk = (statements: readonly Statement[], times: number): void => {
    for (const one of statements) {
      if (one.kind === 'if') {
        see(one.test, times);
        walk(one.body, times);
        walk(one.otherwise, times);
      } else if (one.kind === 'for') {
        found.hasLoops = true;
        walk(one.body, times * (roundsOf(one, constants) ?? Infinity));
      } else see(one.value, times);
    }
  };
  walk(body, 1);
  return found;
}

/** Whether returns stand only where `joined` can follow them. */
function joinable(statements: readonly Statement[]): boolean {
  return statements.every((one) => {
    if (one.kind === 'for') return !contains(one.body);
    if (one.kind !== 'if' || !contains([one])) return true;
    if (!joinable(one.body) || !joinable(one.otherwise)) return false;
    return returns(one.body) || returns(one.otherwise);
  });
}

/** The same statements without a return before the end of a way through them: what follows one goes into the other branch. */
export function joined(statements: readonly Statement[]): readonly Statement[] {
  const at = statements.findIndex((one) => one.kind === 'if' && contains([one]));
  if (at < 0) return statements;
  const one = statements[at] as Extract<Statement, { kind: 'if' }>; // as was looked for
  const rest = statements.slice(at + 1);
  const [body, otherwise] = returns(one.body)
    ? [one.body, [...one.otherwise, ...rest]]
    : [[...one.body, ...rest], one.otherwise];
  return [...statements.slice(0, at), { ...one, body: joined(body), otherwise: joined(otherwise) }];
}

function contains(statements: readonly Statement[]): boolean {
  return statements.some((one) => {
    if (one.kind === 'return') return true;
    if (one.kind === 'if') return contains(one.body) || contains(one.otherwise);
    return one.kind === 'for' && contains(one.body);
  });
}
