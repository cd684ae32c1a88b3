/**
 * What exercises say in English, in Japanese: their summaries, parameters and axes, and the names of what they show when they run.
 * Exercises are written in one language, and whoever translates them finds all of it here; a test holds this to what they say.
 */
import { phraseOf, sentenceOf } from './japanese-sentences.ts';
import { generators } from './names/generators.ts';
import { layers } from './names/layers.ts';
import { pictures } from './names/pictures.ts';
import { questions } from './names/questions.ts';
import { recurrent } from './names/recurrent.ts';
import { rewards } from './names/rewards.ts';
import { same } from './names/same.ts';
import { sequences } from './names/sequences.ts';
import { parameters } from './japanese-parameters.ts';
import { lookUp } from './patterns.ts';
import { summaries } from './japanese-summaries.ts';

const axes: Readonly<Record<string, string>> = {
  step: 'ステップ',
  'loss, mean of 100 steps': '損失（100ステップの平均）',
  'loss, median over the seeds': '損失（シードの中央値）',
  epoch: 'エポック',
  'cross-entropy': '交差エントロピー',
  pass: '周回',
  'mean squared error': '平均二乗誤差',
  point: '点',
  value: '値',
  t: 't',
  'norm of δ': 'δのノルム',
  'loss: hold': '損失：保持',
  'loss: select': '損失：選択',
  'loss: count': '損失：数える',
  'loss: time': '損失：時間',
  'loss: the next word': '損失：次の単語',
  'what a number changes in the answer, at the end': '各数値が答えを変える大きさ（終了時）',
  'norm of ∂L/∂h at t, over that at T': 't での ∂L/∂h のノルム（T での値との比）',
  u: 'u',
  'derivative of the sigmoid': 'シグモイドの微分',
  layer: '層',
  'share of the gradient that is left': '残っている勾配の割合',
  'norm of ∂L/∂h': '∂L/∂h のノルム',
  'binary cross-entropy of the noun': '名詞の二値交差エントロピー',
  'cross-entropy of a sentence': '1文の交差エントロピー',
  BLEU: 'BLEU',
  '−log p of a word': '1語の −log p',
  'KL of a reply, and its weight': '返答のKLとその重み',
  nats: 'ナット',
  loss: '損失',
  letters: '文字数',
  'share of right answers': '正答率',
  'cross-entropy of the batch': 'バッチの交差エントロピー',
  'accuracy on the held-out digits': 'テスト数字の正解率',
  'cross-entropy per digit of the batch': 'バッチの数字あたりの交差エントロピー',
  convolution: '畳み込み層',
  'norm of ∂L/∂w before training': '学習前の ∂L/∂w のノルム',
  'cross-entropy of the main head': '主ヘッドの交差エントロピー',
  layers: '層数',
  'norm of ∂L/∂w of the first convolution': '最初の畳み込みの ∂L/∂w のノルム',
  'mean squared error of y = x': 'y = x の平均二乗誤差',
  'layer with weights': '重みをもつ層',
  'parameters up to there, in millions': 'そこまでのパラメータ数（百万）',
  'multiply-adds up to there, in billions': 'そこまでの積和数（十億）',
  'cross-entropy on the six shapes': '6図形の交差エントロピー',
  'cross-entropy on the few pictures, first choice': '少数画像の交差エントロピー（1回目）',
  episode: 'エピソード',
  'cross-entropy in training': '学習時の交差エントロピー',
  'binary cross-entropy': '二値交差エントロピー',
  'accuracy on the test flowers': 'テストの花の正解率',
  accuracy: '正解率',
  'cross-entropy, mean of 20 steps': '交差エントロピー（20ステップの平均）',
  'share of bits that are right': '正しいビットの割合',
  'mean return of the last 100 episodes': '直近100エピソードの平均収益',
  'mean return': '平均収益',
  customer: '顧客',
  'mean profit of 24 months while learning': '学習中の24か月の平均利益',
  iteration: '反復',
  'points per game': '1局あたりの得点',
  'mistakes per move': '1手あたりの誤り',
  pull: '試行',
  'mean regret': '平均リグレット',
  'share of bandits whose best arm is pulled': '最良の腕を引いた割合',
  sweep: '掃引',
  'what is wrong with equation (1), at most': '式(1)の最大残差',
  'steps ahead': '先のステップ数',
  'weight of a reward, γᵏ': '報酬の重み γᵏ',
  draws: '標本数',
  '∂J / ∂θ₀, mean so far': '∂J / ∂θ₀（これまでの平均）',
  'probability of right': '右を選ぶ確率',
  round: 'ラウンド',
  'loss, mean of 10 rounds': '損失（10ラウンドの平均）',
  'mean of D, of 10 rounds': 'Dの平均（10ラウンド）',
};

/** What exercises say before they run. */
export const sayings: Readonly<Record<string, string>> = { ...axes, ...parameters, ...summaries };

/** The names of what they show then; see `patterns.ts`. */
export const names: Readonly<Record<string, string>> = {
  ...Object.fromEntries(same.map((name) => [name, name])),
  ...recurrent,
  ...questions,
  ...sequences,
  ...pictures,
  ...layers,
  ...rewards,
  ...generators,
};

const all: Readonly<Record<string, string>> = { ...names, ...sayings };

const known = (text: string): string | undefined => lookUp(all, text);
const phrase = phraseOf(known);

/** Whatever an exercise says or shows, or an error says, in Japanese; undefined for what is not known. */
export const inJapanese = (text: string): string | undefined =>
  known(text) ?? phrase(text) ?? sentenceOf(text);
