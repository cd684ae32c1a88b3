/** What JavaScript lets through: of another kind than the option is, with what was probably meant. */
import { nearest, shown } from '@kasane/tensor-core';
import type { Callback } from './callback.ts';
import { requireBatches } from './in-memory.ts';

/** The options that are looked at, whatever they are. */
type Given = {
  readonly [
    K in
      | 'validation'
      | 'loss'
      | 'optimizer'
      | 'scheduler'
      | 'callbacks'
      | 'signal'
      | 'generators'
      | 'resume'
  ]?: unknown;
};

/** All options of `fit`: one that is not here is refused. */
export const fitNames = [
  'data',
  'x',
  'y',
  'batchSize',
  'validationSplit',
  'shuffle',
  'loss',
  'optimizer',
  'epochs',
  'metrics',
  'validation',
  'callbacks',
  'scheduler',
  'clipGradNorm',
  'accumulate',
  'compile',
  'signal',
  'interruptible',
  'recover',
  'seed',
  'generators',
  'resume',
] as const;

/** Whatever a callback may listen to; the type asks for all of it. */
const listeners: Readonly<Record<Extract<keyof Callback, `on${string}`>, true>> = {
  onTrainBegin: true,
  onEpochBegin: true,
  onStep: true,
  onEpochEnd: true,
  onTrainEnd: true,
  onDeviceLost: true,
  onFallback: true,
  onWarning: true,
};

/** Throws TypeError for a method that is named as what a callback listens to, and would never be called. */
function requireListeners(owner: string, callback: object): void {
  const known = Object.keys(listeners);
  let at: object | null = callback;
  while (at !== null && at !== Object.prototype) {
    const stray = Object.getOwnPropertyNames(at).find(
      (name) => /^on[A-Z_]/.test(name) && !known.includes(name),
    );
    if (stray !== undefined) {
      const near = nearest(stray, known);
      throw new TypeError(
        `${owner}: a callback has no "${stray}"${near === undefined ? '.' : `; did you mean ${near}?`} It has ${known.join(', ')}.`,
      );
    }
    at = Object.getPrototypeOf(at) as object | null;
  }
}

/** Throws TypeError for what is no module. */
export function requireModel(owner: string, model: unknown): void {
  if (has(model, 'forward') && has(model, 'namedParameters')) return;
  throw new TypeError(
    `${owner}: the model must be a module, got ${shown(model)}. Pass the model first, then the options.`,
  );
}

/** Throws TypeError for options of `fit` and `evaluate` that are not what they should be, but for the samples. */
export function checkKinds(owner: 'fit' | 'evaluate', options: Given): void {
  const { validation, loss, optimizer, scheduler, callbacks, signal, generators, resume } = options;
  const must = (holds: boolean, what: string, be: string, got: unknown, way: string): void => {
    if (!holds) {
      throw new TypeError(`${owner}: ${what} must be ${be}, got ${shown(got)}. Pass ${way}.`);
    }
  };
  if (validation !== undefined) requireBatches(owner, 'validation', validation);
  const isLoss = typeof loss === 'function' || has(loss, 'forward');
  must(isLoss, 'loss', 'a function of output and target', loss, 'one such as mseLoss');
  if (owner !== 'fit') return;
  const optimizes = has(optimizer, 'step') && has(optimizer, 'zeroGrad');
  const adam = 'one such as new Adam(model.parameters())';
  must(optimizes, 'optimizer', 'an optimizer', optimizer, adam);
  const steps = scheduler === undefined || has(scheduler, 'step');
  must(steps, 'scheduler', 'a scheduler', scheduler, 'one such as new StepLR(optimizer, 10)');
  const list = callbacks ?? [];
  must(Array.isArray(list), 'callbacks', 'an array', list, 'it in brackets');
  for (const callback of list as readonly unknown[]) {
    const isObject = typeof callback === 'object' && callback !== null;
    const like = 'an object of functions such as { onEpochEnd() {} }';
    must(isObject, 'a callback', 'an object', callback, like);
    requireListeners(owner, callback as object); // as was just found
  }
  const stops = signal === undefined || (has(signal, 'aborted') && has(signal, 'throwIfAborted'));
  must(stops, 'signal', 'an AbortSignal', signal, 'the signal of an AbortController');
  const many = generators === undefined || Array.isArray(generators);
  must(many, 'generators', 'an array', generators, 'it in brackets');
  const saved = resume === undefined || has(resume, 'model');
  const load = 'await loadCheckpoint(path), of @kasane/trainer/node';
  must(saved, 'resume', 'a checkpoint', resume, load);
}

function has(value: unknown, name: PropertyKey): boolean {
  return value != null && name in Object(value);
}
