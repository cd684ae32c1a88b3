/** A value as an example writes it: String() for primitives and objects that know how, JSON otherwise. */
export function render(value: unknown): string {
  if (typeof value !== 'object' || value === null) return String(value);
  if (value instanceof Promise) return 'a promise (await it)';
  return nested(value);
}

function nested(value: unknown): string {
  if (typeof value === 'string') return JSON.stringify(value);
  if (typeof value !== 'object' || value === null) return String(value);
  if (Array.isArray(value)) return `[${value.map(nested).join(',')}]`;
  if (ArrayBuffer.isView(value) && !(value instanceof DataView)) {
    // Every view that is not a DataView is a typed array, and those can be iterated.
    return nested(Array.from(value as unknown as Iterable<number>));
  }
  if (value.toString !== Object.prototype.toString) return String(value);
  const entries = Object.entries(value).map(
    ([key, entry]) => `${JSON.stringify(key)}:${nested(entry)}`,
  );
  return `{${entries.join(',')}}`;
}

const number = /(?<![A-Za-z_\d.])[-+]?(?:\d+\.?\d*|\.\d+)(?:[eE][-+]?\d+)?/g;

/** Text with white space reduced to what separates words and numbers. */
function tidy(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/ ?([[\]{}(),:]) ?/g, '$1')
    .trim();
}

/** Whether a number, written with some decimals, is what `actual` rounds to. Integers must be exact. */
function sameNumber(actual: string, expected: string): boolean {
  if (actual === expected) return true;
  const [, decimals, exponent] = /^[-+]?\d*\.(\d*)(?:[eE]([-+]?\d+))?$/.exec(expected) ?? [];
  if (decimals === undefined) return Number(actual) === Number(expected);
  const unit = 10 ** (Number(exponent ?? 0) - decimals.length);
  return Math.abs(Number(actual) - Number(expected)) <= 0.5 * unit * (1 + 1e-9);
}

function sameText(actual: string, expected: string): boolean {
  const [left, right] = [tidy(actual), tidy(expected)];
  if (left === right) return true;
  if (left.replaceAll(number, '#') !== right.replaceAll(number, '#')) return false;
  const numbers = right.match(number) ?? [];
  return (left.match(number) ?? []).every((entry, index) =>
    sameNumber(entry, numbers[index] ?? ''),
  );
}

/**
 * Whether what an example shows is what it promised. The lines below the promise belong to it as far as
 * the shown text reaches; the rest are comments of their own.
 */
export function matches(actual: string, expected: readonly string[]): boolean {
  const lines = expected[0] === '' ? expected.slice(1) : expected;
  for (let count = lines.length; count >= 1; count--) {
    if (sameText(actual, lines.slice(0, count).join('\n'))) return true;
  }
  return false;
}
