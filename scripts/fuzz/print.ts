/** Prints a program as TypeScript that can be run as it stands. */
import { reference } from '@kasane/tensor-core';
import { evaluate } from './evaluate.ts';
import { entryOf } from './library.ts';
import { isNode, nodesOf, type Leaf, type Program, type Value } from './program.ts';
import type { Side } from './sides.ts';

const number = (x: number): string => (Object.is(x, -0) ? '-0' : String(x));

/** The code of a value, given the names of its tensors and instances. */
function code(value: Value, names: ReadonlyMap<object, string>): string {
  const list = (values: readonly Value[]): string => values.map((v) => code(v, names)).join(', ');
  if (typeof value === 'number') return number(value);
  if (typeof value !== 'object' || value === null) {
    return typeof value === 'string' ? JSON.stringify(value) : String(value);
  }
  if (!isNode(value)) {
    if (Array.isArray(value)) return `[${list(value)}]`;
    const fields = Object.entries(value).filter(([, v]) => v !== undefined);
    return `{ ${fields.map(([key, v]) => `${key}: ${code(v, names)}`).join(', ')} }`;
  }
  switch (value.kind) {
    case 'call':
      return `${value.name}(${list(value.args)})`;
    case 'method':
      return `${code(value.on, names)}.${value.name}(${list(value.args)})`;
    default:
      return names.get(value)!;
  }
}

const options = ({ dtype, grad }: Leaf): string => {
  const fields = [...(dtype === 'float32' ? [] : [`dtype: '${dtype}'`])];
  if (grad) fields.push('requiresGrad: true');
  return fields.length === 0 ? '' : `, { ${fields.join(', ')} }`;
};

const leafCode = (leaf: Leaf): string =>
  `tensor([${leaf.values.map(number).join(', ')}], [${leaf.shape.join(', ')}]${options(leaf)})`;

/** Declarations of modules and optimizers. */
function setUp(root: Value, names: Map<object, string>): string[] {
  const lines: string[] = [];
  nodesOf(root, 'made').forEach((made, i) => {
    const name = `layer${i === 0 ? '' : i}`;
    lines.push(
      `const ${name} = new ${made.name}(${made.args.map((a) => code(a, names)).join(', ')});`,
    );
    const state = Object.entries(made.state);
    if (state.length > 0) {
      const fields = state.map(
        ([key, leaf]) => `  '${key}': ${leafCode({ ...leaf, grad: false })},`,
      );
      lines.push(`${name}.loadStateDict({`, ...fields, '});');
    }
    if (!made.training) lines.push(`${name}.eval();`);
    names.set(made, name);
  });
  for (const steps of nodesOf(root, 'steps')) {
    lines.push(`const params = [${steps.params.map(leafCode).join(', ')}];`);
    lines.push(`const optimizer = new ${steps.name}(params, ${code(steps.options, names)});`);
    const grads = steps.grads.map((leaf) => names.get(leaf)!);
    const step = `[${grads.join(', ')}].forEach((g, i) => (params[i]!.grad = g)), optimizer.step(), params.map((p) => p.mul(1))`;
    names.set(steps, `(${step})`);
  }
  return lines;
}

const importsOf = (text: string, always: readonly string[]): string[] => {
  const names = new Set(always);
  for (const [, name] of text.matchAll(/(?<![.\w'])([A-Za-z]\w*)\(/g)) {
    try {
      entryOf(name!);
      names.add(name!);
    } catch {
      // A keyword, or a name of the snippet's own.
    }
  }
  const byEntry = Map.groupBy(names, (name) => entryOf(name));
  return [...byEntry].map(
    ([entry, list]) => `import { ${[...list].toSorted().join(', ')} } from '${entry}';`,
  );
};

const threads = ['scaleThresholds(0);', 'setNumThreads(2);', 'await threadsReady();'];
const twice = [
  'const [eager, compiled] = [make(), compile(make())];',
  'for (let i = 0; i < 4; i++) [eager, compiled].forEach((f) => show(() => f()));',
];
const against = (build: string): string =>
  `for (const b of [${build}, reference()]) show(() => withBackend(b, () => make()()));`;

/** How the sides are called, and what is printed of them. */
const runs: Readonly<Record<Side, readonly string[]>> = {
  wasm: [against('wasm()')],
  'wasm without relaxed SIMD': [against('wasm({ relaxed: false })')],
  compiled: twice,
  'two threads': ['show(() => make()());', ...threads, 'show(() => make()());'],
  'compiled on two threads': [...threads, ...twice],
};

/** The entries that only some sides need. */
const sideImports = (side: Side): string[] => [
  ...(side.startsWith('compiled')
    ? ["import { compile } from '@kasane/tensor-core/compile';"]
    : []),
  ...(side.endsWith('two threads')
    ? [
        "import { scaleThresholds, setNumThreads, threadsReady } from '@kasane/tensor-core/threads';",
      ]
    : []),
];

/** A program that shows a disagreement. */
export function snippet(program: Program, side: Side): string {
  const { root, order } = program;
  const names = new Map<object, string>();
  const leaves = nodesOf(root, 'tensor');
  leaves.forEach((leaf, i) => names.set(leaf, i < 26 ? String.fromCodePoint(97 + i) : `t${i}`));
  const before = setUp(root, names);
  const tensors = leaves.map((leaf) => `const ${names.get(leaf)} = ${leafCode(leaf)};`);
  const body = [`const value = ${code(root, names)};`];
  const labels = evaluate(program, { backend: reference() }).results.map(({ label }) => label);
  const outputs = labels.filter((label) => label.startsWith('value'));
  const wrt = leaves.filter((leaf) => leaf.grad).map((leaf) => names.get(leaf)!);
  for (const made of nodesOf(root, 'made')) {
    if (Object.keys(made.state).length > 0) wrt.push(`...${names.get(made)}.parameters()`);
  }
  const results = outputs.length > 0 ? [...outputs] : ['value'];
  if (order > 0 && outputs.length > 0 && labels.some((label) => label.startsWith('gradient'))) {
    const helper = '(t) => t.requiresGrad';
    body.push(`const outputs = [${outputs.join(', ')}].filter(${helper});`);
    body.push(
      'const seeds = (list: Tensor[], phase: number) => list.map((t) => tensor(Array.from({ length: t.size }, (_, i) => (((i + phase) * 37) % 61) / 16 - 1.96875), t.shape, { dtype: t.dtype }));',
    );
    body.push(
      `const grads = gradients(outputs, [${wrt.join(', ')}], { gradOutputs: seeds(outputs, 1), createGraph: ${order > 1} }).filter((g) => g !== null);`,
    );
    results.push('...grads');
    if (order > 1) {
      body.push(`const first = grads.filter(${helper});`);
      body.push(
        `const second = first.length === 0 ? [] : gradients(first, [${wrt.join(', ')}], { gradOutputs: seeds(first, 2) }).filter((g) => g !== null);`,
      );
      results.push('...second');
    }
  }
  body.push(
    `return [${results.map((r) => r).join(', ')}].map((r) => (r instanceof Tensor ? r.detach() : r));`,
  );
  const indent = (lines: readonly string[], by: string): string[] => lines.map((l) => by + l);
  const all = [
    'const show = (compute: () => unknown[]) => {',
    '  try {',
    '    const list = compute().map((r) => (r instanceof Tensor ? r.toArray() : r));',
    '    console.dir(list, { depth: null, maxArrayLength: null });',
    '  } catch (error) {',
    '    console.log(String(error));',
    '  }',
    '};',
    'const make = () => {',
    ...indent([...tensors, ...before], '  '),
    '  return () => {',
    ...indent(body, '    '),
    '  };',
    '};',
    ...runs[side],
  ];
  const text = all.join('\n');
  return [
    ...importsOf(text, ['Tensor', 'tensor', 'reference', 'wasm', 'withBackend']),
    ...sideImports(side),
    text,
  ].join('\n');
}
