/** The first byte that the binary leaves to its host. @kernel */
export function heapBase(): usize {
  return __heap_base;
}
