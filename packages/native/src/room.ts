import type { WasmBackend } from '@kasane/tensor-core/threads';

/**
 * Hands memory for so many numbers each to `use`, and takes it back; false if there is none, or if `use` says that it did
 * nothing.
 */
export function withRoom<const S extends readonly number[]>(
  backend: WasmBackend,
  sizes: S,
  use: (...at: { [K in keyof S]: number }) => boolean,
): boolean {
  const made = sizes.map((size) => backend.allocate('float32', Math.max(size, 1)));
  try {
    if (made.some(({ pointer }) => pointer < 0)) return false; // past the budget
    // One pointer for each size.
    return use(...(made.map(({ pointer }) => pointer) as { [K in keyof S]: number }));
  } finally {
    for (const storage of made) backend.free(storage);
  }
}
