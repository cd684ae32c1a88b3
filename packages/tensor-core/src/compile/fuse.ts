/**
 * Neighbouring ops of single elements become one loop: what flows between them stays in registers, and
 * needs no memory if nothing else reads it.
 */
import { elementwise, type Elementwise, type Reading } from './elementwise.ts';
import { formulas } from './formulas.ts';
import type { Item, KernelItem } from './schedule.ts';
import type { Value } from './trace.ts';

/** Ops of as many elements each, carried out together, element by element. */
export interface GroupItem {
  readonly kind: 'group';
  readonly members: readonly Member[];
  readonly outer: number;
  readonly inner: number;
  /** What comes from outside of the group. */
  readonly reads: readonly Reading[];
  /** What is read outside of it. */
  readonly makes: readonly Value[];
}

export interface Member {
  readonly item: KernelItem;
  readonly kernel: string;
  readonly form: Elementwise;
}

/** Vectors held at a time: beyond some tens they would be in memory all the same. */
const MAX_MEMBERS = 64;

/** `leaving` are the values that are wanted at the end of a call. */
export function fuse(
  items: readonly Item[],
  leaving: ReadonlySet<Value>,
  mayFuse: (kernel: string, elements: number) => boolean,
): Item[] {
  const readers = countReaders(items);
  const fused: Item[] = [];
  let open = new Group();
  const close = (): void => {
    if (open.members.length > 1) fused.push(open.closed(leaving, readers));
    else fused.push(...open.members.map(({ item }) => item));
    open = new Group();
  };
  for (const item of items) {
    const member = memberOf(item);
    if (member === null || !mayFuse(member.kernel, member.form.outer * member.form.inner)) {
      close();
      fused.push(item);
    } else if (!open.add(member)) {
      close();
      open.add(member);
    }
  }
  close();
  return fused;
}

class Group {
  readonly members: Member[] = [];
  readonly #made = new Map<Value, number>();
  #rows: readonly [outer: number, inner: number] | null = null;
  #size = 0;

  /** Takes in another op if its loop is the same. */
  add(member: Member): boolean {
    const { outer, inner } = member.form;
    const size = outer * inner;
    if (this.members.length > 0) {
      if (size !== this.#size || this.members.length === MAX_MEMBERS) return false;
      if (outer > 1 && this.#rows !== null && inner !== this.#rows[1]) return false;
    }
    this.#size = size;
    if (outer > 1) this.#rows = [outer, inner];
    this.#made.set(member.item.step.output.value, this.members.length);
    this.members.push(member);
    return true;
  }

  closed(leaving: ReadonlySet<Value>, readers: ReadonlyMap<Value, number>): GroupItem {
    const within = countReaders(this.members.map(({ item }) => item));
    const reads: Reading[] = [];
    for (const { operands } of this.members.map(({ form }) => form)) {
      for (const one of operands) {
        if (this.#made.has(one.value)) continue;
        if (!reads.some(({ value, walk }) => value === one.value && walk === one.walk))
          reads.push(one);
      }
    }
    const makes = [...this.#made.keys()].filter((value) => {
      return leaving.has(value) || within.get(value) !== readers.get(value);
    });
    const [outer, inner] = this.#rows ?? [1, this.#size];
    return { kind: 'group', members: this.members, outer, inner, reads, makes };
  }
}

/** The op as a member of a group, if it can be one. */
function memberOf(item: Item): Member | null {
  if (item.kind !== 'kernels' || item.calls.length !== 1 || item.step.checked) return null;
  const [call] = item.calls;
  const form = formulas.has(call!.kernel) ? elementwise(call!) : null;
  return form === null ? null : { item, kernel: call!.kernel, form };
}

/** How many ops read each value. */
function countReaders(items: readonly Item[]): ReadonlyMap<Value, number> {
  const readers = new Map<Value, number>();
  for (const item of items) {
    if (item.kind !== 'kernels' && item.kind !== 'loop') continue;
    for (const { value } of item.step.inputs) readers.set(value, (readers.get(value) ?? 0) + 1);
  }
  return readers;
}
