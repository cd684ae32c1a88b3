/**
 * An op whose last kernel changes its result element by element, as a linear map adds its bias, becomes two: so
 * the bias joins the loop of the activation that follows.
 */
import { elementwise } from './elementwise.ts';
import { formulas } from './formulas.ts';
import type { Argument } from './kernel-calls.ts';
import type { KernelItem } from './schedule.ts';
import type { Operand, Value } from './trace.ts';

/** The item, or the two that it is made of, in order. */
export function split(item: KernelItem): readonly KernelItem[] {
  const { step, calls } = item;
  const { output } = step;
  const last = calls.at(-1);
  if (calls.length < 2 || last === undefined || !formulas.has(last.kernel)) return [item];
  const operands = elementwise(last)?.operands ?? [];
  // Whatever else it reads must be an operand of the op, and what it changes is all of the result.
  const changes = operands.filter(({ value }) => value === output.value);
  if (changes.length !== 1 || changes[0]!.walk !== 'whole') return [item];
  if (step.checked || step.refresh !== null) return [item];

  const value: Value = { ...output.value, id: -1 }; // ids are for traces, which are compared before
  const unfinished: Operand = { ...output, value };
  const moved = (arg: Argument): Argument =>
    typeof arg === 'object' && arg.value === output.value ? { ...arg, value } : arg;
  const before = calls.slice(0, -1).map((call) => ({ ...call, args: call.args.map(moved) }));
  const isRead = (input: Operand): boolean =>
    before.some(({ args }) => args.some((arg) => Object(arg).value === input.value));
  const first: KernelItem = {
    ...item,
    step: { ...step, inputs: step.inputs.filter(isRead), output: unfinished },
    calls: before,
  };
  const others = step.inputs.filter((input) => operands.some((one) => one.value === input.value));
  const place = last.args.findIndex((arg) => typeof arg === 'object' && arg.value === output.value);
  const rest: KernelItem = {
    ...item,
    step: {
      ...step,
      op: { ...step.op, name: last.kernel },
      inputs: [unfinished, ...others],
      whole: step,
    },
    calls: [{ ...last, args: last.args.map((arg, i) => (i === place ? moved(arg) : arg)) }],
  };
  return [first, rest];
}
