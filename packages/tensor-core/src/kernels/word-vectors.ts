/** What trains word vectors: assembly/word-vectors.ts. */
import type { KernelRecords } from './record.ts';

export const wordVectors: KernelRecords = {
  // Each example begins with what the ones before it have changed.
  learnRows: null,
  learnPairs: null,
};
