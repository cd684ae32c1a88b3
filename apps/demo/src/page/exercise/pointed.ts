import { signal } from '@preact/signals';
import { patternOf } from '../language/patterns.ts';

/** The tensor, figure or number that someone points at, in a formula or where it is shown. */
export const pointed = signal<string | null>(null);

/** Whether two names are of one thing: `z^t` in a formula is `z^3` too, and numbers within a name are those of a run. */
export function isSame(one: string | null, other: string): boolean {
  if (one === null) return false;
  const plain = (name: string): string => patternOf(name.replace(/\^(?:t|\d+)$/, '^t'));
  return plain(one) === plain(other);
}

/** What an element does that shows something by name: the mouse and the keyboard point at it. */
export const pointsAt = (name: string) => ({
  onPointerEnter: () => (pointed.value = name),
  onPointerLeave: () => (pointed.value = null),
  onFocusIn: () => (pointed.value = name),
  onFocusOut: () => (pointed.value = null),
});
