/** What an export is called in other libraries: by the tables of the guides, which are executed, or by its name. */
import { globSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { home } from './packages.ts';

/** What the libraries are called, by where their names begin. */
const libraries: Readonly<Record<string, string>> = {
  torch: 'PyTorch',
  torchvision: 'torchvision',
  gymnasium: 'Gymnasium',
  stable_baselines3: 'Stable-Baselines3',
  keras: 'Keras',
  sklearn: 'scikit-learn',
  transformers: 'transformers',
  tokenizers: 'tokenizers',
  gensim: 'gensim',
  sacrebleu: 'sacrebleu',
  diffusers: 'diffusers',
  tf: 'TensorFlow.js',
};

/** Where other libraries have what a package has, of each library the likeliest place first. */
const places: Readonly<Record<string, readonly string[]>> = {
  autograd: ['torch.autograd', 'torch.autograd.functional', 'torch.func', 'torch.utils.checkpoint'],
  datasets: [
    'torch.utils.data',
    'torchvision.transforms.functional',
    'torchvision.transforms',
    'torchvision.datasets',
    'torchvision.io',
    'sklearn.datasets',
    'sklearn.model_selection',
    'sklearn.utils.class_weight',
  ],
  distributions: ['torch.distributions'],
  generative: ['diffusers.models', 'diffusers.models.autoencoders.vae'],
  'layers-cnn': [
    'torch.nn',
    'torch.nn.functional',
    'torchvision.models',
    'torchvision.models.googlenet',
    'torchvision.models.resnet',
    'torchvision.ops',
    'keras.layers',
  ],
  'layers-rnn': ['torch.nn', 'torch.nn.utils.rnn', 'keras.layers'],
  'nlp-embeddings': [
    'gensim.models',
    'gensim.models.fasttext',
    'sklearn.decomposition',
    'sklearn.manifold',
    'tokenizers',
  ],
  nn: ['torch.nn', 'torch.nn.functional', 'torch.nn.utils', 'torch.optim.swa_utils'],
  optim: ['torch.optim', 'torch.optim.lr_scheduler', 'torch.nn.utils'],
  rl: [
    'gymnasium',
    'gymnasium.spaces',
    'gymnasium.wrappers',
    'gymnasium.vector',
    'gymnasium.utils.env_checker',
    'gymnasium.envs.classic_control',
    'gymnasium.envs.toy_text',
    'gymnasium.envs.toy_text.frozen_lake',
    'stable_baselines3',
    'stable_baselines3.common.buffers',
    'stable_baselines3.common.evaluation',
    'stable_baselines3.common.running_mean_std',
  ],
  seq2seq: ['transformers.generation', 'sacrebleu.metrics'],
  'tensor-core': ['torch'],
  trainer: ['keras.callbacks', 'keras.metrics', 'sklearn.metrics'],
};

const namespaces: Readonly<Record<string, string>> = {
  constraints: 'torch.distributions.constraints',
  decoders: 'tokenizers.decoders',
  init: 'torch.nn.init',
  models: 'tokenizers.models',
  normalizers: 'tokenizers.normalizers',
  postProcessors: 'tokenizers.processors',
  preTokenizers: 'tokenizers.pre_tokenizers',
  Tensor: 'torch.Tensor',
  trainers: 'tokenizers.trainers',
};

/** What is the same and has another name there. */
export const renamed: Readonly<Record<string, readonly string[]>> = {
  'datasets classWeights': ['sklearn.utils.class_weight.compute_class_weight'],
  'datasets flipHorizontal': ['torchvision.transforms.RandomHorizontalFlip'],
  'datasets flipVertical': ['torchvision.transforms.RandomVerticalFlip'],
  'datasets iris': ['sklearn.datasets.load_iris'],
  'datasets padImage': ['torchvision.transforms.Pad'],
  'datasets readCifar10': ['torchvision.datasets.CIFAR10'],
  'datasets readMnist': ['torchvision.datasets.MNIST'],
  'generative UNet': ['diffusers.models.UNet2DModel'],
  'generative VQVAE': ['diffusers.models.VQModel'],
  'layers-cnn DepthwiseConv2d': ['keras.layers.DepthwiseConv2D'],
  'layers-cnn GlobalAvgPool': ['keras.layers.GlobalAveragePooling2D'],
  'layers-cnn GlobalMaxPool': ['keras.layers.GlobalMaxPooling2D'],
  'layers-cnn SeparableConv2d': ['keras.layers.SeparableConv2D'],
  'layers-rnn Recurrent': ['keras.layers.RNN'],
  'layers-rnn RNN': ['keras.layers.SimpleRNN'],
  'layers-rnn RNNCell': ['keras.layers.SimpleRNNCell'],
  'rl MountainCarContinuous': ['gymnasium.envs.classic_control.Continuous_MountainCarEnv'],
  'trainer Accuracy': ['keras.metrics.SparseCategoricalAccuracy', 'sklearn.metrics.accuracy_score'],
  'trainer AUC': ['sklearn.metrics.roc_auc_score'],
  'trainer ConfusionMatrix': ['sklearn.metrics.confusion_matrix'],
  'trainer F1': ['keras.metrics.F1Score', 'sklearn.metrics.f1_score'],
  'trainer MeanAbsoluteError': ['sklearn.metrics.mean_absolute_error'],
  'trainer MeanSquaredError': ['sklearn.metrics.mean_squared_error'],
  'trainer Precision': ['sklearn.metrics.precision_score'],
  'trainer ProgressBar': ['keras.callbacks.ProgbarLogger'],
  'trainer R2': ['keras.metrics.R2Score', 'sklearn.metrics.r2_score'],
  'trainer Recall': ['sklearn.metrics.recall_score'],
  'trainer TopKAccuracy': [
    'keras.metrics.SparseTopKCategoricalAccuracy',
    'sklearn.metrics.top_k_accuracy_score',
  ],
};

/** What has the same name there and is something else, and why. */
export const falseFriends: Readonly<Record<string, string>> = {
  'keras.layers.RNN': 'runs a cell that it is given',
  'keras.metrics.Accuracy': 'compares labels with labels, not scores with labels',
  'torch.autograd.functional.vjp': 'is given the gradient and returns no function',
  'torch.autograd.grad': 'takes outputs, not a function, as gradients does here',
  'torch.Storage': 'is what holds the numbers, not what a backend must be able to do with them',
  'torch.Tensor.data': 'is the tensor without its history, not its numbers',
};

/** What `fixtures/names.py` wrote. */
interface Recorded {
  readonly names: Readonly<Record<string, readonly string[]>>;
}

// The script beside it writes what is read.
export const recorded: Recorded = JSON.parse(
  readFileSync(join(import.meta.dirname, 'fixtures/names.json'), 'utf8'),
) as Recorded;
const known = new Map(
  Object.entries(recorded.names).map(([path, names]) => [path, new Set(names)]),
);

const snake = (name: string): string =>
  name.replaceAll(/[A-Z]+(?![a-z])|[A-Z]/g, (letters) => `_${letters.toLowerCase()}`);

/** A name in the ways that a module may write it. */
function spellings(name: string, place: string): string[] {
  // Of what writes in place, PyTorch keeps the old names without the `_`.
  if (/^torch\..*(?:init|utils)$/.test(place)) return [`${snake(name)}_`, name, snake(name)];
  // What is a function here is a class with one method there.
  if (/transforms$|model_selection$/.test(place))
    return [`${name[0]!.toUpperCase()}${name.slice(1)}`]; // no name is empty
  if (place.startsWith('gymnasium.envs')) return [`${name}Env`, snake(name)];
  return [name, snake(name)];
}

/** What other libraries call an export or a method, with the module that has it, by library. */
export function namesElsewhere(id: string, parent: string | undefined, name: string): Map<string, string> {
  const within = parent === undefined ? (places[id] ?? []) : [namespaces[parent] ?? ''];
  const same = within.flatMap((place) => {
    const found = spellings(name, place).find((one) => known.get(place)?.has(one));
    return found === undefined ? [] : [`${place}.${found}`];
  });
  const paths = [...(renamed[`${id} ${name}`] ?? []), ...same.filter((path) => !(path in falseFriends))];
  const names = new Map<string, string>();
  for (const path of paths) {
    const library = libraries[path.split('.')[0] ?? ''];
    if (library !== undefined && !names.has(library)) names.set(library, path);
  }
  return names;
} // prettier-ignore

/** A row of a guide: what users of another library write, and the same here. */
export interface Counterpart {
  readonly library: string;
  readonly theirs: string;
  readonly ours: string;
}

const code = (cell: string): string[] => [...cell.matchAll(/`([^`]+)`/g)].map(([, text]) => text!); // a group that always matches

/** Tables that begin with a library hold what its users write, and what the same is here. */
const TABLES = /^\| ([^|]+?) +\| here +\|\n\|[ -|]*\n((?:\|.*\n)+)/gm;

/** From which packages a text imports each name. */
function importsOf(text: string): Map<string, Set<string>> {
  const from = new Map<string, Set<string>>();
  for (const [, names = '', id = ''] of text.matchAll(
    /^import \{([^}]*)\} from '@kasane\/([\w-]+)/gm,
  )) {
    for (const [name] of names.matchAll(/\w+/g))
      from.set(name, (from.get(name) ?? new Set()).add(id));
  }
  return from;
}

/** The rows of all tables of the guides by what their right side calls: `tensor-core concat`, `nn Linear`, and of methods `.add`. */
export function counterparts(): Map<string, Counterpart[]> {
  const found = new Map<string, Counterpart[]>();
  const known = new Set(Object.values(libraries));
  for (const file of globSync('guides/*.md', { cwd: home }).toSorted()) {
    const text = readFileSync(join(home, file), 'utf8');
    const imports = importsOf(text);
    for (const [, library = '', rows = ''] of text.matchAll(TABLES)) {
      if (!known.has(library)) continue;
      for (const row of rows.trim().split('\n')) {
        const [, left = '', right = ''] = row.split(/(?<!\\)\|/);
        const [theirs, ours] = [code(left), code(right)];
        for (const [index, one] of ours.entries()) {
          const counterpart = { library, theirs: (theirs.length === ours.length ? theirs[index] : theirs[0]) ?? '', ours: one };
          if (counterpart.theirs === '') continue;
          for (const key of calledBy(one, imports)) found.set(key, [...(found.get(key) ?? []), counterpart]);
        }
      }
    }
  }
  return found;
} // prettier-ignore

function calledBy(line: string, imports: ReadonlyMap<string, ReadonlySet<string>>): string[] {
  const [, name = '', path] = /^(?:await )?(?:new )?(\w+)((?:\.\w+)+)?\(/.exec(line) ?? [];
  if (path === undefined || imports.has(name))
    return [...(imports.get(name) ?? [])].map((id) => `${id} ${name}`);
  return name === 'console' ? [] : [path.slice(path.lastIndexOf('.'))];
}
