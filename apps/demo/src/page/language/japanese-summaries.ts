/** The sentence of each exercise. */
export const summaries: Readonly<Record<string, string>> = {
  'Trains a recurrent network of 16 units, written on plain tensors, to add 8-bit numbers.':
    'テンソルだけで書いた16ユニットの再帰型ネットワークに、8ビットの足し算を学ばせます。',
  'Predicts the next word of a generated text with RNN, LSTM or GRU.':
    '生成した文章の次の単語を、RNN・LSTM・GRUで予測します。',
  'Predicts the next point of a sine from the last ones, then runs on its own answers.':
    '直前の点からサイン波の次の点を予測し、やがて自分の答えだけで波を描き続けます。',
  'Computes every option of the questions, and shows by its numbers which one is right.':
    '設問の選択肢をすべて計算し、どれが正しいかを数値で示します。',
  'Derives the gradients of a recurrent network by hand and holds them against autograd.':
    '再帰型ネットワークの勾配を手で導き、自動微分の結果と照合します。',
  'Adds the parts of an LSTM one by one, each with a task that needs it.':
    'LSTMの部品を一つずつ加え、それぞれが必要になる課題を解かせます。',
  'Follows gradients back in time through a plain RNN, an LSTM and a constant error carousel.':
    '単純なRNN、LSTM、CECの中で、時間をさかのぼる勾配を追います。',
  'Shows a gradient explode over time, and holds it by its norm.':
    '時間とともに爆発する勾配を見せ、ノルムで抑えます。',
  'Counts the weights of RNN, GRU and LSTM, times their steps, and lets them remember.':
    'RNN・GRU・LSTMの重みを数え、速さを測り、記憶力を比べます。',
  'Marks wrong words in generated sentences, with and without a look at what follows.':
    '生成した文の誤りを、後ろの文脈を見る場合と見ない場合とで見つけます。',
  'Translates numbers and dates that are read aloud, or with --data English into Japanese, and shows where it looks.':
    '読み上げた数や日付を翻訳し（--dataがあれば英語を日本語に）、どこに注目したかを示します。',
  'Lets seq2seq, HRED and VHRED reply to the same dialogues.':
    '同じ対話に、Seq2Seq・HRED・VHREDがそれぞれ返答します。',
  'Squeezes digits through a code of a few numbers, and compares with as many principal components.':
    '数字の画像を数個の数値に圧縮し、同じ個数の主成分と比べます。',
  'Learns codes near N(0, I) of digits, and makes digits up from it.':
    '数字の画像をN(0, I)に近い符号で表し、そこから新しい数字を作ります。',
  'Learns vectors from a generated corpus with planted synonyms and analogies, by both models from the same windows, and finds them again.':
    '類義語と類推を仕込んだコーパスから二つのモデルで単語ベクトルを学び、仕込んだものを見つけ直します。',
  'Writes letters backwards, copied or sorted, with and without attention, at growing lengths.':
    '文字列を逆順・複写・整列で書き、長さが増すとAttentionの有無でどう変わるかを見ます。',
  'Joins neighbours by W [left; right] along a tree, and understands "not" and "but".':
    '木に沿って隣どうしを W [左; 右] で結び、「not」や「but」を理解します。',
  'Fits a line to 100 noisy points by gradient descent on the mean squared error.':
    'ノイズのある100点に、平均二乗誤差の勾配降下で直線を当てはめます。',
  'Fits a polynomial to 100 noisy points with Adam.':
    'ノイズのある100点に、Adamで多項式を当てはめます。',
  'Reads handwritten digits with softmax regression, written on tensors.':
    'テンソルで書いたソフトマックス回帰で、手書き数字を読みます。',
  'Reads handwritten digits with two hidden layers, and compares optimizers.':
    '中間層二つのネットワークで手書き数字を読み、最適化手法を比べます。',
  'Reads handwritten digits with two convolutions, with dropout, without, and at four sizes.':
    '二つの畳み込み層で手書き数字を読み、ドロップアウトの有無と四つの大きさを比べます。',
  'Counts what 1 × 1 convolutions save in an Inception module, and trains two of them on generated shapes.':
    'Inceptionモジュールで1×1畳み込みが省く計算を数え、二つ重ねて生成した図形を学ばせます。',
  'Trains a deep stack of convolutions on generated shapes with and without auxiliary heads and batch normalisation.':
    '深い畳み込みの列を、補助ヘッドとバッチ正規化の有無を変えて学習させます。',
  'Compares gradients and training of deep networks with and without shortcuts, on generated shapes.':
    '深いネットワークの勾配と学習を、ショートカットの有無で比べます。',
  'Counts the parameters and the work of well-known networks, layer by layer.':
    '有名なネットワークのパラメータ数と計算量を、層ごとに数えます。',
  'Freezes what six generated shapes taught, and learns four others from a few pictures each; from scratch that fails.':
    '6種の図形で学んだ部分を固定し、別の4種を数枚ずつの画像から学びます。ゼロからでは失敗します。',
  'Recognises generated characters of unseen alphabets by one example of each.':
    '見たことのない文字体系の文字を、一つの例だけで見分けます。',
  'Plants wrong labels among real digits and finds them by their losses; colours their backgrounds by class and sees what the network learnt.':
    '本物の数字に誤ったラベルを混ぜて損失から見つけ、背景をクラスごとに色づけして何を学んだかを調べます。',
  'Finds coloured figures in generated scenes, all with one pass of a network.':
    '生成した場面の中の色つき図形を、ネットワークの一度の計算ですべて見つけます。',
  'Fits a line with a model of one linear layer, the high-level way.':
    '線形層一つのモデルで、高水準のやり方で直線を当てはめます。',
  'Trains one sigmoid unit on OR, AND and XOR, and a hidden layer on what it cannot learn.':
    'シグモイド1ユニットにOR・AND・XORを学ばせ、学べないものは中間層に任せます。',
  'Sorts irises into three species with one hidden layer.':
    '中間層一つのネットワークで、アヤメを3種に分けます。',
  'Reads handwritten digits the high-level way, with both losses for classes.':
    '高水準のやり方で、二種類の分類損失を使って手書き数字を読みます。',
  'Tells ten classes of generated pictures, or of CIFAR-10 with --data, and shows what batch normalisation does.':
    '生成した画像（--dataがあればCIFAR-10）を10クラスに分け、バッチ正規化の効果を見せます。',
  'Reads handwritten digits with two convolutions, the high-level way.':
    '二つの畳み込み層で、高水準のやり方で手書き数字を読みます。',
  'Adds numbers bit by bit with RNN and Linear, and shows what dropout does to it.':
    'RNNと線形層でビットごとに足し算をし、ドロップアウトの影響を見せます。',
  'Learns to balance a pole on a cart by trying, with PPO.':
    'PPOで試行錯誤しながら、台車の上の棒を立て続けることを学びます。',
  'Learns the way to a goal with a table of values, and with a network.':
    'ゴールまでの道を、価値の表とネットワークの両方で学びます。',
  'Learns by Q-learning which customers to send which mail, costs against sales.':
    'どの顧客にどの郵便を送るべきか、費用と売上からQ学習で学びます。',
  'Teaches a network tic-tac-toe or connect four by games against itself, and plays against you.':
    '自己対局で三目並べや四目並べを学び、あなたと対戦します。',
  'Plays many slot machines with ε-greedy, UCB1, Thompson sampling and others, and compares their regret.':
    '多腕バンディットをε-greedy・UCB1・Thompsonサンプリングなどで引き、リグレットを比べます。',
  'Solves the four Bellman equations of a task of two states and of one that is drawn, and shows discounting.':
    '2状態の課題と無作為な課題で四つのベルマン方程式を解き、割引の働きを見せます。',
  'Estimates the policy gradient of two arms from draws, and learns the odds of a coin with REINFORCE.':
    '2本の腕の方策勾配を標本から推定し、REINFORCEで確率を学びます。',
  'Lets a generator and a discriminator learn from each other until noise becomes digits.':
    '生成器と識別器が互いに学び合い、ノイズが数字になっていきます。',
  'Learns which way leads out of noise, and moves noise along it to eight Gaussians or two moons.':
    'ノイズから抜け出す方向を学び、ノイズを八つの正規分布や二つの月へ運びます。',
  'Learns which way leads out of noise, and makes handwritten digits of the class that is asked for.':
    'ノイズから抜け出す道を学び、指定されたクラスの手書き数字を作ります。',
};
