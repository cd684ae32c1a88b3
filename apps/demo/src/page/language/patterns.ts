/** Numbers within names: `y at step 2`, but not those of symbols, as in `VGG16` or `x^2`. */
const NUMBER = /(?<![\w^_])[-−]?\d+(?:,\d{3})*(?:\.\d+)?(?:e[-+]?\d+)?/g;

/** A name with `#` in the place of its numbers, so that one translation serves all of its kind. */
export const patternOf = (text: string): string => text.replaceAll(NUMBER, '#');

/** Whether a name is more than symbols and numbers. */
export const hasWords = (name: string): boolean => /[a-z]{2}/i.test(name);

/** What a dictionary has for a text, for its pattern, or for all parts of `one and another`; undefined if it has nothing. */
export function lookUp(
  dictionary: Readonly<Record<string, string>>,
  text: string,
): string | undefined {
  if (Object.hasOwn(dictionary, text)) return dictionary[text];
  const pattern = patternOf(text);
  if (Object.hasOwn(dictionary, pattern)) {
    const numbers = text.match(NUMBER) ?? [];
    let at = 0;
    return dictionary[pattern]!.replaceAll('#', () => numbers[at++] ?? '');
  }
  const parts = text.split(' and ');
  if (parts.length === 1) return undefined;
  const told = parts.map((part) => lookUp(dictionary, part));
  return told.every((part) => part !== undefined) ? told.join('／') : undefined;
}
