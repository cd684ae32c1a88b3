/** Make models of texts. */
export type { AlphabetOptions } from './alphabet.ts';
export {
  BpeTrainer,
  WordPieceTrainer,
  type BpeTrainerOptions,
  type WordPieceTrainerOptions,
} from './bpe-trainer.ts';
export {
  Trainer,
  type PieceCounts,
  type Texts,
  type TrainOptions,
  type TrainProgress,
} from './trainer.ts';
export {
  CharactersTrainer,
  WordLevelTrainer,
  type WordLevelTrainerOptions,
} from './word-level-trainer.ts';
export { UnigramTrainer, type UnigramTrainerOptions } from './unigram-trainer.ts';
