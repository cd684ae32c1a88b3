/**
 * The options that a function was called with, after a look at their names: `names` are all that it knows, and
 * TypeScript misses none. Nothing given is no options.
 *
 * Throws TypeError for a name that is none of them, with the one that was probably meant, and for what is no
 * object of options. Instances of classes will do, frozen objects and those without a prototype.
 *
 * @example
 * import { optionsOf } from '@kasane/tensor-core';
 * const noise = (options?: { readonly std?: number; readonly bias?: boolean }): number => {
 *   const { std = 1 } = optionsOf('noise', options, ['std', 'bias']);
 *   return std;
 * };
 * let message = '';
 * try {
 *   noise(JSON.parse('{ "stdev": 2 }'));
 * } catch (error) {
 *   message = String(error);
 * }
 * message; // => TypeError: noise: there is no option "stdev"; did you mean std? It has std, bias.
 */
export function optionsOf<O extends object, const N extends readonly (keyof O)[]>(
  owner: string,
  options: O | undefined,
  names: N & ([keyof O] extends [N[number]] ? unknown : never),
): O {
  // Where options must be given, what reads them complains of the first that is missing.
  if (options === undefined) return {} as O;
  let found = false;
  if (typeof options === 'object') {
    for (const name in options) {
      if (!names.includes(name)) {
        const known = found || isPlain(options) ? name : undefined;
        throw refusal(owner, options, names as readonly string[], known);
      }
      found = true;
    }
  }
  if (found || isPlain(options) || names.some((name) => name in Object(options))) return options;
  throw refusal(owner, options, names as readonly string[]);
}

/** Is no instance of a class, in whatever realm. */
function isPlain(options: object): boolean {
  return Object(options) === options && (options.constructor?.name ?? 'Object') === 'Object';
}

/** For a name that is no option, or without one for what is no object of options. */
function refusal(
  owner: string,
  options: unknown,
  names: readonly string[],
  name?: string,
): TypeError {
  if (name === undefined) {
    const value = Object(options) === options || options === null ? '…' : shown(options);
    return new TypeError(
      `${owner}: options must be an object such as { ${byPosition(options, names)}: ${value} }, got ${shown(options)}.`,
    );
  }
  const near = nearest(name, names);
  return new TypeError(
    `${owner}: there is no option "${name}"${near === undefined ? '.' : `; did you mean ${near}?`} It has ${names.join(', ')}.`,
  );
}

const flags =
  /^(bias|keepdim|train(ing)?|strict|descending|largest|shuffle|bidirectional|batchFirst|affine|elementwiseAffine|full|log|replacement|reverse|requiresGrad|transposeA|sparseGrad|create.*|retain.*|persistent|verify|relaxed)$/;
const words = /^(dtype|reduction|mode|monitor|average|cache|approximate|nonlinearity|activation)$/;

/** The option that was probably meant by a value in the place of all of them. */
function byPosition(value: unknown, names: readonly string[]): string {
  const kind = typeof value;
  const fits = (name: string): boolean =>
    kind === 'boolean'
      ? flags.test(name)
      : kind === 'string'
        ? words.test(name)
        : kind === 'number'
          ? !flags.test(name) && !words.test(name)
          : shown(value).toLowerCase().endsWith(name.toLowerCase());
  return names.find(fits) ?? names[0]!;
}

/** What an error calls a value that is not what it should be. @internal */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'function') return 'a function';
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value))
    return value[0] instanceof Object ? `an array of ${shown(value[0])}` : 'an array';
  return value.constructor?.name ?? 'an object';
}

/** What the names are elsewhere, without capitals and underscores. */
const elsewhere = {
  learningrate: 'lr',
  l2: 'weightDecay',
  axis: 'dim dims',
  rate: 'p',
  prob: 'p',
  ord: 'p',
  usebias: 'bias',
  ddof: 'correction',
  min: 'low minVal minlength',
  max: 'high maxVal',
  loc: 'mean',
  scale: 'std scaleFactor',
  device: 'backend',
  seed: 'generator',
  rng: 'generator',
  criterion: 'loss',
  optim: 'optimizer',
  loader: 'data',
  dataset: 'data',
  x: 'data',
  val: 'validation',
  iterations: 'epochs',
};

/** The name that was probably meant. */
function nearest(unknown: string, names: readonly string[]): string | undefined {
  const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');
  const wanted = plain(unknown);
  const meant =
    Object.entries(elsewhere)
      .find(([word]) => word === wanted)?.[1]
      .split(' ') ?? [];
  // validation_data is validation before it is data.
  const part = names.filter((name) => {
    const [short = '', long = ''] = [wanted, plain(name)].toSorted((a, b) => a.length - b.length);
    return short.length > 2 && long.includes(short);
  });
  const tries = Math.max(1, wanted.length >> 2); // more letters than these changed are another word
  const close = names
    .map((name) => [distance(wanted, plain(name)), name] as const)
    .filter(([d, name]) => d <= tries && d < name.length)
    .toSorted(([a], [b]) => a - b);
  return (
    meant.find((name) => names.includes(name)) ??
    close[0]?.[1] ??
    part.find((name) => wanted.startsWith(plain(name))) ??
    part[0]
  );
}

/** How many letters have to be put in, left out or changed: Levenshtein's distance. */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, j) => j);
  for (let i = 0; i < a.length; i++) {
    const above = row;
    row = [i + 1];
    for (let j = 0; j < b.length; j++) {
      row.push(Math.min(above[j + 1]! + 1, row[j]! + 1, above[j]! + Number(a[i] !== b[j])));
    }
  }
  return row[b.length]!;
}
