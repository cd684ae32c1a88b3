/** Where a program is run, and what must agree. */
import { reference, wasm, type Backend } from '@kasane/tensor-core';
import { scaleThresholds, setNumThreads, threadsReady } from '@kasane/tensor-core/threads';
import {
  bitDifference,
  faceDifference,
  MOVED,
  valueDifference,
  type Difference,
  type Truth,
} from './compare.ts';
import { seedOf } from './draw.ts';
import { evaluate, isStateful, type Outcome } from './evaluate.ts';
import { nodesOf, replaced, type Leaf, type Program } from './program.ts';

/** A disagreement: on which side, and how. */
export interface Disagreement extends Difference {
  readonly side: Side;
}

export type Side =
  | 'wasm'
  | 'wasm without relaxed SIMD'
  | 'compiled'
  | 'two threads'
  | 'compiled on two threads';

/** The default backend, on two threads that share whatever can be cut. */
export async function startThreads(): Promise<void> {
  scaleThresholds(0);
  setNumThreads(2);
  await threadsReady();
}

/** The default build, on one thread. */
const plain = (): Backend => wasm({ relaxed: true });

/** The program in float64. */
const widened = (program: Program): Program => ({
  ...program,
  root: replaced(
    program.root,
    (leaf) => (leaf.dtype === 'float32' ? { ...leaf, dtype: 'float64' } : leaf),
    (text) => (text === 'float32' ? 'float64' : text),
  ),
});

/** The program with all floating values moved a little: `alike`, equal ones stay equal. */
const moved = (program: Program, how: number, alike: boolean): Program => ({
  ...program,
  root: replaced(program.root, (leaf) => {
    if (leaf.dtype === 'bool' || leaf.dtype === 'int32') return leaf;
    const move = (x: number, i: number): number =>
      x * (1 + MOVED * (seedOf(how, alike ? String(x) : `${i} ${x}`) / 2 ** 31 - 1));
    return { ...leaf, values: leaf.values.map((x, i) => (Number.isFinite(x) ? move(x, i) : x)) };
  }),
});

/** Other values of the same kind, for the calls in which a compiled function is watched. */
const turned = (leaf: Leaf): Leaf =>
  leaf.dtype === 'bool' || leaf.dtype === 'int32'
    ? leaf
    : { ...leaf, values: leaf.values.toReversed() };

/** What a program may say when it cannot be compiled: it reads values, or draws on its own. */
const UNCOMPILABLE = /\(\) reads/;

/** Whether anything in a program is float32, or becomes it, as whole numbers do. */
const hasSingle = (program: Program): boolean =>
  /"(float32|int32|bool)"/.test(JSON.stringify(program));

/** The largest finite magnitude among the inputs. */
const largest = (program: Program): number =>
  nodesOf(program.root, 'tensor').reduce(
    (most, { values }) =>
      values.reduce((m, x) => (Math.abs(x) > m && Number.isFinite(x) ? Math.abs(x) : m), most),
    0,
  );

/** Runs a program on all sides; null if they agree. */
export function disagreement(program: Program): Disagreement | null {
  const want = evaluate(program, { backend: reference() });
  const wide = widened(program);
  let truth: Truth | null = null;
  const find = (): Truth => {
    // Where float64 is refused, or draws other numbers, there is only the plain loop to follow.
    const exact = program.random ? want : evaluate(wide, { backend: reference() });
    const moves = new Map<boolean, readonly Outcome[]>();
    const around = (alike: boolean): readonly Outcome[] => {
      const before = moves.get(alike);
      if (before !== undefined) return before;
      const made = Array.from({ length: 8 }, (_, i) =>
        evaluate(moved(wide, i, alike), { backend: reference() }),
      );
      moves.set(alike, made);
      return made;
    };
    return {
      exact: exact.error === null ? exact : want,
      double: !hasSingle(program),
      spread: program.spread,
      size: Math.min(1, largest(program)),
      rounded: want,
      around,
    };
  };

  const against = (side: Side, got: Outcome): Disagreement | null => {
    const face = touched(got) ?? faceDifference(got, want);
    if (face !== null) return { side, ...face };
    if (got.error !== null) return null;
    const difference = valueDifference(got, (truth ??= find()));
    return difference === null ? null : { side, ...difference };
  };

  const fast = evaluate(program, { backend: plain() });
  const same = (side: Side, got: Outcome): Disagreement | null => {
    const difference = touched(got) ?? uncompiled(got) ?? bitDifference(got, fast);
    return difference === null ? null : { side, ...difference };
  };
  return (
    against('wasm', fast) ??
    same('compiled', compiled(program, plain(), fast)) ??
    same('two threads', evaluate(program, { backend: wasm() })) ??
    same('compiled on two threads', compiled(program, wasm(), fast)) ??
    against('wasm without relaxed SIMD', evaluate(program, { backend: wasm({ relaxed: false }) }))
  );
}

/** A compiled call, watched with other values where these are no error. */
function compiled(program: Program, backend: Backend, fast: Outcome): Outcome {
  const how = { backend, compiled: true };
  if (isStateful(program.root) || program.random) return evaluate(program, how);
  const first = nodesOf(program.root, 'tensor').map((leaf) => turned(leaf));
  const got = evaluate(program, { ...how, first });
  return got.error !== null && fast.error === null ? evaluate(program, how) : got;
}

const touched = ({ touched: input }: Outcome): Difference | null =>
  input === null ? null : { kind: 'touched', detail: `${input} was changed` };

const uncompiled = ({ fallback }: Outcome): Difference | null =>
  fallback === null || UNCOMPILABLE.test(fallback)
    ? null
    : { kind: 'not compiled', detail: fallback };
