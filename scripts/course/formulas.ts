/**
 * Where the course's formulas are computed: of each the rows of the course it belongs to, the formula, the name in the reference, and the
 * line of code. What a row is called, and which exercises answer it, stands with the exercises.
 */

/** A formula, and the line that computes it. */
export interface Formula {
  /** The row of the course whose name it bears. */
  readonly row: number;
  readonly tex: string;
  /** The package, the entry if it is not the main one, and the export: `nn:Linear`, `layers-cnn/models:Residual`. */
  readonly symbol: string | null;
  readonly file: string;
  /** The line as it stands there, but for what is around it. */
  readonly code: string;
}

const tex = String.raw;

/** Formulas of one file. */
function of(
  file: string,
  ...list: readonly (readonly [row: number, tex: string, symbol: string | null, code: string])[]
): Formula[] {
  return list.map(([row, formula, symbol, code]) => ({ row, tex: formula, symbol, file, code }));
}

const exercise = (path: string): string => `apps/demo/src/exercises/${path}.ts`;
const source = (path: string): string => `packages/${path.replace('/', '/src/')}.ts`;

/** All of them, by rows. */
export const formulas: readonly Formula[] = [
  ...of(
    exercise('bptt/network'),
    [4, tex`u^t = x^t W_{\mathrm{in}} + z^{t-1} W + b`, 'layers-rnn:RNNCell', 'const ut = xt.matmul(wIn).add(z[t]!.matmul(w)).add(b);'],
    [7, tex`y^t = \sigma(z^t W_{\mathrm{out}} + c)`, 'nn:Linear', 'y.push(z[t + 1]!.matmul(wOut).add(c).sigmoid());'],
    [23, tex`\frac{\partial E}{\partial W_{\mathrm{in}}} = \sum_t (x^t)^\top \delta^t`, 'autograd:backward', 'wIn: delta.map((dt, t) => x[t]!.t().matmul(dt)),'],
    [23, tex`\frac{\partial E}{\partial W} = \sum_t (z^{t-1})^\top \delta^t`, 'autograd:backward', 'w: delta.map((dt, t) => z[t]!.t().matmul(dt)),'],
    [23, tex`\frac{\partial E}{\partial W_{\mathrm{out}}} = \sum_t (z^t)^\top \delta^{\mathrm{out},t}`, 'autograd:backward', 'wOut: deltaOut.map((dt, t) => z[t + 1]!.t().matmul(dt)),'],
    [24, tex`\frac{\partial E}{\partial b} = \sum_t \delta^t`, 'autograd:backward', 'b: delta,'],
    [28, tex`\delta^{t-1} = (\delta^t W^\top) \odot f'(u^{t-1})`, 'autograd:backward', 'carry: (delta: Tensor) => Tensor = (delta) => delta.matmul(w.t()),'],
    [33, tex`\sigma'(u) = \sigma(u) (1 - \sigma(u)) \le \tfrac{1}{4}`, 'nn:Sigmoid', 'slope: (z: Tensor): Tensor => z.mul(z.neg().add(1)),'],
  ),
  ...of(
    source('layers-rnn/ops/step'),
    [5, tex`z^t = f(u^t)`, 'layers-rnn:RNN', 'return (x, { h, c }) => ({ h: x.add(recurrent(h))[kind](), c });'],
    [41, tex`c^t = f^t \odot c^{t-1} + i^t \odot a^t`, 'layers-rnn:LSTMCell', 'const next = peep(f!, c!, pF).sigmoid().mul(c!).add(written);'],
    [43, tex`h^t = o^t \odot \tanh(c^t)`, 'layers-rnn:LSTM', 'return { h: peep(o!, next, pO).sigmoid().mul(next.tanh()), c: next };'],
    [44, tex`i^t = \sigma(\ldots + p_i \odot c^{t-1})`, 'layers-rnn:PeepholeLSTMCell', 'p === undefined ? sum : sum.add(state.mul(p));'],
    [46, tex`r^t = \sigma(x^t W_r + h^{t-1} U_r)`, 'layers-rnn:GRUCell', 'const r = xr!.add(hr!).sigmoid();'],
    [46, tex`\bar{h}^t = \tanh(x^t W + r^t \odot (h^{t-1} U))`, 'layers-rnn:GRUCell', 'const n = xn!.add(r.mul(hn!)).tanh();'],
    [47, tex`z^t = \sigma(x^t W_z + h^{t-1} U_z)`, 'layers-rnn:GRUCell', 'const z = xz!.add(hz!).sigmoid();'],
    [49, tex`\begin{aligned} h^t &= (1 - z^t) \odot \bar{h}^t + z^t \odot h^{t-1} \\ z &= 1 - z_{\mathrm{course}} \end{aligned}`, 'layers-rnn:GRU', 'return { h: n.add(z.mul(h.sub(n))), c };'],
    [130, tex`h^{t-1} \odot m, \quad m \sim \mathrm{Bernoulli}`, 'layers-rnn:RNN', 'const seen = (h: Tensor): Tensor => (mask === undefined ? h : h.mul(mask));'],
  ),
  ...of(
    exercise('rnn-binary-addition/network'),
    [15, tex`W \sim N(0, 2 / n_{\mathrm{in}})`, 'nn:init.kaimingNormal', 'he: (fanIn: number): number => Math.sqrt(2 / fanIn),'],
    [16, tex`W \sim N(0, 1 / n_{\mathrm{in}})`, 'nn:init.fanInNormal', 'xavier: (fanIn: number): number => 1 / Math.sqrt(fanIn),'],
    [18, tex`f(u) = \max(u, 0)`, 'nn:ReLU', 'relu: (u: Tensor): Tensor => u.relu(),'],
    [19, tex`f(u) = \tanh(u)`, 'nn:Tanh', 'tanh: (u: Tensor): Tensor => u.tanh(),'],
  ),
  ...of(exercise('bptt/checks'), [22, tex`\frac{dz}{dx} = 2 (x + y) \cdot 1, \quad z = t^2,\ t = x + y`, 'autograd:grad', 'const dzdx = grad((a: Tensor, b: Tensor) => a.add(b).square())(scalar(2), scalar(3)).item();']),
  ...of(source('optim/sgd'), [27, tex`W \leftarrow W - \epsilon \frac{\partial E}{\partial W}`, 'optim:SGD', 'runInto(axpby, parameter, [g], dynamicAttrs(group, descent));']),
  ...of(exercise('vanishing-gradient'), [30, tex`\lVert \partial L / \partial h^t \rVert`, 'autograd:gradients', 'return gradients([loss], states).map((g) => norm(g!));']),
  ...of(exercise('gradient-clipping'), [36, tex`g \leftarrow g \cdot \min(1, \theta / \lVert g \rVert)`, 'optim:clipGradNorm', 'const rate = threshold / norm(gradient);']),
  ...of(
    source('layers-rnn/carousel-cells'),
    [37, tex`c^t = c^{t-1} + a^t`, 'layers-rnn:CECCell', 'return c.add(added);'],
    [40, tex`c^t = c^{t-1} + i^t \odot a^t`, 'layers-rnn:GatedCECCell', 'const next = c.add(i!.sigmoid().mul(a!.tanh()));'],
  ),
  ...of(source('layers-rnn/recurrent-layer'), [52, tex`h^t = [\overrightarrow{h}^t ; \overleftarrow{h}^t]`, 'layers-rnn:LSTM', 'x = D === 1 ? outputs[0]! : concat(outputs, 2);']),
  ...of(source('layers-rnn/recurrent'), [51, tex`\overrightarrow{h}^t = f(x^t, \overrightarrow{h}^{t-1}),\ \overleftarrow{h}^t = f(x^t, \overleftarrow{h}^{t+1})`, 'layers-rnn:Bidirectional', 'const back = loop(this.backwardCell, input, state?.backward, lengths, true);']),
  ...of(source('seq2seq/encoder'), [57, tex`h^S = f(x^S, h^{S-1})`, 'seq2seq:Encoder', 'const found = recurrent.forward(x, undefined, counts === null ? {} : { lengths: counts });']),
  ...of(source('nn/embedding'), [64, tex`e = w^\top E`, 'nn:Embedding', '.indexSelect(0, input.flatten(), { sparseGrad: this.sparse })']),
  ...of(source('seq2seq/generate/sample'), [60, tex`y_i \sim p(y_i \mid y_1, \ldots, y_{i-1}, x)`, 'seq2seq:generate', 'const token = generator === null ? likeliest(scores) : draw(scores, generator);']),
  ...of(source('seq2seq/dialogue/dialogue-model'), [67, tex`c_n = f(c_{n-1}, h_n)`, 'seq2seq:HRED', 'const over = this.context.forward(utterances.transpose(0, 1), undefined, {']),
  ...of(
    source('seq2seq/dialogue/gaussian'),
    [69, tex`z = \mu + \sigma \odot \varepsilon`, 'seq2seq:VHRED', 'return mean.add(logVariance.mul(0.5).exp().mul(noise));'],
    [69, tex`\mathrm{KL}(q(z) \Vert p(z \mid c))`, 'seq2seq:VHRED', 'return ratio.exp().sub(ratio).sub(1).add(distance).sum(1).mul(0.5);'],
  ),
  ...of(source('generative/autoencoders/autoencoder'), [71, tex`\hat{x} = g(f(x))`, 'generative:Autoencoder', 'return this.decode(this.encode(input));']),
  ...of(source('generative/autoencoders/vae'), [74, tex`L = -\mathbb{E}_q[\log p(x \mid z)] + \beta\, \mathrm{KL}`, 'generative:VAE', 'return { loss: reconstruction.add(paid.sum().mul(beta)), reconstruction, kl: each.sum() };']),
  ...of(source('distributions/kl/pairs'), [74, tex`\mathrm{KL}(N(\mu, \sigma^2) \Vert N(0, 1))`, 'distributions:klDivergence', 'return ratio.add(apart).sub(1).sub(ratio.log()).mul(0.5);']),
  ...of(
    source('nlp-embeddings/word2vec/learn-rows'),
    [82, tex`h = \frac{1}{C} \sum_{c} v_c`, 'nlp-embeddings:Word2Vec', 'for (let j = 0; j < width; j++) h[j]! += out[rows[i]! * width + j]! / rows[at]!;'],
    [83, tex`-\log \sigma(u_o \cdot v_c) - \sum_k \log \sigma(-u_k \cdot v_c)`, 'nlp-embeddings:Word2Vec', 'total += e === Infinity ? -sign * s : Math.log1p(e);'],
  ),
  ...of(source('nlp-embeddings/word2vec/learners'), [83, tex`-\log \mathrm{softmax}(h V^\top)_t`, 'nlp-embeddings:Word2Vec', 'const loss = scores.logSoftmax(1).gather(1, answers.unsqueeze(1)).sum().neg();']),
  ...of(
    source('seq2seq/attention'),
    [85, tex`\alpha_{ij} = \mathrm{softmax}_j\, e(s_i, h_j)`, 'seq2seq:Attention', 'const weights = padding === null ? scores.softmax(-1) : within(scores, padding.unsqueeze(1));'],
    [86, tex`c_i = \sum_j \alpha_{ij} h_j`, 'seq2seq:Attention', 'return { context: weights.matmul(values), weights };'],
  ),
  ...of(source('seq2seq/recursive/recursive-network'), [88, tex`p = \tanh(W [l ; r])`, 'seq2seq:RecursiveNetwork', 'return this.#join(concat([left, right]));']),
  ...of(exercise('linear-regression'), [89, tex`L = \frac{1}{N} \sum_n (W x_n + b - d_n)^2`, 'nn:mseLoss', '): Tensor => x.mul(w).add(b).sub(d).square().mean();']),
  ...of(exercise('nonlinear-regression'), [94, tex`y = \sum_k w_k x^k`, 'nn:mseLoss', 'powers.matmul(w).sub(d).square().mean();']),
  ...of(exercise('mnist-softmax'), [98, tex`L = -\sum_k d_k \log \mathrm{softmax}(x W + b)_k`, 'nn:crossEntropy', 'd.mul(x.matmul(w).add(b).softmax(1).log()).sum(1).mean().neg();']),
  ...of(
    source('optim/rmsprop'),
    [101, tex`v \leftarrow \alpha v + (1 - \alpha) g^2`, 'optim:RMSprop', 'runInto(axpbySquare, squareAvg, [g], averaging);'],
    [101, tex`\theta \leftarrow \theta - \eta\, g / (\sqrt{v} + \epsilon)`, 'optim:RMSprop', 'runInto(addcdivSqrt, parameter, [g, v], factors);'],
  ),
  ...of(
    source('layers-cnn/ops/convolution'),
    [105, tex`y_{ij} = \sum_{a,b} w_{ab}\, x_{i+a,\,j+b} + c`, 'layers-cnn:Conv2d', 'for (let u = 0; u < count; u++) ys[o + u]! += xs[i + u * stride]! * weight;'],
    [157, tex`\langle A x, y \rangle = \langle x, A^\top y \rangle`, 'layers-cnn:ConvTranspose2d', 'for (let u = 0; u < count; u++) xs[i + u * stride]! += ys[o + u]! * weight;'],
  ),
  ...of(source('layers-cnn/ops/max-pool'), [105, tex`y_{ij} = \max_{a,b} x_{si+a,\,sj+b}`, 'layers-cnn:MaxPool2d', 'if (found < 0 || v > best || Number.isNaN(v)) [best, found] = [v, r * width + c];']),
  ...of(source('layers-cnn/ops/window'), [105, tex`\left\lfloor \frac{H + 2P - K}{S} \right\rfloor + 1`, 'layers-cnn:MaxPool2d', 'let count = (ceilMode ? Math.ceil(free / s) : Math.floor(free / s)) + 1;']),
  ...of(source('nn/dropout'), [103, tex`y = m \odot x / (1 - p), \quad m \sim \mathrm{Bernoulli}(1 - p)`, 'nn:Dropout', 'return kept.where(input.mul(p === 1 ? 0 : 1 / (1 - p)), 0);']),
  ...of(
    source('layers-cnn/blocks/inception'),
    [106, tex`y = [b_1(x) ; b_2(x) ; b_3(x) ; b_4(x)]`, 'layers-cnn/models:Inception', 'branches.map((branch) => branch.forward(input)),'],
    [107, tex`k^2 C_{\mathrm{in}} C_{\mathrm{out}} \to C_{\mathrm{in}} r + k^2 r\, C_{\mathrm{out}}`, 'layers-cnn/models:Inception', 'conv(inChannels, ch3x3red, 1, options),'],
  ),
  ...of(exercise('auxiliary-loss/training'), [108, tex`L = L_{\mathrm{main}} + 0.3 \sum_k L_k`, 'layers-cnn/models:GoogLeNet', 'return { main: main!, total: main!.add(aux1!.add(aux2!).mul(WEIGHT)) };']),
  ...of(
    source('nn/ops/normalize'),
    [111, tex`\hat{x} = (x - \mu) / \sqrt{\sigma^2 + \epsilon}`, 'layers-cnn:BatchNorm2d', 'return stack([mean, variance.add(eps).rsqrt(), variance]).reshape([3, groups]);'],
  ),
  ...of(source('layers-cnn/blocks/residual'), [114, tex`y = F(x) + x`, 'layers-cnn/models:Residual', 'return this.body.forward(input).add(input);']),
  ...of(
    source('layers-cnn/few-shot/prototypical-network'),
    [117, tex`c_k = \frac{1}{\lvert S_k \rvert} \sum_{x \in S_k} \phi(x)`, 'layers-cnn:PrototypicalNetwork', 'const prototypes = points.slice(0, 0, examples).reshape([way!, shot!, -1]).mean(1);'],
    [117, tex`p(k \mid x) \propto \exp(-\lVert \phi(x) - c_k \rVert^2)`, 'layers-cnn:PrototypicalNetwork', 'return apart.square().sum(2).neg();'],
  ),
  ...of(source('layers-cnn/detection/box-iou'), [122, tex`\mathrm{IoU} = \lvert A \cap B \rvert / \lvert A \cup B \rvert`, 'layers-cnn/detection:boxIou', 'return common.div(together);']),
  ...of(source('layers-cnn/detection/yolo-loss'), [121, tex`\lambda_{\mathrm{coord}} L_{\mathrm{box}} + L_{\mathrm{obj}} + \lambda_{\mathrm{noobj}} L_{\mathrm{noobj}} + L_{\mathrm{class}}`, 'layers-cnn/detection:yoloLoss', 'return places.mul(lambdaCoord).add(right).add(idle.mul(lambdaNoobj)).add(classes).div(n);']),
  ...of(exercise('perceptron-gates/network'), [125, tex`y = \sigma(w_1 x_1 + w_2 x_2 + b)`, 'nn:Sigmoid', 'return new Sequential(dense(2, 1, generator), new Sigmoid());']),
  ...of(source('nn/losses/binary-cross-entropy'), [126, tex`-(d \log y + (1 - d) \log(1 - y))`, 'nn:binaryCrossEntropy', '.add(y.neg().add(1).mul(x.neg().log1p().maximum(-100)))']),
  ...of(source('nn/losses/cross-entropy'), [128, tex`-\sum_k d_k \log y_k = -\log y_t`, 'nn:crossEntropy', "const operands = [scores.cast(dtype), y.dtype === 'int32' ? y : y.cast(dtype)];"]),
  ...of(
    source('rl/planning/bellman'),
    [145, tex`\begin{aligned} & V^\pi(s) = \\ & \sum_a \pi(s, a) \sum_{s'} P^a_{ss'} [R^a_{ss'} + \gamma V^\pi(s')] \end{aligned}`, 'rl:bellmanV', 'if (policy[a] !== 0) sum += policy[a]! * backup(mdp, s, a, V, gamma);'],
    [146, tex`Q^\pi(s, a) = \sum_{s'} P^a_{ss'} [R^a_{ss'} + \gamma V^\pi(s')]`, 'rl:qFromV', 'return mdp.rewards[s]![a]! + gamma * sum;'],
    [147, tex`V^\pi(s) = \sum_a \pi(s, a) Q^\pi(s, a)`, 'rl:vFromQ', 'for (let a = 0; a < row.length; a++) sum += row[a]! * Q[s]![a]!;'],
    [148, tex`\begin{aligned} & Q^\pi(s, a) = \\ & \sum_{s'} P^a_{ss'} [R^a_{ss'} + \gamma \sum_{a'} \pi(s', a') Q^\pi(s', a')] \end{aligned}`, 'rl:bellmanQ', 'return actionValues(mdp, vFromQ(policy, Q), gamma);'],
  ),
  ...of(source('rl/games/alpha-zero/puct'), [134, tex`Q(a) + c\, p(a) \frac{\sqrt{\sum_b N(b)}}{1 + N(a)}`, null, 'const score = (n === 0 ? 0 : totals[i]! / n) + (scale * priors[i]!) / (1 + n);']),
  ...of(source('rl/bandits/epsilon-greedy'), [136, tex`a = \arg\max_a \bar{x}_a \text{ or, with } \epsilon \text{, any}`, 'rl:EpsilonGreedy', ': drawArgmax(this.values, this.#generator);']),
  ...of(source('rl/bandits/ucb1'), [136, tex`\bar{x}_a + c \sqrt{\ln t / n_a}`, 'rl:UCB1', 'this.#bounds[arm] = n === 0 ? Infinity : values[arm]! + this.#c * Math.sqrt(log / n);']),
  ...of(source('rl/tabular/q-learning'), [141, tex`\begin{aligned} \delta &= r + \gamma \max_b Q(s', b) - Q(s, a) \\ Q(s, a) &\leftarrow Q(s, a) + \alpha \delta \end{aligned}`, 'rl:qLearning', 'Q[s]![a]! += rate * (target - Q[s]![a]!);']),
  ...of(source('rl/value/dqn'), [142, tex`r + \gamma \max_b Q_{\theta^-}(s', b)`, 'rl:DQN', 'return rewards.add(discounts.mul(best));']),
  ...of(source('rl/planning/policies'), [150, tex`\pi(s, a) = \frac{\exp(\theta_a / \tau)}{\sum_b \exp(\theta_b / \tau)}`, 'rl:softmaxPolicy', 'for (let i = 0; i < x.length; i++) sum += out[i] = Math.exp((x[i]! - most) / temperature);']),
  ...of(
    source('rl/planning/returns'),
    [151, tex`G_t = r_t + \gamma G_{t+1}`, 'rl:discountedReturn', 'next = rewards[t]! + gamma * next;'],
    [152, tex`\frac{1}{T} \sum_t r_t`, 'rl:averageReward', 'return sum / rewards.length;'],
  ),
  ...of(source('rl/policy/reinforce'), [153, tex`\nabla J = \mathbb{E}[\nabla \log \pi_\theta(a \mid s)\, Q^\pi(s, a)]`, 'rl:REINFORCE', 'if (!baseline) return logProbs.mul(returns).mul(weights).sum().neg();']),
  ...of(
    source('generative/gan/gan-loss'),
    [155, tex`\max_D \mathbb{E}[\log D(x)] + \mathbb{E}[\log(1 - D(G(z)))]`, 'generative:minimaxLoss', 'return ofReal.mean().add(generated.softplus().mean());'],
    [155, tex`\min_G \mathbb{E}[\log(1 - D(G(z)))]`, 'generative:minimaxLoss', 'generator: (generated) => generated.softplus().mean().neg(),'],
    [156, tex`D^*(x) = \frac{p_d(x)}{p_d(x) + p_g(x)}`, 'generative:optimalDiscriminator', 'return dataDensity.div(dataDensity.add(generatedDensity));'],
  ),
  ...of(source('generative/gan/dcgan-discriminator'), [158, tex`H \to \lfloor (H + 2 - 4) / 2 \rfloor + 1 = H / 2`, 'generative:DCGANDiscriminator', 'convolutions.push(new Conv2d(width, next, 4, { ...bare, stride: 2, padding: 1 }));']),
  ...of(source('tensor-core/ops/activations'), [159, tex`f(x) = x\ (x > 0),\ 0.01 x\ (x \le 0)`, 'nn:LeakyReLU', 'f: (x, { slope }) => (x > 0 ? x : slope * x),']),
].toSorted((a, b) => a.row - b.row); // prettier-ignore
