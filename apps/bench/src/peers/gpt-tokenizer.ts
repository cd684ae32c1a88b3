import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import type { Prepared, Side } from '../workload.ts';

/** The vocabulary of GPT-2 as that package brings it: a .tiktoken file of 50,000 merges. */
export function gpt2Vocabulary(): string {
  const url = import.meta.resolve('gpt-tokenizer/data/r50k_base.tiktoken');
  return readFileSync(fileURLToPath(url), 'utf8');
}

/** gpt-tokenizer with GPT-2's vocabulary: the most used tokenizer that is written in JavaScript. */
export function gptTokenizer(
  work: (encode: (text: string) => readonly number[]) => Prepared,
): Side {
  return {
    name: 'gpt-tokenizer',
    prepare: async () => work((await import('gpt-tokenizer/encoding/r50k_base')).encode),
  };
}
