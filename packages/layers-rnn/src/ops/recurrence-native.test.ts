import { gradients } from '@kasane/autograd';
import { reference, tensor, type Backend, type Tensor } from '@kasane/tensor-core';
import { scaleThresholds, setNumThreads, threadsReady } from '@kasane/tensor-core/threads';
import { closeness, onNative, values } from '@kasane/testing';
import { afterAll, describe, expect, it } from 'vitest';
import { cells } from './recurrence-inputs.ts';
import { recurrence, type RecurrenceInputs, type RecurrenceKind } from './recurrence.ts';

// Products are cut into blocks of 64 rows, 64 columns and a depth of 128, weights come in panels of 8: nothing is whole.
const [STEPS, ROWS, HIDDEN] = [3, 66, 36];
const kinds = Object.keys(cells) as RecurrenceKind[]; // the table has a row for each

interface Case {
  readonly reverse?: boolean;
  readonly bias?: boolean;
  readonly mask?: boolean;
  readonly lengths?: boolean;
}

const cases: Readonly<Record<string, Case>> = {
  'with bias': { bias: true },
  'in reverse': { reverse: true },
  'with a mask': { mask: true },
  'with lengths': { lengths: true },
  'in reverse with bias, mask and lengths': {
    reverse: true,
    bias: true,
    mask: true,
    lengths: true,
  },
};

/** The parts that a kind needs, with their shapes. */
function shapesOf(kind: RecurrenceKind, { bias, mask }: Case): Readonly<Record<string, number[]>> {
  const { gates, hasCell } = cells[kind];
  return {
    projected: [STEPS, ROWS, gates * HIDDEN],
    h0: [ROWS, HIDDEN],
    weightHh: [gates * HIDDEN, HIDDEN],
    ...(hasCell && { c0: [ROWS, HIDDEN] }),
    ...(bias === true && { biasHh: [gates * HIDDEN] }),
    ...(mask === true && { mask: [ROWS, HIDDEN] }),
    ...(kind === 'peepholeLstm' && { peephole: [3, HIDDEN] }),
  };
}

/** All that a recurrence gives, then all gradients. */
function results(kind: RecurrenceKind, backend: Backend, one: Case): number[][] {
  const { reverse = false } = one;
  const parts = Object.entries(shapesOf(kind, one)).map(([name, shape], i) => {
    const most = name === 'weightHh' ? 1 / Math.sqrt(HIDDEN) : 1; // relu's states stay small
    const made = tensor(values(shape, -most, most, i).values, shape, { backend });
    return [name, made] as const;
  });
  const ends = Array.from({ length: ROWS }, (_, row) => 1 + (row % STEPS));
  const lengths =
    one.lengths === true ? { lengths: tensor(ends, { dtype: 'int32', backend }) } : {};
  const run = (): Tensor[] => {
    // The names are those that the kind needs.
    const named: unknown = { ...Object.fromEntries(parts), ...lengths };
    const { output, h, c } = recurrence(named as RecurrenceInputs, { kind, reverse });
    return c === null ? [output, h] : [output, h, c];
  };
  const plain = run(); // keeps nothing for a way back
  const inputs = parts.flatMap(([name, part]) => (name === 'mask' ? [] : [part]));
  for (const part of inputs) part.requiresGrad = true;
  const shown = run();
  const seeds = shown.map((t) => t.detach().cos());
  const found = gradients(shown, inputs, { gradOutputs: seeds });
  return [...plain, ...shown, ...found.map((g) => g!)].map((t) => Array.from(t.dataSync()));
}

const all = Object.keys(cases);
const most = all.slice(-1); // starting helpers takes a while

describe.each([
  [1, all],
  [2, most],
] as const)('by a BLAS on %i threads', (threads, names) => {
  afterAll(() => {
    setNumThreads(1);
    scaleThresholds(1);
  });

  for (const kind of kinds) {
    for (const how of names) {
      const one = cases[how]!;
      it(`steps of ${kind} ${how} agree with the plain loops`, ({ skip }) =>
        onNative(skip, async (backend) => {
          scaleThresholds(0); // every call has parts
          setNumThreads(threads);
          await threadsReady();
          const wanted = results(kind, reference(), one);
          results(kind, backend, one).forEach((got, i) => {
            const apart = closeness(got, wanted[i]!, { rtol: 1e-5, atol: 1e-5 });
            expect(apart, `result ${i}`).toBeNull();
          });
        }));
    }
  }
});
