import { fileURLToPath } from 'node:url';
import type { Side } from '../workload.ts';
import { findPython, startPython } from './python.ts';

const harness = fileURLToPath(new URL('gensim_words.py', import.meta.url));

/** gensim's Word2Vec on one thread, where a Python has it. */
export function gensim(...args: readonly string[]): Side {
  return {
    name: 'gensim',
    prepare: async () => startPython(findPython('gensim', 'python3-gensim'), [harness, ...args], 1),
  };
}
