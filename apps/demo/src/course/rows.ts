import type { Title } from '../exercise.ts';

/** A part of the course. */
export type Section =
  | 'rnn'
  | 'lstm'
  | 'gru'
  | 'bidirectional'
  | 'seq2seq'
  | 'word2vec'
  | 'attention'
  | 'practice'
  | 'architectures'
  | 'keras'
  | 'reinforcement'
  | 'dcgan';

/** The sections, in the order of the course. */
export const SECTIONS: Readonly<Record<Section, Title>> = {
  rnn: { en: 'Recurrent networks', ja: '再帰型ニューラルネットワーク' },
  lstm: { en: 'LSTM', ja: 'LSTM' },
  gru: { en: 'GRU', ja: 'GRU' },
  bidirectional: { en: 'Bidirectional RNN', ja: '双方向RNN' },
  seq2seq: { en: 'Seq2seq, dialogue, VAE', ja: 'Seq2Seq・対話・VAE' },
  word2vec: { en: 'Word2vec', ja: 'Word2vec' },
  attention: { en: 'Attention', ja: 'Attention' },
  practice: { en: 'Regression and digits', ja: '回帰とMNIST' },
  architectures: { en: 'Architectures', ja: '画像認識のモデル' },
  keras: { en: 'High-level training', ja: 'Kerasの演習' },
  reinforcement: { en: 'Reinforcement learning', ja: '強化学習' },
  dcgan: { en: 'DCGAN', ja: 'DCGAN' },
};

/** One thing that the course teaches, asks or lets one try. */
export interface Row {
  readonly row: number;
  readonly section: Section;
  /** Lines of the course's report where it stands. */
  readonly lines: readonly [first: number, last: number];
  readonly subject: Title;
}

type Entry = readonly [
  lines: number | readonly [first: number, last: number],
  en: string,
  ja: string,
];

/** The rows of each section, numbered through from 1. */
const COURSE: Readonly<Record<Section, readonly Entry[]>> = {
  rnn: [
    [7, 'networks for series', '系列を扱うネットワーク'],
    [7, 'what makes a series', '系列データの特徴'],
    [9, 'the state handed on', '状態の受け渡し'],
    [11, 'the sum before the activation', '活性化前の和 u'],
    [13, 'the hidden activation', '中間層の活性化 z'],
    [15, 'the sum of the output', '出力の和 v'],
    [18, 'the output activation', '出力の活性化 y'],
    [20, 'states in code', '状態の実装'],
    [23, 'outputs in code', '出力の実装'],
    [[25, 30], 'quiz: three weights', '確認：三つの重み'],
    [31, 'recursion and the first state', '再帰と初期状態'],
    [[20, 34], 'adding in binary', 'バイナリ加算'],
    [36, 'try: 10 units, rate 0.05', '試行：隠れ層10、学習率0.05'],
    [40, 'try: other first weights', '試行：重みの初期化'],
    [45, "He's first weights", 'Heの初期値'],
    [52, "Xavier's first weights", 'Xavierの初期値'],
    [54, 'try: other activations', '試行：活性化関数'],
    [58, 'ReLU between', '中間層のReLU'],
    [62, 'tanh between', '中間層のtanh'],
    [64, 'backpropagation through time', 'BPTT'],
    [65, 'backpropagation again', '誤差逆伝播の復習'],
    [[66, 71], 'quiz: chain rule', '確認：連鎖律'],
    [[73, 75], 'gradients of the three weights', '三つの重みの勾配'],
    [77, 'gradients of the biases', 'バイアスの勾配'],
    [[79, 85], 'the pass forward beside its formulas', '順伝播の数式とコード'],
    [87, 'quiz: y at the first step', '確認：最初の出力'],
    [[88, 90], 'the updates', 'パラメータの更新'],
    [90, 'errors going back in time', '時間をさかのぼる誤差'],
    [92, 'quiz: the missing line of BPTT', '演習：BPTTの空欄'],
  ],
  lstm: [
    [96, 'gradients that fade over time', '時間方向の勾配消失'],
    [97, 'another structure against it', '構造による解決'],
    [98, 'gradients that fade over depth', '層方向の勾配消失'],
    [100, 'saturated sigmoids', 'シグモイドの飽和'],
    [[101, 103], "quiz: the sigmoid's derivative at 0", '確認：0でのシグモイドの微分'],
    [105, 'gradients that explode', '勾配爆発'],
    [106, 'quiz: clipping', '演習：勾配クリッピング'],
    [107, 'the constant error carousel', 'CEC'],
    [109, 'a factor of one', '係数が1の誤差'],
    [111, 'what the carousel lacks', 'CECの課題'],
    [113, 'input and output gate', '入力・出力ゲート'],
    [114, 'forget gate', '忘却ゲート'],
    [115, 'quiz: which gate acts', '確認：働くゲート'],
    [[116, 118], 'quiz: the cell in code', '演習：セルの更新'],
    [120, 'peepholes', '覗き穴結合'],
  ],
  gru: [
    [124, 'the unit', 'GRUの構造'],
    [124, 'reset gate', 'リセットゲート'],
    [124, 'update gate', '更新ゲート'],
    [[126, 130], 'quiz: what LSTM and CEC cost', '確認：LSTMとCECの課題'],
    [132, 'quiz: the new state in code', '演習：状態の更新'],
    [[133, 135], 'quiz: LSTM against GRU', '確認：LSTMとGRU'],
  ],
  bidirectional: [
    [139, 'reading in both directions', '両方向に読む'],
    [141, 'quiz: joining the states', '演習：状態の結合'],
  ],
  seq2seq: [
    [145, 'encoder and decoder', 'エンコーダとデコーダ'],
    [146, 'the encoder', 'エンコーダRNN'],
    [147, 'words to numbers', '単語からIDへ'],
    [149, 'embedding', '埋め込み'],
    [151, 'the thought vector', '文の意味ベクトル'],
    [153, 'the decoder', 'デコーダRNN'],
    [155, 'the last state begins', '状態の引き継ぎ'],
    [157, 'drawing words', '単語のサンプリング'],
    [159, 'embedding of the answer', '出力側の埋め込み'],
    [161, 'numbers to words', 'IDから文へ'],
    [163, 'quiz: what seq2seq is', '確認：seq2seqとは'],
    [164, 'quiz: embedding in code', '演習：埋め込みの実装'],
    [[165, 167], 'talks of several turns', 'HRED'],
    [169, 'a network over turns', 'HREDの構造'],
    [[171, 173], 'the context', '文脈のRNN'],
    [175, 'dull answers', 'HREDの課題'],
    [177, 'answers that vary', 'VHRED'],
    [[178, 184], 'quiz: seq2seq, HRED, VHRED', '確認：三つの違い'],
    [186, 'learning without labels', '自己符号化器'],
    [188, 'fewer dimensions', '次元削減'],
    [190, 'a latent space without order', '潜在変数の分布'],
    [192, 'a latent space by plan', 'VAE'],
    [193, 'quiz: what a VAE adds', '確認：VAEの要点'],
  ],
  word2vec: [
    [197, 'vectors of words', '単語ベクトル'],
    [197, 'the vocabulary', '語彙'],
    [199, 'one-hot vectors', 'one-hotベクトル'],
    [[201, 203], 'distributed representation', '分散表現'],
    [205, 'meaning in few dimensions', '少ない次元の意味'],
    [207, 'two mirror images', '二つの手法の対称性'],
    [209, 'CBOW', 'CBOW'],
    [211, 'skip-gram', 'Skip-gram'],
  ],
  attention: [
    [215, 'long sentences', '長い文の課題'],
    [215, 'relevance of words', '単語の関連度'],
    [215, 'translation with attention', 'Attention付き翻訳'],
    [[216, 222], 'quiz: what differs', '確認：手法の違い'],
    [[224, 226], 'quiz: a recursive network', '演習：再帰的な木'],
  ],
  practice: [
    [233, 'linear regression', '線形回帰'],
    [236, 'try: noise 0.1, another line', '試行：ノイズ0.1、別の直線'],
    [238, 'try: more noise', '試行：ノイズを大きく'],
    [238, 'try: noise 0.03', '試行：ノイズ0.03'],
    [238, 'try: a line downwards', '試行：右下がりの直線'],
    [243, 'nonlinear regression', '非線形回帰'],
    [245, 'try: another cubic', '試行：別の三次式'],
    [245, 'try: noise 5', '試行：ノイズ5'],
    [250, 'try: a parabola', '試行：二次式'],
    [255, 'digits by one layer', '一層のMNIST'],
    [257, 'try: define x, d, W and b', '試行：x, d, W, bの定義'],
    [262, 'digits by three layers', '三層のMNIST'],
    [264, 'try: 500 units, RMSprop', '試行：隠れ層500、RMSProp'],
    [268, 'digits by convolutions', 'CNNのMNIST'],
    [270, 'try: no dropout', '試行：ドロップアウト0'],
    [274, 'size, speed and accuracy', '規模・速度・精度'],
    [274, 'convolution and pooling', '畳み込みとプーリング'],
  ],
  architectures: [
    [[276, 278], 'quiz: Inception', '例題：Inception'],
    [278, '1 × 1 convolutions', '1×1の畳み込み'],
    [[280, 288], 'quiz: auxiliary losses', '例題：補助損失'],
    [282, 'what they do not save', '計算量との関係'],
    [284, 'a head midway', '途中の分類器'],
    [286, 'batch normalisation instead', 'バッチ正規化との比較'],
    [288, 'like several networks', 'アンサンブルの効果'],
    [[290, 292], 'quiz: residual networks', '例題：ResNet'],
    [292, 'shortcuts', 'ショートカット'],
    [294, 'nothing to change', '変化が不要な層'],
    [296, 'quiz: transfer learning', '例題：転移学習'],
    [[298, 300], 'quiz: one example a class', '例題：ワンショット学習'],
    [[302, 304], 'quiz: biased data', '例題：データの偏り'],
    [[306, 308], 'quiz: YOLO', '例題：YOLO'],
    [310, 'the number of candidates', '候補の数'],
    [312, 'the two parts of the loss', '損失の二つの部分'],
    [314, 'boxes of a cell', 'セルごとの枠'],
    [[316, 325], 'quiz: VGG, GoogLeNet, ResNet', '確認：三つのモデル'],
  ],
  keras: [
    [330, 'a few lines instead of many', '高水準API'],
    [[335, 366], 'gates by a perceptron', '単純パーセプトロン'],
    [367, 'batches, and XOR', 'バッチサイズとXOR'],
    [[330, 369], 'irises', 'アヤメの分類'],
    [[373, 379], 'digits by a multilayer perceptron', 'MNISTのMLP'],
    [[381, 382], 'digits and colours by convolutions', 'CNNとCIFAR-10'],
    [[384, 409], 'adding in binary, in short', 'RNNのバイナリ加算'],
    [411, 'LSTM and GRU instead', 'LSTMとGRU'],
  ],
  reinforcement: [
    [415, 'reward in the long run', '長期的な報酬'],
    [417, 'example: whom to send mail', '例：メールの配信先'],
    [417, 'example: a board game', '例：ボードゲーム'],
    [[419, 423], 'quiz: action, policy, reward', '確認：行動・方策・報酬'],
    [[425, 427], 'exploring and exploiting', '探索と利用'],
    [429, 'agent and environment', 'エージェントと環境'],
    [[431, 433], 'what is learned from', '学習の目標の違い'],
    [435, 'policies are probabilities', '方策は確率'],
    [437, 'tables and functions', '表と関数近似'],
    [437, 'Q-learning', 'Q学習'],
    [437, 'function approximation', '関数近似'],
    [439, 'the value of a state', '状態価値'],
    [441, 'the value of an action', '行動価値'],
    [[443, 446], "Bellman's equation of states", '状態価値のベルマン方程式'],
    [[448, 450], 'Q from V', 'VからQ'],
    [452, 'V from Q', 'QからV'],
    [454, "Bellman's equation of actions", '行動価値のベルマン方程式'],
    [456, 'reward functions', '報酬関数'],
    [457, 'policy functions', '方策関数'],
    [458, 'discounted reward', '割引報酬'],
    [459, 'average reward', '平均報酬'],
    [[460, 462], 'the policy gradient', '方策勾配'],
    [464, 'quiz: its theorem', '例題：方策勾配定理'],
  ],
  dcgan: [
    [[465, 469], 'quiz: generator and judge', '例題：生成器と識別器'],
    [469, 'the optimum', '最適な状態'],
    [471, 'the generator', '生成器の構造'],
    [471, 'the discriminator', '識別器の構造'],
    [473, 'leaky ReLU', 'Leaky ReLU'],
  ],
};

/** Every row of the course, in its order. */
export const courseRows: readonly Row[] = Object.entries(COURSE)
  .flatMap(([section, entries]) => entries.map((entry) => ({ section, entry })))
  .map(({ section, entry: [lines, en, ja] }, i) => ({
    row: i + 1,
    section: section as Section, // the keys of COURSE are its sections
    lines: typeof lines === 'number' ? [lines, lines] : lines,
    subject: { en, ja },
  }));

/** The row of a number; rows start at 1. */
export function rowOf(row: number): Row {
  const found = courseRows[row - 1];
  if (found === undefined) throw new Error(`internal: the course has no row ${row}`);
  return found;
}
