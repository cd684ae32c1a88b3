import type { Output } from '../src/cli/environment.ts';

/** A stream that remembers what was written to it. */
export interface Recorder extends Output {
  readonly text: string;
}

export function recorder(terminal: { isTTY?: boolean; columns?: number } = {}): Recorder {
  const written: string[] = [];
  const output = {
    isTTY: terminal.isTTY ?? false,
    columns: terminal.columns ?? 80,
    write: (text: string) => {
      written.push(text);
      return true;
    },
    on: () => output,
    get text() {
      return written.join('');
    },
  };
  // Stands in for a stream where only the members of Output are used.
  return output as unknown as Recorder;
}
