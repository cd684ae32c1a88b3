import type { Check } from '../../check.ts';

/** A small picture of what a run has drawn, in parts of a hundred of its width and height, from the upper left. */
export type Thumbnail =
  | { readonly lines: readonly (readonly number[])[] }
  | {
      readonly dots: readonly (readonly number[])[];
      readonly lines?: readonly (readonly number[])[];
    }
  /** A shade for each cell, row by row, from `0` to `f`; `g` to `v` for values below 0. */
  | { readonly columns: number; readonly cells: string };

/** What is known of an exercise from a run of its quick preset. */
export interface Recorded {
  /** Of one processor, where it was recorded. */
  readonly seconds: number;
  readonly checks: readonly Pick<
    Check,
    'name' | 'expected' | 'chart' | 'bounds' | 'asked' | 'applies'
  >[];
  readonly thumbnail: Thumbnail | null;
}
