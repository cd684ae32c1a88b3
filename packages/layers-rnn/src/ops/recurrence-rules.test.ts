import { backward, gradients } from '@kasane/autograd';
import {
  DTypeError,
  memory,
  noGrad,
  reference,
  scope,
  ShapeError,
  tensor,
  wasm,
  zeros,
  type Backend,
  type Shape,
  type Tensor,
} from '@kasane/tensor-core';
import { GUARD, values } from '@kasane/testing';
import { describe, expect, it } from 'vitest';
import { cells } from './recurrence-inputs.ts';
import { recurrence, type RecurrenceInputs, type RecurrenceKind } from './recurrence.ts';

const kinds = Object.keys(cells) as RecurrenceKind[]; // the table has a row for each
const builds: readonly Backend[] = [wasm({ relaxed: false }), wasm({ relaxed: true })];

/** The parts of a recurrence, the same numbers for the same sizes. */
function partsOf(
  kind: RecurrenceKind,
  [steps, rows, hidden]: readonly [number, number, number],
  backend: Backend = wasm(),
): RecurrenceInputs {
  const { gates, hasCell } = cells[kind];
  const scale = 1 / Math.sqrt(hidden);
  const make = (shape: Shape, seed: number): Tensor =>
    tensor(values(shape, -scale, scale, seed).values, shape, { backend, requiresGrad: true });
  return {
    projected: make([steps, rows, gates * hidden], 1),
    h0: make([rows, hidden], 2),
    weightHh: make([gates * hidden, hidden], 3),
    ...(hasCell && { c0: make([rows, hidden], 4) }),
    ...(kind === 'peepholeLstm' && { peephole: make([3, hidden], 5) }),
  };
}

/** Output, last state and the gradients of all parts from the output's and the last state's. */
function run(
  parts: RecurrenceInputs,
  kind: RecurrenceKind,
  createGraph: boolean = false,
): readonly Tensor[] {
  const { output, h, c } = recurrence(parts, { kind });
  const shown = c === null ? [output, h] : [output, h, c];
  const found = gradients(shown, Object.values(parts), {
    gradOutputs: shown.map((t) => t.detach().mul(3).sin()),
    createGraph,
  });
  return [...shown, ...found.map((g) => g!)];
}

describe.each(kinds)('recurrence %s', (kind) => {
  it('agrees with single steps where blocks of the product end', () => {
    for (const size of [
      [2, 1, 37],
      [2, 2, 16],
      [2, 3, 8],
      [2, 13, 33],
      [1, 9, 260],
    ] as const) {
      const want = run(partsOf(kind, size, reference()), kind);
      for (const backend of builds) {
        run(partsOf(kind, size, backend), kind).forEach((got, i) => {
          expect(got.dataSync()).toBeAllclose(want[i]!.dataSync(), { rtol: 1e-4, atol: 2e-5 });
        });
      }
    }
  });

  it('gives a row the same bits whatever its neighbours', () => {
    const { h0, c0, projected, ...rest } = partsOf(kind, [3, 9, 20]);
    const rows = (from: number, to: number): RecurrenceInputs => ({
      ...rest,
      projected: projected.slice(1, from, to),
      h0: h0.slice(0, from, to),
      ...(c0 && { c0: c0.slice(0, from, to) }),
    });
    const whole = recurrence(rows(0, 9), { kind }).output;
    for (const [from, to] of [
      [0, 1],
      [1, 4],
      [4, 9],
    ] as const) {
      const part = recurrence(rows(from, to), { kind }).output;
      expect(part.dataSync()).toEqual(whole.slice(1, from, to).dataSync());
    }
  });

  it('gives the same gradients where they are to have gradients themselves', () => {
    const parts = partsOf(kind, [4, 3, 5]);
    const want = run(parts, kind, true);
    run(parts, kind).forEach((got, i) => {
      expect(got).toBeAllclose(want[i]!, { rtol: 1e-4, atol: 1e-5 });
    });
  });

  it('gives the same bits without a record, and keeps less', () => {
    const parts = partsOf(kind, [6, 2, 7]);
    const recorded = recurrence(parts, { kind });
    const before = memory().wasm;
    const plain = noGrad(() => recurrence(parts, { kind }));
    const after = memory().wasm;
    expect(plain.output.dataSync()).toEqual(recorded.output.dataSync());
    expect(plain.h.dataSync()).toEqual(recorded.h.dataSync());
    expect(plain.output.requiresGrad).toBe(false);
    // Output, the tensor it is a part of, and both last states, with the guards that other files may have put around each.
    const guards = 2 * GUARD * (after.tensors - before.tensors);
    expect(after.bytes - before.bytes).toBeLessThanOrEqual(4 * 2 * 7 * (6 + 7 + 2) + guards);
    expect(after.tensors - before.tensors).toBeLessThanOrEqual(4);
  });

  it('passes NaN on to its own row only', () => {
    for (const backend of builds) {
      const parts = partsOf(kind, [3, 7, 5], backend);
      const x = Array.from(parts.projected.dataSync());
      x[(7 + 2) * cells[kind].gates * 5] = NaN; // step 1, row 2
      const projected = tensor(x, parts.projected.shape, { backend });
      const { output } = noGrad(() => recurrence({ ...parts, projected }, { kind }));
      const broken = [0, 1, 2].map((t) =>
        [0, 1, 2, 3, 4, 5, 6].map((b) =>
          Array.from(
            output
              .slice(0, t, t + 1)
              .slice(1, b, b + 1)
              .dataSync(),
          ).some(Number.isNaN),
        ),
      );
      const third = [false, false, true, false, false, false, false];
      expect(broken).toEqual([third.map(() => false), third, third]);
    }
  });

  it('closes and opens gates completely: 0 times an infinite state is NaN, the rest of it stays', () => {
    const ends = [Infinity, -Infinity, NaN, 1e30, -1e30, 1];
    for (const x of ends) {
      for (const state of ends) {
        const outcome = (backend: Backend): readonly Tensor[] => {
          const { projected, h0, c0, ...rest } = partsOf(kind, [2, 1, 2], backend);
          const { output, c } = noGrad(() =>
            recurrence(
              {
                ...rest,
                projected: projected.newFull(projected.shape, x),
                h0: h0.newFull(h0.shape, c0 ? x : state),
                ...(c0 && { c0: c0.newFull(c0.shape, state) }),
              },
              { kind },
            ),
          );
          return [output, ...(c ? [c] : [])];
        };
        const want = outcome(reference());
        for (const backend of builds) {
          outcome(backend).forEach((got, i) => {
            const numbers = want[i]!.dataSync();
            expect(got.dataSync(), `${x} ${state}`).toBeAllclose(numbers, {
              rtol: 1e-5,
              atol: 1e-6,
            });
          });
        }
      }
    }
  });

  it('has the gradients of gates that are shut, nearly shut or wide open', () => {
    for (const x of [-200, -89, -87, -60, -20, 20, 200]) {
      const outcome = (backend: Backend): readonly Tensor[] => {
        const parts = partsOf(kind, [2, 1, 3], backend);
        const { projected } = parts;
        return run(
          {
            ...parts,
            projected: tensor(projected.add(x).dataSync(), projected.shape, {
              backend,
              requiresGrad: true,
            }),
          },
          kind,
        );
      };
      const want = outcome(reference());
      for (const backend of builds) {
        outcome(backend).forEach((got, i) => {
          expect(got.dataSync(), `${x}`).toBeAllclose(want[i]!.dataSync(), {
            rtol: 1e-4,
            atol: 1e-6,
          });
        });
      }
    }
  });

  it('leaves nothing behind in a loop of training steps', () => {
    const parts = partsOf(kind, [3, 2, 4]);
    const step = (): void => scope(() => backward(recurrence(parts, { kind }).h.square().sum()));
    step(); // makes the gradients
    const { tensors, bytes } = memory().wasm;
    for (let i = 0; i < 5; i++) step();
    const after = memory().wasm;
    expect(after.tensors).toBeLessThanOrEqual(tensors);
    expect(after.bytes).toBeLessThanOrEqual(bytes);
  });
});

describe('recurrence', () => {
  it('gives no gradient to a mask', () => {
    const parts = partsOf('lstm', [2, 2, 3]);
    const mask = tensor([2, 0, 2, 0, 2, 2], [2, 3], { requiresGrad: true });
    const { h } = recurrence({ ...parts, mask }, { kind: 'lstm' });
    backward(h.sum());
    expect(mask.grad).toBeNull();
    expect(parts.weightHh.grad).not.toBeNull();
  });

  it('differentiates only what asks for it', () => {
    const { projected, ...rest } = partsOf('gru', [3, 2, 4]);
    const still = Object.fromEntries(Object.entries(rest).map(([k, t]) => [k, t.detach()]));
    const { output } = recurrence(
      { ...(still as unknown as typeof rest), projected }, // the same fields
      { kind: 'gru' },
    );
    const [some] = gradients([output.sum()], [projected]);
    const [all] = gradients(
      [recurrence({ ...rest, projected }, { kind: 'gru' }).output.sum()],
      [projected],
    );
    expect(some!.dataSync()).toEqual(all!.dataSync());
  });

  const message = (change: Partial<RecurrenceInputs>, kind: RecurrenceKind = 'lstm'): string => {
    const parts = partsOf('lstm', [2, 3, 4]);
    try {
      recurrence({ ...parts, ...change }, { kind });
    } catch (error) {
      expect(error).toBeInstanceOf(
        (error as Error).name === 'DTypeError' ? DTypeError : ShapeError,
      );
      return (error as Error).message; // the line above proved it an Error
    }
    return 'nothing was thrown';
  };

  it('says what does not fit', () => {
    expect(message({ h0: zeros([4]) })).toBe(
      'recurrence: h0 must have shape (batch, hidden), got [4]. Pass one row per sequence.',
    );
    expect(message({ projected: zeros([2, 3, 4]) })).toBe(
      'recurrence: projected must have shape (steps, 3, 16) for lstm with h0 [3,4], got [2,3,4]. Project the inputs to 4 × 4 values.',
    );
    expect(message({ weightHh: zeros([4, 16]) })).toBe(
      'recurrence: weightHh must have shape [16,4] for lstm with h0 [3,4], got [4,16]. Check hidden size and batch.',
    );
    expect(message({}, 'peepholeLstm')).toBe(
      'recurrence: peepholeLstm needs peephole. Pass one of shape [3,4].',
    );
    expect(message({ projected: zeros([2, 3, 12]), weightHh: zeros([12, 4]) }, 'gru')).toBe(
      'recurrence: gru has no c0. Leave it out.',
    );
    expect(message({ h0: zeros([3, 4], { dtype: 'float64' }) })).toBe(
      'recurrence: h0 must be float32, got float64. Use .cast("float32").',
    );
    expect(message({ lengths: zeros([2], { dtype: 'int32' }) })).toBe(
      'recurrence: lengths must have shape [3], got [2]. Pass one length per sequence.',
    );
    expect(message({ lengths: zeros([3]) })).toBe(
      'recurrence: lengths must be int32, got float32. Use .cast("int32").',
    );
  });
});
