import type { StepProfile } from './measure.ts';

/** What the bench asks of the process a side runs in; one answer follows each request. */
export type Request =
  | { readonly do: 'start'; readonly workload: string; readonly side: string }
  | { readonly do: 'warm up' }
  | { readonly do: 'round'; readonly steps: number }
  | { readonly do: 'profile' };

/** Numbers to agree on, steps for a round, milliseconds of a round; a profile; or what went wrong. */
export type Answer =
  | { readonly numbers: readonly number[] }
  | { readonly profile: StepProfile | null }
  | { readonly error: string };
