import { crossEntropy, layerOptions, Linear } from '@kasane/nn';
import {
  concat,
  optionsOf,
  requireWhole,
  type Generator,
  type Operand,
  type Tensor,
} from '@kasane/tensor-core';
import {
  DialogueModel,
  dialogueNames,
  type DialogueLossOptions,
  type DialogueOptions,
  type DialogueState,
  type PredictedUtterances,
} from './dialogue-model.ts';
import { divergence, draw, GaussianNet, type Gaussian } from './gaussian.ts';

/** Options of `VHRED`. */
export interface VHREDOptions extends DialogueOptions {
  /** The size Z of the latent variable. Default 100. */
  readonly latentSize?: number;
  /** Have the latent variable and the context also guess the words of a reply without their order. Default true. */
  readonly bagOfWords?: boolean;
  /** The probability that the decoder does not see a word while it learns. Default 0.25. */
  readonly wordDropout?: number;
}

/** What `VHRED.loss` takes. */
export interface VHREDLossOptions extends DialogueLossOptions {
  /** What the divergence counts: from 0 to 1 while the model begins to learn. In a compiled step, a tensor. Default 1. */
  readonly klWeight?: Operand;
}

/** What `VHRED.loss` gives; all are scalars. */
export interface VHREDLoss {
  /** What to minimise: for each token, the terms below added up, the divergence by its weight. */
  readonly loss: Tensor;
  /** The mean over all tokens of -log p(token | what was said, z). */
  readonly reconstruction: Tensor;
  /** The mean over all utterances of KL(posterior ‖ prior). */
  readonly kl: Tensor;
  /** The mean over all tokens of -log p(token | context, z), the words in no order; 0 without bagOfWords. */
  readonly bagOfWords: Tensor;
}

/** Options of `VHRED.encode`. */
export interface VHREDEncodeOptions {
  /** Draw z from the prior; else take its mean. Default true. */
  readonly sample?: boolean;
  /** Where z is drawn from. Default: the generator that the model was given. */
  readonly generator?: Generator;
}

/**
 * A latent variable HRED (VHRED): what a reply is about is drawn first, a vector z from a normal distribution that follows
 * from the context, and then said. Two replies to one dialogue may therefore differ as a whole, and not only in words that happen to be drawn.
 *
 * $$ z \sim N(\mu_p(s), \sigma_p^2(s)), \qquad
 * -\log p(x) \le E_{z \sim q}[-\log p(x \mid s, z)] + \mathrm{KL}(q(z \mid s, x) \,\|\, p(z \mid s)) $$
 *
 * | tensor    | shape                                                               |
 * | --------- | ------------------------------------------------------------------- |
 * | dialogues | (B, U, T): B dialogues of U utterances of T tokens, int32            |
 * | logits    | (B, U, T, V): of each token, given all before it and z              |
 * | z         | (B·U, Z), or (B, Z) where only the last utterances count             |
 *
 * While it learns, z comes from a posterior q that sees the utterance too. Left alone, such a model soon ignores z, and the divergence goes to 0:
 * therefore `klWeight` (see `linearAnnealing`), `wordDropout` and `bagOfWords`. All else is as in `HRED`; prior and posterior have a hidden layer of
 * tanh. The paper has a softplus where exp makes σ² here.
 *
 * @throws {@link ShapeError} for tensors of another form and for tokens that are not in the vocabulary.
 * @throws RangeError for sizes and options as `DialogueModel`, `latentSize` too.
 *
 * @example
 * import { linearAnnealing, padDialogues, VHRED } from '@kasane/seq2seq';
 * import { Generator, tensor } from '@kasane/tensor-core';
 * const generator = new Generator(1);
 * const model = new VHRED(10, 4, 8, { latentSize: 3, generator });
 * const dialogues = padDialogues([[[5, 2], [6, 7, 2]], [[5, 2]]]);
 * const { loss, kl } = model.loss(dialogues, { klWeight: linearAnnealing(50, 200) });
 * loss.item() > 1; // => true
 * kl.item() > 0; // => true
 * const [one, other] = [model.encode(dialogues), model.encode(dialogues)];
 * one.condition.shape; // => [2,11]
 * String(one.condition) === String(other.condition); // => false
 *
 * @see Serban et al. (2017), A Hierarchical Latent Variable Encoder-Decoder Model for Generating Dialogues; Bowman et
 * al. (2016), Generating Sentences from a Continuous Space, for annealing and word drop; Zhao et al. (2017), Learning
 * Discourse-level Diversity for Neural Dialog Models, for the bag of words.
 * @category Dialogue
 */
export class VHRED extends DialogueModel {
  /** What z may be, from the context. */
  readonly prior: GaussianNet;
  /** What z was, from the context and the utterance. */
  readonly posterior: GaussianNet;
  /** Scores of the words of an utterance in no order, or null. */
  readonly bag: Linear | null;

  constructor(
    vocabularySize: number,
    embeddingDim: number,
    hiddenSize: number,
    options: VHREDOptions = {},
  ) {
    const names = ['latentSize', 'bagOfWords', ...dialogueNames] as const;
    const given = optionsOf('VHRED', options, names);
    const { latentSize = 100, bagOfWords = true, wordDropout = 0.25 } = given;
    requireWhole('VHRED', 'latentSize', latentSize, 1);
    super(vocabularySize, [embeddingDim, hiddenSize], latentSize, { ...given, wordDropout });
    const C = this.context.hiddenSize;
    const each = layerOptions(given);
    this.prior = new GaussianNet(C, hiddenSize, latentSize, each);
    this.posterior = new GaussianNet(C + hiddenSize, hiddenSize, latentSize, each);
    this.bag = bagOfWords ? new Linear(C + latentSize, vocabularySize, each) : null;
  }

  /** Scores of every token of dialogues, given all before it and a z drawn from the posterior. */
  forward(dialogues: Tensor): Tensor {
    const predicted = this.predicted(dialogues);
    const { condition } = this.#infer(predicted);
    const [B, U, T] = dialogues.shape as [number, number, number]; // checked by predicted
    const logits = this.say(predicted.targets, condition).transpose(0, 1); // (B·U, T, V)
    return logits.reshape([B, U, T, this.vocabularySize]);
  }

  /** The bound on -log p, and what it is made of. */
  loss(dialogues: Tensor, options?: VHREDLossOptions): VHREDLoss {
    const { klWeight = 1, replies } = optionsOf('VHRED.loss', options, ['klWeight', 'replies']);
    const predicted = this.predicted(dialogues, replies);
    const { targets, present } = predicted;
    const { prior, posterior, condition } = this.#infer(predicted);
    const { paddingIdx } = this;
    const tokens = targets.notEqual(paddingIdx).cast(condition.dtype).sum();
    const logits = this.say(targets, condition).flatten(0, 1); // (T·N, V)
    const reconstruction = crossEntropy(logits, targets.flatten(), { ignoreIndex: paddingIdx });
    const divergences = divergence(posterior, prior).mul(present).sum();
    const bagOfWords = this.#guess(condition, targets).div(tokens);
    const loss = reconstruction.add(bagOfWords).add(divergences.mul(klWeight).div(tokens));
    return { loss, reconstruction, kl: divergences.div(present.sum()), bagOfWords };
  }

  /** The state before the reply to dialogues (N, U, T): another z, and another reply, for each of its rows and each call. */
  encode(history: Tensor, options?: VHREDEncodeOptions): DialogueState {
    const { sample = true, generator } = optionsOf('VHRED.encode', options, [
      'sample',
      'generator',
    ]);
    const { last } = this.read(history);
    const prior = this.prior.forward(last);
    const random = generator === undefined ? this.random : { generator };
    return this.open(concat([last, sample ? draw(prior, random) : prior.mean], 1));
  }

  /** The sum over all tokens of -log p(token | condition), whatever their order. */
  #guess(condition: Tensor, targets: Tensor): Tensor {
    if (this.bag === null) return condition.newFull([], 0);
    const words = targets.t(); // (N, T)
    const guessed = this.bag.forward(condition).logSoftmax(1).gather(1, words);
    return words.notEqual(this.paddingIdx).where(guessed, 0).sum().neg();
  }

  /** What each utterance depends on, with a z that has seen it. */
  #infer({ before, said }: PredictedUtterances): {
    readonly prior: Gaussian;
    readonly posterior: Gaussian;
    readonly condition: Tensor;
  } {
    const prior = this.prior.forward(before);
    const posterior = this.posterior.forward(concat([before, said], 1));
    return { prior, posterior, condition: concat([before, draw(posterior, this.random)], 1) };
  }
}
