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
  const known = names as readonly PropertyKey[] as readonly string[]; // for…in knows no others
  let found = false;
  for (const name in options) {
    if (!known.includes(name)) {
      throw refusal(owner, options, known, found || isPlain(options) ? name : undefined);
    }
    found = true;
  }
  if (found || isPlain(options) || known.some((name) => name in Object(options))) return options;
  throw refusal(owner, options, known);
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
  if (name !== undefined) {
    const near = nearest(name, names);
    return new TypeError(
      `${owner}: there is no option "${name}"${near === undefined ? '.' : `; did you mean ${near}?`} It has ${names.join(', ')}.`,
    );
  }
  // The first that takes such a value; the names begin with what is often given by position.
  const got = shown(options);
  const kind = typeof options;
  const isOne = kind === 'number' || kind === 'boolean' || kind === 'string';
  const fits = (one: string): boolean =>
    isOne
      ? flag.test(one) === (kind === 'boolean') && word.test(one) === (kind === 'string')
      : got.toLowerCase() === one;
  return new TypeError(
    `${owner}: options must be an object such as { ${names.find(fits) ?? names[0]}: ${isOne ? got : '…'} }, got ${got}.`,
  );
}

// How the names of options begin that are true or false, and of those that are words.
const flag = /^(bia|bid|keepd|train|strict|desc|shuf|affi|req|ret)/;
const word = /^(dty|red|mod|mon|appr|nonl)/;

/**
 * What an error calls a value that is not what it should be.
 * @internal
 */
export function shown(value: unknown): string {
  if (typeof value === 'string') return `'${value}'`;
  if (typeof value === 'bigint') return `${value}n`;
  if (typeof value === 'function') return 'a function';
  if (value instanceof Promise) return 'a promise (await it)';
  if (Object(value) !== value) return String(value);
  if (Array.isArray(value))
    return value[0] instanceof Object ? `an array of ${shown(value[0])}` : 'an array';
  return isPlain(value as object) ? 'an object' : (value as object).constructor.name;
}

/** What the names are elsewhere. */
const elsewhere: readonly (readonly [theirs: string, ours: string])[] = [
  ['learningrate', 'lr'],
  ['axis', 'dim'],
  ['rate', 'p'],
  ['prob', 'p'],
  ['ddof', 'correction'],
  ['min', 'low'],
  ['max', 'high'],
  ['device', 'backend'],
  ['seed', 'generator'],
  ['criterion', 'loss'],
];

/**
 * The name that was probably meant, if one is near.
 * @internal
 */
export function nearest(given: string, names: readonly string[]): string | undefined {
  const plain = (name: string): string => name.toLowerCase().replaceAll('_', '');
  const wanted = plain(given);
  const meant = elsewhere.find(([theirs, ours]) => theirs === wanted && names.includes(ours));
  const like = [0, 1, 2].flatMap((edits) =>
    names.filter((name) => 3 * edits < name.length && isWithin(edits, wanted, plain(name))),
  );
  // validation_data is validation before it is data.
  const at = (name: string): number => wanted.indexOf(plain(name));
  const parts = names
    .filter((name) => (name.length > 1 && at(name) >= 0) || plain(name).startsWith(wanted))
    .toSorted((a, b) => at(a) - at(b));
  return meant?.[1] ?? like[0] ?? parts[0];
}

/** Whether so many letters put in, left out or changed make one word of the other. */
function isWithin(edits: number, a: string, b: string): boolean {
  if (a === b || edits < 0) return edits >= 0;
  const [c, d] = [a.slice(1), b.slice(1)];
  return (
    isWithin(edits - Number(a[0] !== b[0]), c, d) ||
    isWithin(edits - 1, c, b) ||
    isWithin(edits - 1, a, d)
  );
}
