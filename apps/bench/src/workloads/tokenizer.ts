/**
 * A megabyte of text made ids of, with a byte-level BPE of 50,000 merges, GPT-2's.
 *
 * A step is the whole text, whose words both sides have seen before. Kasane gives tokens, offsets and words with the ids, the peer ids only; the ids
 * are the same.
 */
import { fromTiktoken } from '@kasane/nlp-embeddings/tokenizers';
import { gpt2Vocabulary, gptTokenizer } from '../peers/gpt-tokenizer.ts';
import { kasane } from '../peers/kasane.ts';
import type { Prepared, Workload } from '../workload.ts';

const LENGTH = 1_000_000;

/** A fraction that looks random. */
function fraction(i: number): number {
  const x = Math.sin((i + 1) * 12.9898) * 43758.5453;
  return x - Math.floor(x);
}

/** Words of the vocabulary, as frequent as in a text, some of them put together, with numbers and full stops. */
function text(vocabulary: string): string {
  const tokens = vocabulary
    .split('\n')
    .map((line) => Buffer.from(line.split(' ')[0]!, 'base64').toString());
  const words = tokens.filter((token) => /^ [A-Za-z]{2,}$/.test(token));
  const word = (i: number): string => words[Math.floor(words.length ** fraction(i) - 1)]!;
  let made = '';
  for (let i = 0; made.length < LENGTH; i++) {
    made += word(i);
    if (i % 8 === 0) made += word(i + 0.5).slice(1);
    if (i % 12 === 0) made += i % 24 === 0 ? '.\n' : ` ${i}, "`;
  }
  return made;
}

function encoding(given: string, encode: (text: string) => readonly number[]): Prepared {
  return {
    probe() {
      const ids = encode(given);
      return [ids.length, ...ids.slice(0, 50), ...ids.slice(-50)];
    },
    run(steps) {
      for (let i = 0; i < steps; i++) encode(given);
    },
  };
}

export const tokenizer: Workload = {
  id: 'tokenizer',
  title: 'ids of 1 MB of text, byte-level BPE of 50,000 merges',
  unit: 'ms',
  threads: 1,
  goals: [{ atMost: 200 }],

  ours: kasane(() => {
    const vocabulary = gpt2Vocabulary();
    const bpe = fromTiktoken(vocabulary, { pattern: 'r50k_base' });
    return encoding(text(vocabulary), (given) => bpe.encode(given).ids);
  }),

  peers: [gptTokenizer((encode) => encoding(text(gpt2Vocabulary()), encode))],
};
