/** One way of doing a workload's work: Kasane, or a peer. */
export interface Side {
  readonly name: string;
  /** Loads the library and the workload's data; a side that cannot run here throws the reason. */
  prepare(): Promise<Prepared>;
}

/** A side that is ready to work. */
export interface Prepared {
  /**
   * The numbers that all sides must agree on, called once, before `run`: losses of the first steps
   * from the initial weights, or samples of a result.
   */
  probe(): Promise<readonly number[]> | readonly number[];
  /**
   * Does the work `steps` times. Only this is timed; it ends when the last result exists. Milliseconds
   * that it returns count instead of those from its start to its end.
   */
  run(steps: number): Promise<number | void> | number | void;
}

/** What a row of the table should show, as a bound on Kasane's time or on a ratio. */
export type Goal =
  /** Kasane, or Kasane with a BLAS, is at least this many times as fast as the fastest of these peers. */
  | { readonly atLeast: number; readonly against: readonly string[]; readonly native?: true }
  /** A step takes at most this long, in the row's unit. */
  | { readonly atMost: number };

/** For the title of a row that has more than one thread. */
export const onThreads = (threads: 1 | 2): string =>
  threads === 1 ? '' : `, on ${threads} threads`;

/** A row of the table: the same work, written for Kasane and for each peer. */
export interface Workload {
  readonly id: string;
  /** The work of one step: shapes, batch, optimizer, and whether Kasane compiles it. */
  readonly title: string;
  /** Of the time of one step. */
  readonly unit: 'µs' | 'ms';
  /** Threads that Kasane uses. */
  readonly threads: 1 | 2;
  readonly goals: readonly Goal[];
  /** Made of products, so that Kasane runs once more with those of a BLAS. */
  readonly native?: true;
  readonly ours: Side;
  readonly peers: readonly Side[];
}
