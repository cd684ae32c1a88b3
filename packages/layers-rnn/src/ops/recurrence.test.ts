import { concat, tensor, type Tensor } from '@kasane/tensor-core';
import { testOp, values, type Input, type Sample } from '@kasane/testing';
import { cells } from './recurrence-inputs.ts';
import { recurrence, type RecurrenceInputs, type RecurrenceKind } from './recurrence.ts';

const kinds = Object.keys(cells) as RecurrenceKind[]; // the table has a row for each

interface Shape {
  readonly steps: number;
  readonly rows: number;
  readonly hidden: number;
}

interface Variant {
  readonly reverse?: boolean;
  readonly lengths?: readonly number[];
  readonly mask?: boolean;
}

/** Everything that a recurrence gives, in one tensor. */
function everything(
  kind: RecurrenceKind,
  parts: RecurrenceInputs,
  { reverse = false }: Variant,
): Tensor {
  const { output, h, c } = recurrence(parts, { kind, reverse });
  return concat([output, h, ...(c === null ? [] : [c])].map((t) => t.flatten()));
}

function sample(
  kind: RecurrenceKind,
  { steps, rows, hidden }: Shape,
  variant: Variant = {},
): Sample {
  const { gates, hasCell } = cells[kind];
  const shapes: [keyof RecurrenceInputs, readonly number[]][] = [
    ['projected', [steps, rows, gates * hidden]],
    ['h0', [rows, hidden]],
    ['weightHh', [gates * hidden, hidden]],
  ];
  if (hasCell) shapes.push(['c0', [rows, hidden]]);
  if (kind !== 'relu') shapes.push(['biasHh', [gates * hidden]]);
  if (kind === 'peepholeLstm') shapes.push(['peephole', [3, hidden]]);
  const { reverse = false, lengths, mask = false } = variant;
  const name = [
    `${steps}×${rows}×${hidden}`,
    ...(reverse ? ['in reverse'] : []),
    ...(lengths === undefined ? [] : [`lengths ${lengths.join(' ')}`]),
    ...(mask ? ['masked'] : []),
  ].join(', ');
  return {
    name,
    inputs: shapes.map(([, shape], i): Input => values(shape, -1, 1, i)),
    call(...inputs) {
      const [x] = inputs;
      const parts = Object.fromEntries(shapes.map(([part], i) => [part, inputs[i]]));
      const { backend, dtype } = x!;
      const kept = Array.from({ length: rows * hidden }, (_, i) => (i % 3 === 0 ? 0 : 1.5));
      return everything(
        kind,
        {
          // The names are those of `shapes`, which has all that the kind needs.
          ...(parts as unknown as RecurrenceInputs),
          ...(lengths && { lengths: tensor([...lengths], { dtype: 'int32', backend }) }),
          ...(mask && { mask: tensor(kept, [rows, hidden], { dtype, backend }) }),
        },
        variant,
      );
    },
  };
}

// Few shapes: on a gpu each brings kernels of its own.
const long = { steps: 3, rows: 1, hidden: 2 };
const wide = { steps: 2, rows: 3, hidden: 2 };

for (const kind of kinds) {
  testOp(`recurrence ${kind}`, {
    samples: [
      sample(kind, long),
      sample(kind, long, { reverse: true }),
      sample(kind, wide, { lengths: [2, 1, 0] }),
      sample(kind, wide, { lengths: [2, 2, 1], reverse: true }),
      sample(kind, wide, { mask: true }),
      sample(kind, wide, { mask: true, reverse: true, lengths: [2, 1, 1] }),
      sample(kind, { steps: 1, rows: 1, hidden: 1 }),
      sample(kind, { steps: 0, rows: 2, hidden: 3 }),
      sample(kind, { steps: 2, rows: 0, hidden: 3 }),
    ],
  });
}
