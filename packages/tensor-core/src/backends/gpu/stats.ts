/** What a gpu backend has done and holds, for tests and curiosity. */
export interface GpuStats {
  /** Arrays brought to the device. */
  readonly uploads: number;
  /** Arrays brought back from the device. */
  readonly readBacks: number;
  /** Kernel runs. */
  readonly launches: number;
  /** Compiled kernels in the cache. */
  readonly kernels: number;
}
