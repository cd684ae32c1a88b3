/** The metrics that have a name; loaded when one is asked for by it. */
import { nearest } from '@kasane/tensor-core';
import { BCEWithLogitsLoss, binaryCrossEntropyWithLogits } from '@kasane/nn';
import { Accuracy } from './accuracy.ts';
import { AUC } from './auc.ts';
import type { ClassMetricOptions } from './classes.ts';
import { MeanAbsoluteError } from './mean-absolute-error.ts';
import { MeanSquaredError } from './mean-squared-error.ts';
import type { Metric } from './metric.ts';
import { Perplexity } from './perplexity.ts';
import { F1, Precision, Recall } from './precision-recall.ts';
import { R2 } from './r2.ts';
import { TopKAccuracy } from './top-k-accuracy.ts';

/** The names of metrics: `mse` and `mae` are short for `meanSquaredError` and `meanAbsoluteError`. */
export type MetricName =
  | 'accuracy'
  | 'topKAccuracy'
  | 'precision'
  | 'recall'
  | 'f1'
  | 'auc'
  | 'perplexity'
  | 'r2'
  | 'meanSquaredError'
  | 'mse'
  | 'meanAbsoluteError'
  | 'mae';

type Make = (options: ClassMetricOptions) => Metric<number, unknown>;

const table: Readonly<Record<MetricName, Make>> = {
  accuracy: (options) => new Accuracy(options),
  topKAccuracy: () => new TopKAccuracy(),
  precision: (options) => new Precision(options),
  recall: (options) => new Recall(options),
  f1: (options) => new F1(options),
  auc: () => new AUC(),
  perplexity: () => new Perplexity(),
  r2: () => new R2(),
  meanSquaredError: () => new MeanSquaredError(),
  mse: () => new MeanSquaredError(),
  meanAbsoluteError: () => new MeanAbsoluteError(),
  mae: () => new MeanAbsoluteError(),
};

/** The metric of a name, for outputs of a loss. Throws RangeError with the nearest name if there is none. */
export function metricByName(owner: string, name: string, loss: unknown): Metric<number, unknown> {
  if (!Object.hasOwn(table, name)) {
    const names = Object.keys(table);
    const near = /roc/i.test(name) ? 'auc' : nearest(name, names);
    throw new RangeError(
      `${owner}: no metric is called ${JSON.stringify(name)}. Take ${near === undefined ? 'one' : `'${near}', another`} of ${names.join(', ')}, or a metric of its own under that name.`,
    );
  }
  const takesLogits = loss === binaryCrossEntropyWithLogits || loss instanceof BCEWithLogitsLoss;
  return table[name as MetricName](takesLogits ? { threshold: 0 } : {}); // it is one of its names
}
