/** Ctrl-C, where there is a process that is told of it: Node, Deno, Bun. */

interface Process {
  once(event: 'SIGINT', listener: () => void): unknown;
  off(event: 'SIGINT', listener: () => void): unknown;
}

/** Calls `stop` at the first SIGINT, which then does not end the process; the second does. Gives what has it no longer listen. */
export function onInterrupt(stop: () => void): () => void {
  const host: { readonly process?: Partial<Process> } = globalThis;
  const { process } = host;
  // Bundlers make a process for pages that has no events.
  if (process?.once === undefined || process.off === undefined) return () => {};
  process.once('SIGINT', stop);
  return () => void process.off!('SIGINT', stop);
}
