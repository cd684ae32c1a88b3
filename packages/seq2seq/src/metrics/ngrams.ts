/** How often each run of `n` items comes up, added to `counts`; items are joined by what none of them holds. */
export function addGrams(
  counts: Map<string, number>,
  items: readonly string[],
  n: number,
  joint: string,
): Map<string, number> {
  for (let i = 0; i + n <= items.length; i++) {
    let gram = items[i]!;
    for (let j = i + 1; j < i + n; j++) gram += joint + items[j]!;
    counts.set(gram, (counts.get(gram) ?? 0) + 1);
  }
  return counts;
}

/** How many n-grams the two share, each as often as the one that has it less often. */
export function matches(
  counts: ReadonlyMap<string, number>,
  others: ReadonlyMap<string, number>,
): number {
  let matched = 0;
  for (const [gram, count] of counts) matched += Math.min(count, others.get(gram) ?? 0);
  return matched;
}
