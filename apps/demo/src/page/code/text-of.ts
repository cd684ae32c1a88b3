/** Elements of a list that are written, and levels of what is in one another. */
const ELEMENTS = 100;
const DEPTH = 4;
/** Characters of one value. */
const LENGTH = 10_000;

/** What an object says of itself where Node prints it. */
const INSPECT = Symbol.for('nodejs.util.inspect.custom');

/** A value as Node prints it, in short: text, what knows how to write itself, the rest by its parts, none of it without end; `inspected` as
 * Node's console does, which tells more of a tensor. */
export function textOf(value: unknown, inspected: boolean = true): string {
  const text = typeof value === 'string' ? value : written(value, 0, [], inspected);
  return text.length > LENGTH ? `${text.slice(0, LENGTH)} …` : text;
}

function written(
  value: unknown,
  depth: number,
  around: readonly object[],
  inspected: boolean,
): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value === 'function') return `function ${value.name || '(anonymous)'}`;
  if (typeof value !== 'object' || value === null)
    return Object.is(value, -0) ? '-0' : String(value);
  if (around.includes(value)) return '(itself)';
  const inner = (one: unknown): string => written(one, depth + 1, [...around, value], inspected);
  const listed = (values: Iterable<unknown>, size: number): string[] => {
    const texts: string[] = [];
    for (const one of values) {
      if (texts.length === ELEMENTS) return [...texts, `… ${size - ELEMENTS} more`];
      texts.push(inner(one));
    }
    return texts;
  };
  const deep = depth === DEPTH;
  if (Array.isArray(value)) return deep ? '[…]' : `[${listed(value, value.length).join(', ')}]`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    // Every view that is not a DataView is a typed array, and those are lists.
    const numbers = value as unknown as ArrayLike<number> & Iterable<number>;
    return `[${listed(numbers, numbers.length).join(', ')}]`;
  }
  if (value instanceof Error) return `${value.name}: ${value.message}`;
  if (value instanceof Map) {
    if (deep) return 'Map(…)';
    const entries = [...value]
      .slice(0, ELEMENTS)
      .map(([key, one]) => `${inner(key)} => ${inner(one)}`);
    return `Map(${value.size}) {${entries.join(', ')}${value.size > ELEMENTS ? ', …' : ''}}`;
  }
  if (value instanceof Set)
    return deep ? 'Set(…)' : `Set(${value.size}) {${listed(value, value.size).join(', ')}}`;
  if (value instanceof Promise) return 'a promise (await it)';
  if (inspected && INSPECT in value && typeof value[INSPECT] === 'function') {
    return String(value[INSPECT](0, {}));
  }
  if (typeof value.toString === 'function' && value.toString !== Object.prototype.toString) {
    return String(value);
  }
  if (deep) return '{…}';
  const name = Object.getPrototypeOf(value)?.constructor?.name;
  const entries = Object.entries(value);
  const texts = entries.slice(0, ELEMENTS).map(([key, one]) => `${key}: ${inner(one)}`);
  if (entries.length > ELEMENTS) texts.push('…');
  const head = name === undefined || name === 'Object' ? '' : `${name} `;
  return texts.length === 0 ? `${head}{}` : `${head}{ ${texts.join(', ')} }`;
}
