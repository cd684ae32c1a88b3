import { Embedding, Linear, Module } from '@kasane/nn';
import { RecursiveNetwork } from '@kasane/seq2seq';
import type { PackedTrees } from '@kasane/seq2seq';
import type { Generator, Tensor } from '@kasane/tensor-core';

/** What the question is about: W [left; right] at every node, and a score for the vector at the top. */
export class TreeReader extends Module {
  readonly embedding: Embedding;
  readonly recursive: RecursiveNetwork;
  readonly score: Linear;

  constructor(words: number, size: number, generator: Generator) {
    super();
    this.embedding = new Embedding(words, size, { generator });
    this.recursive = new RecursiveNetwork(size, { generator });
    this.score = new Linear(size, 1, { generator });
  }

  /** Scores of whole trees, (B). */
  forward(trees: PackedTrees): Tensor {
    return this.scoresOf(this.vectors(trees).roots);
  }

  /** The vectors of all nodes and of those at the top. */
  vectors(trees: PackedTrees): { nodes: Tensor; roots: Tensor } {
    return this.recursive.forwardPacked(this.embedding.forward(trees.values), trees);
  }

  /** Above 0 for what is good. */
  scoresOf(vectors: Tensor): Tensor {
    return this.score.forward(vectors).squeeze(1);
  }
}

/** For comparison: sees which words there are, and how often, through a hidden layer. */
export class BagReader extends Module {
  readonly hidden: Linear;
  readonly score: Linear;

  constructor(words: number, size: number, generator: Generator) {
    super();
    this.hidden = new Linear(words, size, { generator });
    this.score = new Linear(size, 1, { generator });
  }

  /** Counts of the words (B, V) to scores (B). */
  forward(counts: Tensor): Tensor {
    return this.score.forward(this.hidden.forward(counts).tanh()).squeeze(1);
  }
}
