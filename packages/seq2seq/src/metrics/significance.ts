import {
  DataError,
  defaultGenerator,
  optionsOf,
  requireWhole,
  shown,
  type Generator,
} from '@kasane/tensor-core';
import { Turns } from '@kasane/tensor-core/turns';
import { sum, type CorpusCounts, type CorpusMetric, type References } from './corpus-metric.ts';

/** Options of `pairedBootstrap` and `approximateRandomization`. */
export interface SignificanceOptions {
  /** Trials. Default 1000 for `pairedBootstrap`, 10000 for `approximateRandomization`, as in sacrebleu. */
  readonly numSamples?: number;
  /** What draws the trials. Default `defaultGenerator()`. */
  readonly generator?: Generator;
  /** Stops the work: the promise is rejected with the signal's reason. */
  readonly signal?: AbortSignal;
}

/** What a test of two systems found. */
export interface Significance {
  /** Of the baseline and of the system on the whole corpus. */
  readonly scores: readonly [number, number];
  /** How likely so large a difference is, either way, between systems that are as good as each other. */
  readonly pValue: number;
}

/** What `pairedBootstrap` found. */
export interface BootstrapSignificance extends Significance {
  /** Means of the scores of the resampled corpora. */
  readonly means: readonly [number, number];
  /** Half the width of the intervals that hold 95 % of them. */
  readonly intervals: readonly [number, number];
}

/** Hypotheses of the baseline and of the system, for the same sentences. */
export type Systems = readonly [baseline: readonly string[], system: readonly string[]];

/**
 * The paired bootstrap test: whether a system's score differs from a baseline's by more than the choice of the test sentences explains.
 *
 * $$ p = \frac{1 + \big| \lbrace t : |\Delta_t| - \overline{|\Delta|} > |\Delta| \rbrace \big|}{1 + \mathrm{numSamples}} $$
 *
 * Draws as many sentences as there are, with replacement, again and again, and scores both systems on each draw. The p value is the share of draws
 * whose absolute difference is above the mean of those by more than the difference found.
 *
 * Same as sacrebleu's `--paired-bs`, with other random numbers. Gives way to other work, and takes a `signal`.
 *
 * @throws as the metric does.
 * @throws RangeError unless `numSamples` is a whole number ≥ 1.
 * @throws {@link DataError} if one system has another number of sentences.
 *
 * @example
 * import { Generator } from '@kasane/tensor-core';
 * import { BLEU, pairedBootstrap } from '@kasane/seq2seq/metrics';
 * const references = ['the cat sat on the mat', 'a dog ran over the road', 'birds sing in the trees'];
 * const baseline = ['a cat sat on a mat', 'the dog ran on the road', 'birds are in trees'];
 * const generator = new Generator(0);
 * const bleu = new BLEU({ effectiveOrder: true });
 * const { pValue, scores } = await pairedBootstrap([baseline, references], [references], bleu, { generator });
 * scores[1].toFixed(0); // => 100
 * pValue < 0.05; // => true
 * @see Koehn (2004), Statistical Significance Tests for Machine Translation Evaluation.
 * @category Metrics
 */
export async function pairedBootstrap(
  systems: Systems,
  references: References,
  metric: CorpusMetric,
  options?: SignificanceOptions,
): Promise<BootstrapSignificance> {
  const owner = 'pairedBootstrap';
  const { trials, generator, signal } = read(owner, options, 1000);
  const counts = countsOf(owner, metric, systems, references);
  return bootstrap(metric, counts, trials, (bound) => generator.below(bound), signal);
}

/**
 * The approximate randomization test: whether a system's score differs from a baseline's by more than the choice of who said what explains.
 *
 * $$ p = \frac{1 + \big| \lbrace t : |\Delta_t| > |\Delta| \rbrace \big|}{1 + \mathrm{numSamples}} $$
 *
 * Swaps the two systems' hypotheses of each sentence or not, by chance, again and again. The p value is the share of trials whose absolute difference
 * is above the one found.
 *
 * Same as sacrebleu's `--paired-ar`, with other random numbers; trials that come to the same difference do not count, so that of few sentences the p
 * value is too small. Gives way to other work, and takes a `signal`.
 *
 * @throws as `pairedBootstrap`.
 *
 * @example
 * import { Generator } from '@kasane/tensor-core';
 * import { approximateRandomization, CHRF } from '@kasane/seq2seq/metrics';
 * const references = ['the cat sat on the mat', 'a dog ran over the road', 'birds sing in the trees'];
 * const baseline = ['a cat sat on a mat', 'the dog ran on the road', 'birds sing in the trees'];
 * const options = { numSamples: 200, generator: new Generator(0) };
 * const { pValue } = await approximateRandomization([baseline, references], [references], new CHRF(), options);
 * pValue < 0.05; // => true
 * @see Riezler and Maxwell (2005), On Some Pitfalls in Automatic Evaluation and Significance Testing for MT.
 * @category Metrics
 */
export async function approximateRandomization(
  systems: Systems,
  references: References,
  metric: CorpusMetric,
  options?: SignificanceOptions,
): Promise<Significance> {
  const owner = 'approximateRandomization';
  const { trials, generator, signal } = read(owner, options, 10000);
  const counts = countsOf(owner, metric, systems, references);
  return randomization(metric, counts, trials, (bound) => generator.below(bound), signal);
}

type Pair<T> = readonly [T, T];

/** Scores of resampled corpora; `draw(n)` gives a whole number below n. */
export async function bootstrap(
  metric: CorpusMetric,
  counts: Pair<CorpusCounts>,
  trials: number,
  draw: (bound: number) => number,
  signal?: AbortSignal,
): Promise<BootstrapSignificance> {
  const { length } = counts[0].counts;
  const drawn = new Uint32Array(length);
  const samples = await trialsOf(metric, counts, trials, signal, (a, b) => {
    for (let i = 0; i < length; i++) drawn[i] = draw(length);
    for (const i of drawn) add(a, counts[0].counts[i]!);
    for (const i of drawn) add(b, counts[1].counts[i]!);
  });
  const scores = scoresOf(metric, counts);
  const differences = samples[0].map((one, t) => Math.abs(samples[1][t]! - one));
  const mean = meanOf(differences);
  return {
    scores,
    pValue: pValueOf(
      differences.map((one) => one - mean),
      scores,
    ),
    means: [meanOf(samples[0]), meanOf(samples[1])],
    intervals: [intervalOf(samples[0]), intervalOf(samples[1])],
  };
}

/** Scores of systems that swapped hypotheses where `draw(2)` gave 0. */
export async function randomization(
  metric: CorpusMetric,
  counts: Pair<CorpusCounts>,
  trials: number,
  draw: (bound: number) => number,
  signal?: AbortSignal,
): Promise<Significance> {
  const [baseline, system] = [counts[0].counts, counts[1].counts];
  const samples = await trialsOf(metric, counts, trials, signal, (a, b) => {
    for (let i = 0; i < baseline.length; i++) {
      const stays = draw(2) === 1;
      add(a, (stays ? baseline : system)[i]!);
      add(b, (stays ? system : baseline)[i]!);
    }
  });
  const scores = scoresOf(metric, counts);
  const differences = samples[0].map((one, t) => Math.abs(samples[1][t]! - one));
  return { scores, pValue: pValueOf(differences, scores) };
}

/** The scores of both systems in each trial; `fill` adds up what the trial is made of. */
async function trialsOf(
  metric: CorpusMetric,
  counts: Pair<CorpusCounts>,
  trials: number,
  signal: AbortSignal | undefined,
  fill: (a: Float64Array, b: Float64Array) => void,
): Promise<Pair<Float64Array>> {
  const width = counts[0].counts[0]!.length;
  const sums = [new Float64Array(width), new Float64Array(width)] as const;
  const samples = [new Float64Array(trials), new Float64Array(trials)] as const;
  const turns = new Turns(signal);
  for (let t = 0; t < trials; t++) {
    if (turns.due) await turns.give();
    for (const one of sums) one.fill(0);
    fill(...sums);
    for (const s of [0, 1] as const) {
      samples[s][t] = metric.scoreOf(sums[s], counts[s].nrefs).score;
    }
  }
  return samples;
}

function read(
  owner: string,
  options: SignificanceOptions | undefined,
  usual: number,
): {
  readonly trials: number;
  readonly generator: Generator;
  readonly signal: AbortSignal | undefined;
} {
  const {
    numSamples = usual,
    generator = defaultGenerator(),
    signal,
  } = optionsOf(owner, options, ['numSamples', 'generator', 'signal']);
  requireWhole(owner, 'numSamples', numSamples, 1);
  return { trials: numSamples, generator, signal };
}

function countsOf(
  owner: string,
  metric: CorpusMetric,
  systems: Systems,
  references: References,
): Pair<CorpusCounts> {
  if (!Array.isArray(systems) || systems.length !== 2) {
    const got = Array.isArray(systems) ? `${systems.length} of them` : shown(systems);
    throw new DataError(`${owner}: there must be two systems, [baseline, system], got ${got}.`);
  }
  // What plain JavaScript may give.
  if (typeof (metric as CorpusMetric | null | undefined)?.statistics !== 'function') {
    throw new TypeError(
      `${owner}: the metric must be a CorpusMetric, such as new BLEU(), got ${shown(metric)}.`,
    );
  }
  const [baseline, system] = systems;
  return [metric.statistics(baseline, references), metric.statistics(system, references)];
}

function scoresOf(metric: CorpusMetric, counts: Pair<CorpusCounts>): [number, number] {
  const [a, b] = counts;
  return [
    metric.scoreOf(sum(a.counts), a.nrefs).score,
    metric.scoreOf(sum(b.counts), b.nrefs).score,
  ];
}

/** The share of statistics above the difference found, which counts as one of them: no p value is 0. */
function pValueOf(statistics: Float64Array, scores: Pair<number>): number {
  const difference = Math.abs(scores[0] - scores[1]);
  let above = 0;
  for (const one of statistics) if (one > difference) above++;
  return (above + 1) / (statistics.length + 1);
}

function add(total: Float64Array, counts: Float64Array): void {
  for (let i = 0; i < total.length; i++) total[i]! += counts[i]!;
}

function meanOf(values: Float64Array): number {
  let total = 0;
  for (const value of values) total += value;
  return total / values.length;
}

/** Half the distance between what 1 in 40 is below and what 1 in 40 is above. */
function intervalOf(values: Float64Array): number {
  const sorted = values.toSorted();
  const cut = Math.floor(values.length / 40);
  return (sorted[values.length - cut - 1]! - sorted[cut]!) / 2;
}
