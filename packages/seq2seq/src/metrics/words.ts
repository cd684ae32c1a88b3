/** Lines as Python splits and prints them: sacrebleu's scores depend on both. */

// JavaScript's \s has U+FEFF, which is no space to Python, and lacks the separators of ASCII and U+0085.
const space =
  '[\\t-\\r\\x1c-\\x20\\x85\\xa0\\u1680\\u2000-\\u200a\\u2028\\u2029\\u202f\\u205f\\u3000]+';
const spaces = new RegExp(space, 'u');
const trailing = new RegExp(`${space}$`, 'u');
const leading = new RegExp(`^${space}`, 'u');

/** What stands between spaces. */
export function wordsOf(line: string): string[] {
  return line.split(spaces).filter((word) => word !== '');
}

/** Without the spaces at its end. */
export function trimEnd(line: string): string {
  return line.replace(trailing, '');
}

/** Without the spaces at both ends. */
export function trim(line: string): string {
  return trimEnd(line).replace(leading, '');
}

/** With so many decimals, at most 40; of two equally near the one that ends evenly, where `toFixed` takes the larger. */
export function fixed(value: number, decimals: number): string {
  const rounded = value.toFixed(decimals);
  if (!Number.isFinite(value) || Math.abs(value) >= 2 ** 53) return rounded;
  // What a metric prints has fewer than 60 binary places that count; toFixed is exact.
  const rest = value.toFixed(decimals + 60).slice(-60);
  if (!/^50*$/.test(rest)) return rounded;
  const below = value.toFixed(decimals + 1).slice(0, decimals === 0 ? -2 : -1);
  return Number(below.at(-1)) % 2 === 0 ? below : rounded;
}
