import { BPE, type BPEOptions, type Merge } from './bpe.ts';

/**
 * Byte pair encoding as tiktoken and SentencePiece do it: two neighbours become one whenever that is a token, the token of the lowest id
 * first. In tokenizer.json it is `BPE` with the merges that Hugging Face makes of such vocabularies.
 */
export class RankedBPE extends BPE {
  constructor(vocab: ReadonlyMap<string, number>, joins: Iterable<string>, options: BPEOptions) {
    super(vocab, merges(vocab, joins), options);
  }

  protected override ranks(merged: Int32Array): Int32Array {
    return merged;
  }
}

/** For each token that is joined all two tokens that it can be made of, the lower ids first. */
function merges(vocab: ReadonlyMap<string, number>, joins: Iterable<string>): Merge[] {
  const all: Merge[] = [];
  for (const token of joins) {
    const pairs: { readonly merge: Merge; readonly first: number; readonly second: number }[] = [];
    for (let at = 1; at < token.length; at++) {
      const merge = [token.slice(0, at), token.slice(at)] as const;
      const [first, second] = [vocab.get(merge[0]), vocab.get(merge[1])];
      if (first !== undefined && second !== undefined) pairs.push({ merge, first, second });
    }
    pairs.sort((a, b) => a.first - b.first || a.second - b.second);
    for (const { merge } of pairs) all.push(merge);
  }
  return all;
}
