/** The word that was probably meant: the same in other letters, or with one letter more, less or changed. */
export function nearestName(given: string, words: readonly string[]): string | undefined {
  const plain = given.toLowerCase();
  return (
    words.find((word) => word.toLowerCase() === plain) ??
    (plain.length > 2 ? words.find((word) => isOneAway(plain, word.toLowerCase())) : undefined)
  );
}

function isOneAway(a: string, b: string): boolean {
  if (Math.abs(a.length - b.length) > 1) return false;
  let start = 0;
  while (start < a.length && a[start] === b[start]) start++;
  let end = 0;
  while (end < Math.min(a.length, b.length) - start && a.at(-1 - end) === b.at(-1 - end)) end++;
  return Math.max(a.length, b.length) - start - end <= 1;
}
