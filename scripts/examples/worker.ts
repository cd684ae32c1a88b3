/**
 * Runs the examples it is sent, one after the other, and sends back what did not hold.
 *
 * Started by `check-examples.ts` as a child process; an example is a module that calls the functions
 * below, which `instrument.ts` put there.
 */
import { inspect } from 'node:util';
import { matches, render } from './compare.ts';
import type { Expectation } from './instrument.ts';

/** An example to run. */
export interface Job {
  readonly id: number;
  readonly module: string;
  readonly expectations: readonly Expectation[];
}

/** A promise that did not hold, at a line of the example; -1 if the example failed as a whole. */
export interface Failure {
  readonly line: number;
  readonly message: string;
}

/** What came of an example. */
export interface Result {
  readonly id: number;
  readonly failures: readonly Failure[];
}

let job: Job | undefined;
let failures: Failure[] = [];
let met = new Set<number>();
let printed: string[] = [];

function compare(at: number, actual: string): void {
  met.add(at);
  const expectation = job?.expectations[at];
  if (expectation === undefined || matches(actual, expectation.text)) return;
  failures.push({
    line: expectation.line,
    message: `promises ${expectation.text[0] ?? ''}\n    but gives ${actual.replaceAll('\n', '\n              ')}`,
  });
}

Object.assign(globalThis, {
  __value: (at: number, value: unknown): void => compare(at, render(value)),
  __silence: (): void => {
    printed = [];
  },
  __printed: (at: number): void => compare(at, printed.join('\n')),
  __throws: async (at: number, action: () => Promise<void>): Promise<void> => {
    try {
      await action();
      compare(at, 'no error');
    } catch (error) {
      const text = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
      const wanted = (job?.expectations[at]?.text[0] ?? '').replace(/^throws\s*/, '');
      // `// => throws`, `// => throws ShapeError` and the whole message are all promises one can keep.
      if (wanted === '' || text.startsWith(wanted)) met.add(at);
      else compare(at, `throws ${text}`);
    }
  },
});

console.log = (...values: unknown[]): void => {
  printed.push(
    values.map((value) => (typeof value === 'string' ? value : render(value))).join(' '),
  );
};

process.on('message', (message) => {
  // The only sender is check-examples.ts, which sends jobs.
  void run(message as Job);
});

async function run(next: Job): Promise<void> {
  job = next;
  failures = [];
  met = new Set();
  printed = [];
  try {
    await import(next.module);
    for (const [at, { line }] of next.expectations.entries()) {
      if (!met.has(at)) failures.push({ line, message: 'is never reached' });
    }
  } catch (error) {
    failures.push({
      line: lineOf(error, next.module),
      message: inspect(error).split('\n')[0] ?? '',
    });
  }
  const result: Result = { id: next.id, failures };
  process.send?.(result);
}

/** The line of the example in an error's stack. */
function lineOf(error: unknown, module: string): number {
  const stack = error instanceof Error ? (error.stack ?? '') : '';
  const place = stack.slice(stack.indexOf(module) + module.length);
  return stack.includes(module) ? Number(/^:(\d+)/.exec(place)?.[1] ?? 0) - 1 : -1;
}
