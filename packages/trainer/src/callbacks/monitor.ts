import { DataError } from '@kasane/tensor-core';
import type { EpochLogs } from '../callback.ts';

/** Options of callbacks that watch a number of `EpochLogs`. */
export interface MonitorOptions {
  /** Which one. Default 'valLoss'. */
  readonly monitor?: string;
  /** Whether it should fall or rise. Default 'min'. */
  readonly mode?: 'min' | 'max';
  /** Changes of no more than this are no improvement. Default 0. */
  readonly minDelta?: number;
}

/** The number that is watched. */
export function monitored(owner: string, logs: EpochLogs, monitor: string): number {
  const value = logs[monitor];
  if (value !== undefined) return value;
  throw new DataError(
    `${owner}: monitors "${monitor}", and an epoch has ${Object.keys(logs).join(', ')}. Give fit a validation or a metric of that name, or monitor another.`,
  );
}

/** Whether `value` is better than `best`, null before the first; NaN never is. */
export function improves(
  value: number,
  best: number | null,
  { mode = 'min', minDelta = 0 }: MonitorOptions,
): boolean {
  if (best === null) return !Number.isNaN(value);
  return mode === 'min' ? value < best - minDelta : value > best + minDelta;
}
