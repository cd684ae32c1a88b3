/** What the bench asks of the process a side runs in; one answer follows each request. */
export type Request =
  | { readonly do: 'start'; readonly workload: string; readonly side: string }
  | { readonly do: 'warm up' }
  | { readonly do: 'round'; readonly steps: number };

/** Numbers to agree on, steps for a round, milliseconds of a round; or what went wrong. */
export type Answer = { readonly numbers: readonly number[] } | { readonly error: string };
