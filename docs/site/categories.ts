/**
 * What each export is filed under. `@category` in its docstring decides, or that of the export above it in its file; for files that
 * have none, this table does, by the longest beginning of the path below `src`. So a new file in a folder needs nothing.
 */
import {
  Comment,
  CommentTag,
  ReferenceReflection,
  ReflectionKind,
  type DeclarationReflection,
} from 'typedoc';
import { readFileSync } from 'node:fs';
import { placeOf } from './packages.ts';

const table: Readonly<Record<string, Readonly<Record<string, readonly string[]>>>> = {
  autograd: { Gradients: [''], Checks: ['gradcheck', 'anomaly'] },
  datasets: {
    'Datasets and loaders': [''],
    'Data sets': ['iris', 'mnist'],
    'File formats': ['idx', 'cifar10', 'csv', 'text-lines'],
    'Files in Node': ['node/'],
    'Generated data': ['generate/'],
    Images: ['image', 'labeled-images', 'color-jitter', 'decode-', 'encode-png'],
  },
  distributions: { Base: [''], Divergences: ['kl/'] },
  generative: { Diffusion: ['diffusion/'], Flows: ['flows/'], Adversarial: ['gan/'] },
  'layers-cnn': { Convolution: ['size'], Detection: ['detection/'], Pooling: ['ops/window'] },
  'layers-rnn': {
    Cells: ['cell', 'recurrent-cell', 'memory-cell'],
    Layers: ['recurrent-layer', 'sequence-module'],
    Sequences: [''],
  },
  native: { Kernels: [''] },
  'nlp-embeddings': {
    Text: ['ngrams', 'phrases', 'vocabulary', 'layers/windows'],
    'Training vectors': ['fasttext/', 'glove/', 'word2vec/'],
    'Word vectors': ['vectors/'],
    Projections: ['projections/'],
    Tokenizers: ['tokenizers/'],
    Decoders: ['tokenizers/decoders/'],
    Models: ['tokenizers/models/'],
    Normalizers: ['tokenizers/normalizers/'],
    'Post-processors': ['tokenizers/post-processors/'],
    'Pre-tokenizers': ['tokenizers/pre-tokenizers/'],
    Trainers: ['tokenizers/trainers/'],
  },
  nn: {
    'Modules and parameters': [''],
    Containers: ['module-dict', 'module-list', 'sequential'],
    Initialisers: ['init/'],
    Losses: ['losses/'],
    Attention: ['attention'],
    Averaging: ['averaging'],
    Transformers: ['transformer/'],
  },
  optim: {
    Optimizers: [''],
    'Learning-rate schedulers': ['schedulers/'],
    'Gradient clipping': ['clip-'],
    'Base and state': ['optimizer', 'param-group', 'state-dict', 'moments'],
  },
  rl: {
    'Environments and agents': [''],
    AlphaZero: ['games/alpha-zero/'],
    Bandits: ['bandits/'],
    Environments: ['environments/'],
    Games: ['games/'],
    'Linear approximation': ['linear/'],
    Planning: ['planning/'],
    'Policy methods': ['policy/'],
    'Replay buffers': ['buffers/'],
    Spaces: ['spaces/'],
    'Tabular methods': ['tabular/'],
    'Value methods': ['value/'],
    'Vector environments': ['vector/'],
  },
  seq2seq: {
    Training: ['scheduled-sampling'],
    Dialogue: ['dialogue/'],
    Generation: ['generate/', 'step-model'],
    Metrics: ['metrics/'],
    Trees: ['recursive/'],
  },
  'tensor-core': {
    Tensors: ['tensor', 'ops/', 'dtype', 'shape'],
    'Making tensors': ['create', 'random-tensors', 'ops/concat'],
    'Random numbers': ['random'],
    Backends: ['backends/', 'gpu', 'threads', 'turns'],
    'Compile and profile': ['compile', 'profile', 'tracing'],
    Memory: ['scope', 'memory'],
    'Ops of your own': ['op.ts', 'dispatch', 'sparse-gradient', 'backends/wasm/kernels'],
    'Errors and checks': ['errors', 'options', 'given', 'format', 'ops/check-index'],
  },
  trainer: { Training: [''], Callbacks: ['callbacks/'], Checkpoints: ['checkpoint/'], Metrics: ['metrics/'] },
}; // prettier-ignore

const sources = new Map<string, string[]>();

function linesOf(file: string): string[] {
  let lines = sources.get(file);
  if (lines === undefined) sources.set(file, (lines = readFileSync(file, 'utf8').split('\n')));
  return lines;
}

/** The category of what is declared at a line of a file, if its docstring says none. */
export function categoryOf(file: string, line: number): string | undefined {
  const lines = linesOf(file);
  const named = (text: string): string | undefined => /@category (.+?)(?: \*\/)?$/.exec(text)?.[1];
  const near = lines.slice(0, line).findLast(named) ?? lines.find(named);
  if (near !== undefined) return named(near);
  const place = placeOf(file);
  if (place === undefined) return undefined;
  let found: string | undefined;
  let longest = -1;
  for (const [category, beginnings] of Object.entries(table[place.id] ?? {})) {
    for (const beginning of beginnings) {
      if (beginning.length <= longest || !place.path.startsWith(beginning)) continue;
      found = category;
      longest = beginning.length;
    }
  }
  return found;
}

/** Says the category of an export in its comment, unless that does; false if there is none. */
export function categorise(reflection: DeclarationReflection): boolean {
  // A name that is exported a second time is filed where the first one is.
  const target = reflection instanceof ReferenceReflection ? reflection.getTargetReflectionDeep() : reflection;
  if (!target.isDeclaration()) return false;
  const commented = [target, ...(target.signatures ?? [])].flatMap(({ comment }) => comment ?? []);
  const tagged = commented.find((comment) => comment.getTag('@category') !== undefined);
  if (tagged !== undefined && target === reflection) return true;
  const [source] = target.sources ?? target.children?.flatMap(({ sources = [] }) => sources) ?? [];
  const said = tagged?.getTag('@category')?.content.map(({ text }) => text).join('').trim();
  const category = said ?? (source === undefined ? undefined : categoryOf(source.fullFileName, source.line));
  if (category === undefined) return false;
  const [comment = (reflection.comment = new Comment())] = target === reflection ? commented : [];
  comment.blockTags.push(new CommentTag('@category', [{ kind: 'text', text: category }]));
  return true;
} // prettier-ignore

/** The exports of all modules and of the namespaces in them. */
export function exportsOf(modules: readonly DeclarationReflection[]): DeclarationReflection[] {
  return modules.flatMap(({ children = [] }) =>
    children.flatMap((child) =>
      child.kind === ReflectionKind.Namespace ? [child, ...exportsOf([child])] : [child],
    ),
  );
}
