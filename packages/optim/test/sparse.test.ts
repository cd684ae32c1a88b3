/** Gradients of which only rows are there: PyTorch's numbers, the bits of dense ones, and their cost. */
import { readFileSync } from 'node:fs';
import { backward } from '@kasane/autograd';
import {
  memory,
  reference,
  SparseGradient,
  scope,
  tensor,
  wasm,
  withBackend,
  type DType,
  type NestedArray,
  type Tensor,
} from '@kasane/tensor-core';
import { compile } from '@kasane/tensor-core/compile';
import { profile } from '@kasane/tensor-core/profile';
import {
  Adagrad,
  Adam,
  clipGradNorm,
  clipGradValue,
  RMSprop,
  SGD,
  SparseAdam,
  type Optimizer,
} from '@kasane/optim';
import { describe, expect, it } from 'vitest';

interface Fixture {
  readonly table: NestedArray;
  readonly mix: NestedArray;
  readonly lookups: readonly NestedArray[];
  readonly others: readonly NestedArray[];
  readonly cases: readonly {
    readonly optimizer: keyof typeof classes;
    readonly options: Record<string, never>;
    readonly after: Readonly<Record<'1' | '4' | '10', NestedArray>>;
  }[];
}

const classes = { SGD, Adagrad, SparseAdam, Adam, RMSprop };

// The generator beside the file writes exactly this structure.
const fixture = JSON.parse(
  readFileSync(new URL('fixtures/sparse.json', import.meta.url), 'utf8'),
) as Fixture;

const lookups = fixture.lookups.map((rows) => tensor(rows, { dtype: 'int32' }));
const others = fixture.others.map((rows) => tensor(rows, { dtype: 'int32' }));

/** The problem of the fixture: two lookups into one table. */
function problem(
  name: keyof typeof classes,
  options: object,
  { dtype = 'float32', sparseGrad = true }: { dtype?: DType; sparseGrad?: boolean } = {},
): {
  table: Tensor;
  optimizer: Optimizer;
  loss: (rows: Tensor, more: Tensor) => Tensor;
  descend: (rows: Tensor, more: Tensor) => void;
} {
  const table = tensor(fixture.table, { dtype, requiresGrad: true });
  const mix = tensor(fixture.mix, { dtype });
  // Which options a class has, the fixture knows.
  const Class = classes[name] as new (params: Iterable<Tensor>, options: object) => Optimizer;
  const optimizer = new Class([table], options);
  const loss = (rows: Tensor, more: Tensor): Tensor => {
    const look = (index: Tensor): Tensor =>
      table.indexSelect(0, index.to(table.backend), { sparseGrad });
    return look(rows).matmul(mix).tanh().square().sum().add(look(more).sin().sum());
  };
  const descend = (rows: Tensor, more: Tensor): void => {
    optimizer.zeroGrad();
    scope(() => backward(loss(rows, more)));
    optimizer.step();
  };
  return { table, optimizer, loss, descend };
}

/** Runs `step` with the lookups in turn. */
function steps(step: (rows: Tensor, more: Tensor) => void, from: number, to: number): void {
  for (let i = from; i < to; i++) step(lookups[i % 4]!, others[i % 4]!);
}

const backends = [reference(), wasm({ relaxed: false }), wasm({ relaxed: true })];

for (const { optimizer, options, after } of fixture.cases) {
  describe(`${optimizer} ${JSON.stringify(options)}, sparse`, () => {
    backends.forEach((backend, b) => {
      for (const dtype of ['float64', 'float32'] as const) {
        it(`equals PyTorch after 1, 4 and 10 steps on ${backend.name} ${b} in ${dtype}`, () => {
          withBackend(backend, () => {
            const { table, descend } = problem(optimizer, options, { dtype });
            const tolerance = dtype === 'float64' ? 1e-10 : 1e-5;
            let done = 0;
            for (const count of [1, 4, 10] as const) {
              steps(descend, done, count);
              done = count;
              const near = { rtol: tolerance, atol: tolerance };
              expect(table.toArray()).toBeAllclose(after[count], near);
            }
          });
        });
      }
    });

    it('compiled steps give the same bits, and gradients that are the same when read', () => {
      const [plain, fast] = [problem(optimizer, options), problem(optimizer, options)];
      const compiled = compile(fast.descend);
      for (let i = 0; i < 12; i++) {
        steps(plain.descend, i, i + 1);
        steps(compiled, i, i + 1);
        expect(fast.table.toArray()).toEqual(plain.table.toArray());
        if (i % 3 === 2) expect(fast.table.grad!.toArray()).toEqual(plain.table.grad!.toArray());
      }
      expect(compiled.inspect()).toContain('replayed\n');
    });

    it('leaves nothing behind', () => {
      for (const step of [
        problem(optimizer, options).descend,
        compile(problem(optimizer, options).descend),
      ]) {
        const [rows, more] = [lookups[0]!, others[0]!];
        for (let i = 0; i < 3; i++) step(rows, more);
        const before = memory().wasm;
        for (let i = 0; i < 5; i++) step(rows, more);
        expect(memory().wasm).toEqual(before);
      }
    });
  });
}

describe('a sparse gradient', () => {
  for (const name of ['SGD', 'Adagrad', 'Adam', 'RMSprop'] as const) {
    it(`gives ${name} the bits of a dense one`, () => {
      const [rows, all] = [problem(name, {}), problem(name, {}, { sparseGrad: false })];
      const none = tensor([], [0], { dtype: 'int32' }); // two dense gradients add up in another order
      for (const { descend } of [rows, all]) steps((index) => descend(index, none), 0, 10);
      expect(rows.table.toArray()).toEqual(all.table.toArray());
    });
  }

  it('costs no pass over the table', () => {
    for (const name of ['SGD', 'Adagrad', 'SparseAdam'] as const) {
      const { table, descend } = problem(name, {});
      steps(descend, 0, 2);
      const found = profile(() => steps(descend, 2, 4));
      const ops = found.ops.map(({ op }) => op);
      expect(ops).toContain('linkRows');
      for (const op of ['indexAdd', 'assign']) expect(ops).not.toContain(op);
      if (name === 'SGD') expect(ops).not.toContain('upload'); // others add up the rows from zeros on
      expect(table.heldGrad()).toBeInstanceOf(SparseGradient);
    }
  });

  it('leaves rows alone that it does not name', () => {
    const { table, descend } = problem('SparseAdam', {});
    steps(descend, 0, 8);
    const before = table.toArray();
    descend(lookups[0]!, others[0]!); // rows 1 and 3
    const after = table.toArray();
    for (const row of [0, 2, 4]) expect(Object(after)[row]).toEqual(Object(before)[row]);
    for (const row of [1, 3]) expect(Object(after)[row]).not.toEqual(Object(before)[row]);
  });

  it('is updated in place by a compiled function, also if the gradient is dropped inside', () => {
    const [plain, fast] = [problem('Adagrad', {}), problem('Adagrad', {})];
    const compiled = compile((rows: Tensor, more: Tensor) => {
      backward(fast.loss(rows, more));
      fast.optimizer.step();
      fast.optimizer.zeroGrad();
    });
    steps(plain.descend, 0, 8);
    steps(compiled, 0, 8);
    expect(fast.table.toArray()).toEqual(plain.table.toArray());
    expect(fast.table.grad).toBeNull();
    expect(compiled.inspect()).toContain('2 of 2 tensors updated in place');
    expect(compiled.inspect()).not.toContain('indexAdd');
  });

  it('gathers over compiled calls, and may come from outside of one', () => {
    const [plain, fast] = [problem('SGD', { lr: 0.1 }), problem('SGD', { lr: 0.1 })];
    const gather = compile((rows: Tensor, more: Tensor) => backward(fast.loss(rows, more)));
    const step = compile(() => fast.optimizer.step());
    for (let i = 0; i < 6; i++) {
      for (const one of [plain, fast]) one.optimizer.zeroGrad();
      for (let j = 0; j < 3; j++) {
        steps((rows, more) => backward(plain.loss(rows, more)), i + j, i + j + 1);
        steps(gather, i + j, i + j + 1);
      }
      plain.optimizer.step();
      step();
      expect(fast.table.toArray()).toEqual(plain.table.toArray());
      // Here the gradient is made outside.
      for (const one of [plain, fast]) {
        one.optimizer.zeroGrad();
        steps((rows, more) => backward(one.loss(rows, more)), i, i + 1);
      }
      plain.optimizer.step();
      step();
      expect(fast.table.toArray()).toEqual(plain.table.toArray());
    }
  });

  it('is clipped as a dense one', () => {
    const [rows, all] = [problem('SGD', {}), problem('SGD', {}, { sparseGrad: false })];
    for (const { loss } of [rows, all]) backward(loss(lookups[0]!, others[0]!));
    const [a, b] = [rows, all].map(({ table }) => clipGradNorm(table, 0.1).item());
    expect(a).toBe(b);
    expect(rows.table.heldGrad()).toBeInstanceOf(SparseGradient);
    expect(rows.table.grad!.toArray()).toBeAllclose(all.table.grad!.toArray(), { rtol: 1e-6 });
    for (const { table } of [rows, all]) clipGradValue(table, 0.01);
    expect(rows.table.grad!.toArray()).toBeAllclose(all.table.grad!.toArray(), { rtol: 1e-6 });
  });

  it('may have no rows at all', () => {
    for (const name of ['SGD', 'Adagrad', 'SparseAdam'] as const) {
      const { table, optimizer } = problem(name, {});
      const none = tensor([], [0], { dtype: 'int32' });
      backward(table.indexSelect(0, none, { sparseGrad: true }).sum());
      optimizer.step();
      expect(table.toArray()).toEqual(tensor(fixture.table).toArray());
    }
  });
});
