/** What an export is called in PyTorch: by the tables of the guides, which are executed, or by its name. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home } from './packages.ts';

/** Where PyTorch has what a package has, the likeliest place first. */
const places: Readonly<Record<string, readonly string[]>> = {
  autograd: ['torch.autograd', 'torch.autograd.functional', 'torch.func', 'torch.utils.checkpoint'],
  datasets: ['torch.utils.data'],
  distributions: ['torch.distributions'],
  'layers-cnn': ['torch.nn', 'torch.nn.functional'],
  'layers-rnn': ['torch.nn', 'torch.nn.utils.rnn'],
  nn: ['torch.nn', 'torch.nn.functional', 'torch.nn.utils', 'torch.optim.swa_utils'],
  optim: ['torch.optim', 'torch.optim.lr_scheduler', 'torch.nn.utils'],
  'tensor-core': ['torch'],
};

const namespaces: Readonly<Record<string, string>> = {
  init: 'torch.nn.init',
  constraints: 'torch.distributions.constraints',
  Tensor: 'torch.Tensor',
};

interface Recorded {
  readonly names: Readonly<Record<string, readonly string[]>>;
}

const recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/pytorch-names.json'), 'utf8'),
) as Recorded;
const known = new Map(
  Object.entries(recorded.names).map(([path, names]) => [path, new Set(names)]),
);

const snake = (name: string): string =>
  name.replaceAll(/[A-Z]+(?![a-z])|[A-Z]/g, (letters) => `_${letters.toLowerCase()}`);

/** PyTorch's name for an export or a method, with the module that has it. */
export function pytorchName(id: string, parent: string | undefined, name: string): string | undefined {
  const within = parent === undefined ? (places[id] ?? []) : [namespaces[parent] ?? ''];
  for (const place of within) {
    const names = known.get(place);
    // Of what writes in place, PyTorch keeps the old names without the `_`.
    const inPlace = /\.(?:init|utils)$/.test(place) ? [`${snake(name)}_`] : [];
    const found = [...inPlace, name, snake(name)].find((one) => names?.has(one));
    if (found !== undefined) return `${place}.${found}`;
  }
  return undefined;
} // prettier-ignore

/** A row of a guide: what users of PyTorch write, and the same here. */
export interface Counterpart {
  readonly theirs: string;
  readonly ours: string;
}

const code = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!); // a group that always matches

/** The rows of all tables of the guides that begin with PyTorch, by what their right side calls: `concat`, `.add`, `new Linear`. */
export function counterparts(): Map<string, Counterpart[]> {
  const found = new Map<string, Counterpart[]>();
  for (const file of globSync('guides/*.md', { cwd: home }).toSorted()) {
    const text = readFileSync(join(home, file), 'utf8');
    for (const [, rows = ''] of text.matchAll(/^\| PyTorch .*\n\|[ -|]*\n((?:\|.*\n)+)/gm)) {
      for (const row of rows.trim().split('\n')) {
        const [, left = '', right = ''] = row.split(/(?<!\\)\|/);
        const [theirs, ours] = [code(left), code(right)];
        for (const [index, one] of ours.entries()) {
          const counterpart = { theirs: (theirs.length === ours.length ? theirs[index] : theirs[0]) ?? '', ours: one };
          const [, called] = /^(?:await )?((?:new )?\w+|\w+(\.\w+)+)\(/.exec(one) ?? [];
          const key = called?.includes('.') === true ? called.slice(called.lastIndexOf('.')) : called;
          if (key !== undefined && counterpart.theirs !== '') found.set(key, [...(found.get(key) ?? []), counterpart]);
        }
      }
    }
  }
  return found;
} // prettier-ignore
