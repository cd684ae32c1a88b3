/**
 * Which packages each package stands on. An arrow includes what lies behind it: `nn` may import
 * `tensor-core` because `autograd` stands on it.
 */
export const dependencyGraph: Readonly<Record<string, readonly string[]>> = {
  'tensor-core': [],
  native: ['tensor-core'],
  autograd: ['tensor-core'],
  nn: ['autograd'],
  optim: ['autograd'],
  distributions: ['autograd'],
  datasets: ['tensor-core'],
  'layers-rnn': ['nn'],
  'layers-cnn': ['nn'],
  'nlp-embeddings': ['nn'],
  trainer: ['nn', 'optim', 'datasets'],
  seq2seq: ['layers-rnn', 'layers-cnn', 'nlp-embeddings', 'trainer', 'distributions'],
  generative: ['layers-rnn', 'layers-cnn', 'nlp-embeddings', 'trainer', 'distributions'],
  rl: ['layers-rnn', 'layers-cnn', 'nlp-embeddings', 'trainer', 'distributions'],
  // Private: for the tests of the others.
  testing: ['nn', 'optim', 'native'],
};

/** All the packages that `id` may import, or undefined if the graph does not know it. */
export function allowedImports(id: string): ReadonlySet<string> | undefined {
  const direct = dependencyGraph[id];
  if (direct === undefined) return undefined;
  const allowed = new Set<string>(direct);
  for (const next of direct) for (const far of allowedImports(next) ?? []) allowed.add(far);
  return allowed;
}
