import { DataError } from '@kasane/tensor-core';
import type { Training } from '../callback.ts';

/** Options of callbacks that watch a number of `EpochLogs`. */
export interface MonitorOptions {
  /** Which one. Default 'valLoss'. */
  readonly monitor?: string;
  /**
   * Whether it should fall or rise. Default 'auto': a loss falls, and a metric knows (`higherIsBetter`).
   */
  readonly mode?: 'auto' | 'min' | 'max';
  /** Changes of no more than this are no improvement. Default 0. */
  readonly minDelta?: number;
}

/** The names of MonitorOptions. */
export const monitorNames = ['monitor', 'mode', 'minDelta'] as const;

type Watched = Pick<Training, 'logs' | 'metrics'>;

/** The number that is watched. */
export function monitored(owner: string, { logs }: Watched, monitor: string): number {
  const value = logs[monitor];
  if (value !== undefined) return value;
  throw new DataError(
    `${owner}: monitors "${monitor}", and an epoch has ${Object.keys(logs).join(', ')}. Give fit a validation or a metric of that name, or monitor another.`,
  );
}

/** Whether the number should fall or rise; DataError where nothing says so. */
export function directionOf(
  owner: string,
  { metrics }: Watched,
  { monitor = 'valLoss', mode = 'auto' }: MonitorOptions,
): 'min' | 'max' {
  if (mode !== 'auto') return mode;
  if (monitor === 'loss' || monitor === 'valLoss') return 'min';
  const names = Object.keys(metrics);
  const name = names.find((one) => one === monitor || valName(one) === monitor);
  const { higherIsBetter = null } = name === undefined ? {} : metrics[name]!;
  if (higherIsBetter !== null) return higherIsBetter ? 'max' : 'min';
  throw new DataError(
    `${owner}: whether "${monitor}" should fall or rise is not known. Pass mode 'min' or 'max'${name === undefined ? ', or monitor loss, valLoss or one of the metrics' : ', or let the metric say higherIsBetter'}.`,
  );
}

/** The name that a metric has in validation. */
export function valName(name: string): string {
  return `val${name.charAt(0).toUpperCase()}${name.slice(1)}`;
}

/** Whether `value` is better than `best`, null before the first; NaN never is. */
export function improves(
  value: number,
  best: number | null,
  mode: 'min' | 'max',
  minDelta: number = 0,
): boolean {
  if (best === null) return !Number.isNaN(value);
  return mode === 'min' ? value < best - minDelta : value > best + minDelta;
}
