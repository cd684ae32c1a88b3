import { signal } from '@preact/signals';
import type { Recorded } from './recorded.ts';

/** What is known of exercises from recorded runs; empty until it has loaded, which happens after the first picture. */
export const recordings = signal<Readonly<Record<string, Recorded>>>({});

let asked = false;

export function loadRecordings(): void {
  if (asked) return;
  asked = true;
  import('./recorded.gen.json').then(
    // The generator writes what the type says.
    ({ default: all }) => (recordings.value = all as unknown as Readonly<Record<string, Recorded>>),
    () => (asked = false), // the page does without, and asks again another time
  );
}
