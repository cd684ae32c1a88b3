/** Metrics as options have them: objects, or the names of those that there are. */
import type { Tensor } from '@kasane/tensor-core';
import type { MetricName } from './by-name.ts';
import type { Metric } from './metric.ts';

export type { MetricName } from './by-name.ts';

/** Metrics by the names under which results have them, each an object or the name of one; or a list of such names. */
export type Metrics<R = number, O = Tensor, T = Tensor> =
  | Readonly<Record<string, Metric<R, unknown, O, T> | MetricName>>
  | readonly MetricName[];

/** The objects. The code of those that are asked for by name is loaded first. Throws RangeError for a name that is none, TypeError for what is no metric. */
export async function metricsOf<R, O, T>(
  owner: string,
  metrics: Metrics<R, O, T> = {},
  loss: unknown,
): Promise<Readonly<Record<string, Metric<R, unknown, O, T>>>> {
  if (typeof metrics !== 'object' || metrics === null) {
    throw new TypeError(
      `${owner}: metrics must be a list of names, or a record, got ${JSON.stringify(metrics) ?? String(metrics)}. Pass ['accuracy'], for one.`,
    );
  }
  const entries = Object.entries(metrics).map(([key, metric]) => {
    return [Array.isArray(metrics) ? String(metric) : key, metric] as const;
  });
  for (const [, metric] of entries) requireMetric(owner, metric, Array.isArray(metrics));
  if (entries.every(([, metric]) => typeof metric !== 'string')) {
    // None of them is a name.
    return Object.fromEntries(entries) as Readonly<Record<string, Metric<R, unknown, O, T>>>;
  }
  const { metricByName } = await import('./by-name.ts');
  const made = entries.map(([name, metric]) => {
    return [name, typeof metric === 'string' ? metricByName(owner, metric, loss) : metric] as const;
  });
  // Those that have names give numbers, of tensors.
  return Object.fromEntries(made) as unknown as Readonly<Record<string, Metric<R, unknown, O, T>>>;
}

/** An object in a list has no name. */
function requireMetric(owner: string, metric: unknown, isListed: boolean): void {
  if (typeof metric === 'string') return;
  const isMetric = typeof (metric as Metric | null)?.update === 'function';
  if (isMetric && !isListed) return;
  throw new TypeError(
    `${owner}: metrics must be ${isListed ? 'names in a list' : 'objects with update and compute, or names'}, got ${isMetric ? `an object of ${(metric as Metric).constructor.name}. Pass { name: object }` : String(metric)}.`,
  );
}
