/**
 * The conformance suite of optimizers: one call per class. PyTorch's numbers after 1, 10 and 100
 * steps on every backend in float64 and float32, resuming to the last bit, groups, no leaks.
 */
import fs from 'node:fs'; // whole: in a browser it is empty, and loading this file must not fail
import { backward } from '@kasane/autograd';
import {
  memory,
  reference,
  scope,
  tensor,
  wasm,
  withBackend,
  type Backend,
  type DType,
  type NestedArray,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { describe, expect, it } from 'vitest';
import { closeness, type Tolerance } from './allclose.ts';
import { checkGuards, guarded } from './guard.ts';
import { onTwoThreads } from './test-op.ts';

/** What `stateDict` gives: JSON but for the tensors. */
export interface TestedState {
  readonly state: Readonly<Record<string, Readonly<Record<string, Tensor | number | null>>>>;
  readonly paramGroups: readonly {
    readonly params: readonly number[];
    readonly [option: string]: unknown;
  }[];
}

/** What the suite needs of an optimizer. */
export interface TestedOptimizer {
  step(): void;
  zeroGrad(): void;
  readonly paramGroups: readonly { lr: number }[];
  stateDict(): TestedState;
  loadStateDict(state: TestedState): void;
}

/** Parameters, or groups of them with options `O`. */
export type TestedParams<O> =
  | Iterable<Tensor>
  | Iterable<Partial<O> & { readonly params: Iterable<Tensor> }>;

/** What `testOptimizer` needs to know. */
export interface OptimizerTest<O> {
  readonly name: string;
  make(params: TestedParams<O>, options: Partial<O>): TestedOptimizer;
  /** The JSON file that `generate.py` beside it made. */
  readonly fixture: URL;
}

type Weights = Readonly<Record<'w' | 'b', NestedArray>>;
type After = Readonly<Record<'1' | '10', Weights>>;

interface OptimizerFixture<O> {
  readonly optimizer: string;
  readonly problem: Readonly<Record<'w' | 'b' | 'x' | 'y', NestedArray>>;
  readonly cases: readonly {
    readonly name: string;
    readonly options: Partial<O>;
    readonly after: After;
  }[];
  readonly twoGroups: {
    readonly options: Partial<O>;
    readonly second: Partial<O>;
    readonly after: After;
  };
  readonly quadratic: {
    readonly start: readonly number[];
    readonly scale: readonly number[];
    readonly target: readonly number[];
    readonly options: Partial<O>;
    readonly x: readonly number[];
    readonly lossBefore: number;
    readonly lossAfter: number;
  };
}

const backends: readonly (readonly [string, () => Backend])[] = [
  ['reference', reference],
  ['wasm', () => guarded(wasm({ relaxed: false }))],
  ['wasm relaxed', () => guarded(wasm({ relaxed: true }))],
  ['wasm on 2 threads', onTwoThreads],
];
const tolerances: readonly (readonly [DType, Tolerance])[] = [
  ['float64', { rtol: 1e-10, atol: 1e-10 }],
  ['float32', { rtol: 1e-5, atol: 1e-5 }],
];

/** Runs the suite for one optimizer. */
export function testOptimizer<O>({ name, make, fixture }: OptimizerTest<O>): void {
  // The generator beside the file writes this structure, with options named as the class names them.
  const given = JSON.parse(fs.readFileSync(fixture, 'utf8')) as OptimizerFixture<O>;
  const { problem, cases, twoGroups, quadratic } = given;

  describe(name, () => {
    checkGuards();
    for (const { name: setting, options, after } of cases) {
      everywhere(`${setting}: equals PyTorch after 1 and 10 steps`, (backend, dtype, tolerance) => {
        const { w, b, descend } = regression(problem, backend, dtype);
        const optimizer = make([w, b], options);
        descend(optimizer, 1);
        check({ w, b }, after['1'], tolerance);
        descend(optimizer, 9);
        check({ w, b }, after['10'], tolerance);
      });

      it(`${setting}: a state loaded half-way goes on to the last bit`, () => {
        const whole = regression(problem, guarded(wasm()), 'float32');
        const optimizer = make([whole.w, whole.b], options);
        whole.descend(optimizer, 4);
        const saved = optimizer.stateDict();
        const [w, b] = [whole.w.detach(), whole.b.detach()];
        whole.descend(optimizer, 3);

        const other = regression(problem, guarded(wasm()), 'float32');
        const resumed = make([other.w, other.b], options);
        other.descend(resumed, 2); // a state of its own, to be replaced
        other.w.assign(w);
        other.b.assign(b);
        resumed.loadStateDict(throughJson(saved));
        other.descend(resumed, 3);
        expect(other.w.toArray()).toEqual(whole.w.toArray());
        expect(other.b.toArray()).toEqual(whole.b.toArray());
        expect(throughJson(resumed.stateDict())).toEqual(throughJson(optimizer.stateDict()));
      });
    }

    for (const { name: setting, options } of cases) {
      it(`${setting}: compiled steps give the same bits, with a learning rate that changes`, () => {
        const plain = regression(problem, guarded(wasm()), 'float32');
        const fast = regression(problem, guarded(wasm()), 'float32');
        const optimizers = [make([plain.w, plain.b], options), make([fast.w, fast.b], options)];
        const step = compile(() => fast.descend(optimizers[1]!, 1));
        for (let i = 0; i < 14; i++) {
          plain.descend(optimizers[0]!, 1);
          step();
          expect(fast.w.toArray()).toEqual(plain.w.toArray());
          expect(fast.b.toArray()).toEqual(plain.b.toArray());
          if (i !== 6) continue;
          for (const { paramGroups } of optimizers) paramGroups[0]!.lr *= 0.5;
        }
        const [saved, other] = optimizers.map((one) => throughJson(one.stateDict()));
        expect(other).toEqual(saved);
        expect(step.inspect()).toContain('replayed\n');
      });
    }

    everywhere('two groups: equal PyTorch after 1 and 10 steps', (backend, dtype, tolerance) => {
      const { w, b, descend } = regression(problem, backend, dtype);
      // Every option may be left out, which Partial of a type parameter does not show.
      const plain = { params: [w] } as unknown as Partial<O> & { readonly params: Tensor[] };
      const groups = [plain, { params: [b], ...twoGroups.second }];
      const optimizer = make(groups, twoGroups.options);
      descend(optimizer, 1);
      check({ w, b }, twoGroups.after['1'], tolerance);
      descend(optimizer, 9);
      check({ w, b }, twoGroups.after['10'], tolerance);
    });

    it('converges on a quadratic in 100 steps, where PyTorch does', () => {
      const vector = (values: readonly number[]): Tensor => tensor(values, { dtype: 'float64' });
      const [scale, target] = [vector(quadratic.scale), vector(quadratic.target)];
      const x = leaf(vector(quadratic.start));
      const loss = (): Tensor => scale.mul(x.sub(target).square()).sum().div(2);
      const optimizer = make([x], quadratic.options);
      expect(loss().item()).toBeCloseTo(quadratic.lossBefore, 12);
      for (let i = 0; i < 100; i++) {
        optimizer.zeroGrad();
        backward(loss());
        optimizer.step();
      }
      expect(closeness(x.dataSync(), quadratic.x, { rtol: 1e-8, atol: 1e-8 })).toBeNull();
      expect(loss().item()).toBeLessThan(0.01 * quadratic.lossBefore);
    });

    it('leaves nothing behind after its first step', () => {
      for (const { options } of cases) {
        const { w, b, descend } = regression(problem, guarded(wasm()), 'float32');
        const optimizer = make([w, b], options);
        descend(optimizer, 2);
        const before = memory();
        descend(optimizer, 5);
        expect(memory()).toEqual(before);
      }
    });
  });
}

function everywhere(
  title: string,
  body: (backend: Backend, dtype: DType, tolerance: Tolerance) => void,
): void {
  for (const [label, backend] of backends) {
    for (const [dtype, tolerance] of tolerances) {
      it(`${title}, ${label} in ${dtype}`, () => {
        withBackend(backend(), () => body(backend(), dtype, tolerance));
      });
    }
  }
}

interface Regression {
  readonly w: Tensor;
  readonly b: Tensor;
  descend(optimizer: TestedOptimizer, steps: number): void;
}

/** mean((tanh(x·wᵀ + b) - y)²): small, but no direction in it is flat or separate. */
function regression(
  problem: OptimizerFixture<unknown>['problem'],
  backend: Backend,
  dtype: DType,
): Regression {
  const make = (values: NestedArray): Tensor => tensor(values, { dtype, backend });
  const [x, y] = [make(problem.x), make(problem.y)];
  const [w, b] = [leaf(make(problem.w)), leaf(make(problem.b))];
  const descend = (optimizer: TestedOptimizer, steps: number): void => {
    for (let i = 0; i < steps; i++) {
      optimizer.zeroGrad();
      scope(() => {
        const output = x.matmul(w, { transposeB: true }).add(b).tanh();
        backward(output.sub(y).square().mean());
      });
      optimizer.step();
    }
  };
  return { w, b, descend };
}

function leaf(values: Tensor): Tensor {
  values.requiresGrad = true;
  return values;
}

function check(
  got: Readonly<Record<'w' | 'b', Tensor>>,
  want: Weights,
  tolerance: Tolerance,
): void {
  for (const key of ['w', 'b'] as const) {
    const nested: unknown = want[key];
    const values = [nested].flat(Infinity).map(Number);
    const difference = closeness(got[key].dataSync(), values, tolerance);
    expect({ key, difference }).toEqual({ key, difference: null });
  }
}

/** A state dict written as text and read again, as a checkpoint file would hold it. */
function throughJson(state: TestedState): TestedState {
  const text = JSON.stringify(state, (_, value: unknown) =>
    isTensor(value)
      ? { $: Array.from(value.dataSync()), shape: value.shape, dtype: value.dtype }
      : value,
  );
  const read: unknown = JSON.parse(text, (_, value: unknown) =>
    isWritten(value) ? tensor(value.$, value.shape, { dtype: value.dtype }) : value,
  );
  return read as TestedState; // written above from one, whose tensors are the objects with a `$`
}

interface Written {
  readonly $: readonly number[];
  readonly shape: readonly number[];
  readonly dtype: DType;
}

function isTensor(value: unknown): value is Tensor {
  return typeof value === 'object' && value !== null && 'dataSync' in value;
}

function isWritten(value: unknown): value is Written {
  return typeof value === 'object' && value !== null && '$' in value;
}
