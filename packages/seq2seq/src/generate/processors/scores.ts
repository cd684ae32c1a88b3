/** What processors compute of a row of scores: in double precision, rounded to what PyTorch keeps in float32. */

/** The largest of the scores, -Infinity if there are none. */
export function largest(scores: Float32Array): number {
  let most = -Infinity;
  for (let i = 0; i < scores.length; i++) if (scores[i]! > most) most = scores[i]!;
  return most;
}

/** log Σ eˣ; -Infinity where all scores are. */
export function logSumExp(scores: Float32Array): number {
  const most = largest(scores);
  if (most === -Infinity) return most;
  let sum = 0;
  for (let i = 0; i < scores.length; i++) sum += Math.exp(scores[i]! - most);
  return most + Math.log(sum);
}

/** The probabilities of scores. */
export function softmax(scores: Float32Array): Float32Array {
  const total = logSumExp(scores);
  const probs = new Float32Array(scores.length);
  for (let i = 0; i < scores.length; i++) probs[i] = Math.exp(scores[i]! - total);
  return probs;
}

/** -Σ p log p of the probabilities of scores. */
export function entropy(scores: Float32Array): number {
  const total = logSumExp(scores);
  let sum = 0;
  for (let i = 0; i < scores.length; i++) {
    const log = scores[i]! - total;
    if (log > -Infinity) sum -= log * Math.exp(log);
  }
  return sum;
}

/** The k-th largest of the scores, or the smallest if there are fewer. */
export function kthLargest(scores: Float32Array, k: number): number {
  if (k === 1) return largest(scores);
  return scores.toSorted()[Math.max(0, scores.length - k)]!;
}

/** Where the scores stand that are k-th largest and larger; of equals the first. */
export function topIndices(scores: Float32Array, k: number): number[] {
  const threshold = kthLargest(scores, k);
  const above: number[] = [];
  const equal: number[] = [];
  for (let i = 0; i < scores.length; i++) {
    if (scores[i]! > threshold) above.push(i);
    else if (scores[i] === threshold) equal.push(i);
  }
  return [...above, ...equal].slice(0, k).sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** The places of values in ascending order; of equals the first one first. */
export function ascending(values: Float32Array): Uint32Array {
  const order = Uint32Array.from(values, (_, i) => i);
  return order.sort((a, b) => values[a]! - values[b]! || a - b);
}
