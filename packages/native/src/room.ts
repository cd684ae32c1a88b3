/** The memory that products are made in: the backend's, or a helper's view of it. */
export interface Memory {
  readonly heap: { readonly memory: { readonly buffer: ArrayBufferLike } };
  /** The memory as a buffer that reaches to address `end`. */
  bufferTo(end: number): ArrayBufferLike;
  /** Room for so many numbers; the pointer is negative if there is none. */
  allocate(dtype: 'float32', length: number): { readonly pointer: number };
  /** Takes back what it gave. */
  free(taken: never): void;
}

/**
 * Hands memory for so many numbers each to `use`, and takes it back; false if there is none, or if `use` says that it did
 * nothing.
 */
export function withRoom<const S extends readonly number[]>(
  memory: Memory,
  sizes: S,
  use: (...at: { [K in keyof S]: number }) => boolean,
): boolean {
  const made = sizes.map((size) => memory.allocate('float32', Math.max(size, 1)));
  try {
    if (made.some(({ pointer }) => pointer < 0)) return false; // past the budget
    // One pointer for each size.
    return use(...(made.map(({ pointer }) => pointer) as { [K in keyof S]: number }));
  } finally {
    for (const storage of made) memory.free(storage as never);
  }
}
