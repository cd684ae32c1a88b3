import type { MemoryUse } from '../backend.ts';
import type { Failure } from './batches.ts';
import type { Holding } from './storage.ts';

/** Arrays of so many bytes are named. */
const LISTED = 2 ** 20;

/** What to throw where a device had no room for all of a batch: it names who has it. */
export function refused(
  backend: string,
  { reason, arrays, bytes }: Failure,
  use: MemoryUse,
  holdings: Iterable<Holding>,
): RangeError {
  const large = [...holdings].filter((one) => one.bytes >= LISTED);
  const largest = large.sort((a, b) => b.bytes - a.bytes).slice(0, 3);
  const names = largest.map(({ dtype, length }) => `${dtype} [${length}]`).join(', ');
  return new RangeError(
    `${backend}: the device made not all of ${arrays} arrays of ${bytes} bytes (${reason}), beside ${use.tensors} tensors of ${use.bytes}, the largest: ${names || 'none of a megabyte'}. Use scope(), dispose of tensors, or take smaller batches.`,
  );
}
