import { crossEntropy } from '@kasane/nn';
import { optionsOf, type Tensor } from '@kasane/tensor-core';
import {
  DialogueModel,
  dialogueNames,
  type DialogueLossOptions,
  type DialogueOptions,
  type DialogueState,
} from './dialogue-model.ts';

/**
 * A hierarchical recurrent encoder-decoder (HRED): a reply depends on all utterances before it. An encoder makes a vector of each
 * utterance, a context reads these vectors, one step for each utterance, and the decoder says the next utterance from
 * what the context knows.
 *
 * $$ s_u = \mathrm{GRU}(s_{u-1}, \mathrm{encode}(x_u)), \qquad p(x_{u+1}) = \prod_t p(w_t \mid w_{<t}, s_u) $$
 *
 * | tensor    | shape                                                          |
 * | --------- | -------------------------------------------------------------- |
 * | dialogues | (B, U, T): B dialogues of U utterances of T tokens, int32       |
 * | logits    | (B, U, T, V): of each token, given all before it               |
 *
 * The decoder starts from tanh(W s + b) and sees s at every step; the first utterance is predicted from zeros. All three are GRUs; encoder and
 * decoder share their vectors of words.
 *
 * @throws {@link ShapeError} for tensors of another form and for tokens that are not in the vocabulary.
 * @throws RangeError for sizes and options as `DialogueModel`.
 *
 * @example
 * import { HRED, padDialogues } from '@kasane/seq2seq';
 * import { tensor } from '@kasane/tensor-core';
 * const model = new HRED(10, 4, 8);
 * const dialogues = padDialogues([[[5, 2], [6, 7, 2]], [[5, 2]]]);
 * model.forward(dialogues).shape; // => [2,2,3,10]
 * model.loss(dialogues).item() > 1; // => true
 * const { logits } = model.step(tensor([1, 1], { dtype: 'int32' }), model.encode(dialogues));
 * logits.shape; // => [2,10]
 *
 * @see Serban et al. (2016), Building End-To-End Dialogue Systems Using Generative Hierarchical Neural Network Models.
 * @category Dialogue
 */
export class HRED extends DialogueModel {
  constructor(
    vocabularySize: number,
    embeddingDim: number,
    hiddenSize: number,
    options: DialogueOptions = {},
  ) {
    const given = optionsOf('HRED', options, dialogueNames);
    super(vocabularySize, [embeddingDim, hiddenSize], 0, given);
  }

  /** Scores of every token of dialogues, given all before it. */
  forward(dialogues: Tensor): Tensor {
    const { before, targets } = this.predicted(dialogues);
    const [B, U, T] = dialogues.shape as [number, number, number]; // checked by predicted
    return this.say(targets, before).transpose(0, 1).reshape([B, U, T, this.vocabularySize]);
  }

  /** The mean over all tokens of -log p(token), a scalar. */
  loss(dialogues: Tensor, options?: DialogueLossOptions): Tensor {
    const { replies } = optionsOf('HRED.loss', options, ['replies']);
    const { before, targets } = this.predicted(dialogues, replies);
    const logits = this.say(targets, before).flatten(0, 1); // (T·N, V)
    return crossEntropy(logits, targets.flatten(), { ignoreIndex: this.paddingIdx });
  }

  /** The state before the reply to dialogues (N, U, T). */
  encode(history: Tensor): DialogueState {
    return this.open(this.read(history).last);
  }
}
