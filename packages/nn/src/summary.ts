import {
  formatShape,
  noGrad,
  refusePromise,
  requireTensors,
  scope,
  Tensor,
  zeros,
  type Shape,
} from '@kasane/tensor-core';
import { ownParts, requireModule, type Module } from './module.ts';
import { Parameter } from './parameter.ts';

/** One module in a summary, at its first use. */
export interface SummaryRow {
  /** The path of fields; empty for the model itself. */
  readonly name: string;
  /** The class. */
  readonly type: string;
  /** 0 for the model, 1 for its children, and so on. */
  readonly depth: number;
  /** The shapes of the tensors it gave; empty if its forward was never called. */
  readonly outputShapes: readonly Shape[];
  /** Elements of its own parameters, without those of submodules. */
  readonly parameters: number;
  /** Multiply-adds of all its calls, without those of submodules. */
  readonly multiplyAdds: number;
}

/** What `summary` found. */
export interface Summary {
  readonly rows: readonly SummaryRow[];
  /** Elements of all parameters, shared ones counted once. */
  readonly parameters: number;
  /** Those that require gradients. */
  readonly trainableParameters: number;
  readonly multiplyAdds: number;
  /** Two per multiply-add. */
  readonly flops: number;
  /** The table. */
  toString(): string;
}

/**
 * Runs a model once, without gradients and in evaluation mode, and tells for each of its modules what it gives, how
 * many parameters it has and how many multiply-adds it takes.
 *
 * The model gets zeros of the given shape, or the given tensors. Counted are the products of layers that say so
 * (`Module.multiplyAdds`); elementwise work and products written in a `forward` of your own are not. The model's
 * training mode is as before afterwards, and its buffers are untouched. PyTorch has none, but there is
 * `torchinfo.summary`. Throws what the model's `forward` throws, and ScopeError if that is asynchronous.
 *
 * @example
 * import { Linear, ReLU, Sequential, summary } from '@kasane/nn';
 * const model = new Sequential(new Linear(784, 100), new ReLU(), new Linear(100, 10));
 * const { parameters, multiplyAdds } = summary(model, [1, 784]);
 * parameters; // => 79510
 * multiplyAdds; // => 79400
 */
export function summary(model: Module, input: Shape | readonly Tensor[]): Summary {
  requireModule('summary', model);
  const named = model.namedModules();
  const calls = new Map<Module, { shapes: Shape[]; multiplyAdds: number }>();
  const modes = named.map(([, module]) => module.training);
  try {
    for (const [, module] of named) record(module, calls);
    model.eval();
    noGrad(() =>
      scope(() => {
        const [like = zeros([])] = model.parameters();
        if (!isShape(input)) requireTensors('summary', input);
        const inputs = isShape(input) ? [like.newFull(input, 0)] : input;
        // The caller knows what the model takes; the type of Module does not.
        const forward = model.forward as (...inputs: readonly Tensor[]) => unknown;
        refusePromise('summary', forward.call(model, ...inputs));
      }),
    );
  } finally {
    for (const [i, [, module]] of named.entries()) {
      Reflect.deleteProperty(module, 'forward');
      module.training = modes[i]!;
    }
  }
  const counted = new Set<Tensor>();
  const rows = named.map(([name, module]): SummaryRow => {
    let parameters = 0;
    for (const [, part] of ownParts(module)) {
      if (!(part instanceof Parameter) || counted.has(part)) continue;
      counted.add(part);
      parameters += part.size;
    }
    const call = calls.get(module);
    return {
      name,
      type: module.constructor.name,
      depth: name === '' ? 0 : name.split('.').length,
      outputShapes: call?.shapes ?? [],
      parameters,
      multiplyAdds: call?.multiplyAdds ?? 0,
    };
  });
  return describe(model, rows);
}

/** Stands a recording forward before the module's own; deleting the property removes it. */
function record(
  module: Module,
  calls: Map<Module, { shapes: Shape[]; multiplyAdds: number }>,
): void {
  // What a forward takes and gives is its own affair; it is only passed through.
  const forward = module.forward.bind(module) as (...inputs: readonly unknown[]) => unknown;
  const recording = (...inputs: readonly unknown[]): unknown => {
    const output = forward(...inputs);
    const outputs = tensorsIn(output);
    const call = calls.get(module) ?? { shapes: outputs.map((t) => t.shape), multiplyAdds: 0 };
    call.multiplyAdds += module.multiplyAdds(tensorsIn(inputs), outputs);
    calls.set(module, call);
    return output;
  };
  Object.defineProperty(module, 'forward', { value: recording, configurable: true });
}

/** The tensors that a value holds: itself, or those in its fields. */
function tensorsIn(value: unknown): Tensor[] {
  if (value instanceof Tensor) return [value];
  if (typeof value !== 'object' || value === null) return [];
  return Object.values(value).flatMap(tensorsIn);
}

function isShape(input: Shape | readonly Tensor[]): input is Shape {
  return typeof input?.[0] === 'number';
}

function describe(model: Module, rows: readonly SummaryRow[]): Summary {
  const all = model.parameters();
  const sum = (counts: readonly number[]): number => counts.reduce((a, b) => a + b, 0);
  const parameters = model.numParameters();
  const trainableParameters = sum(all.map((t) => (t.requiresGrad ? t.size : 0)));
  const multiplyAdds = sum(rows.map((row) => row.multiplyAdds));
  const flops = 2 * multiplyAdds;
  const toString = (): string => {
    const table = rows.map((row) => [
      `${'  '.repeat(row.depth)}${row.type}${row.name && ` (${row.name})`}`,
      row.outputShapes.map(formatShape).join(' ') || '-',
      grouped(row.parameters),
      grouped(row.multiplyAdds),
    ]);
    const totals = ['total', '', grouped(parameters), grouped(multiplyAdds)];
    return [
      ...layout([['layer', 'output', 'parameters', 'multiply-adds'], ...table, totals]),
      `trainable parameters: ${grouped(trainableParameters)}, FLOPs: ${grouped(flops)}`,
    ].join('\n');
  };
  return { rows, parameters, trainableParameters, multiplyAdds, flops, toString };
}

/** Columns of equal width: text to the left, numbers to the right, rules around the body. */
function layout(table: readonly (readonly string[])[]): string[] {
  const widths = table[0]!.map((_, c) => Math.max(...table.map((row) => row[c]!.length)));
  const lines = table.map((row) =>
    row.map((cell, c) => (c < 2 ? cell.padEnd(widths[c]!) : cell.padStart(widths[c]!))).join('  '),
  );
  const rule = '-'.repeat(lines[0]!.length);
  return [lines[0]!, rule, ...lines.slice(1, -1), rule, lines.at(-1)!];
}

/** 1,234,567 */
function grouped(n: number): string {
  return n.toLocaleString('en');
}
