import { formatNumber } from './number-format.ts';
import { mean } from './statistics.ts';
import { UsageError } from './usage-error.ts';

/**
 * Refuses a learning rate at which gradient descent on the points of somebody moves away from its goal. With mean((W x + b − d)²) that is
 * above 2 / λ, for the larger eigenvalue λ of H = 2 [mean(x²) mean(x); mean(x) 1].
 */
export function requireDescent(x: readonly number[], lr: number): void {
  const [xx, x1] = [mean(x.map((value) => value * value)), mean(x)];
  const largest = xx + 1 + Math.hypot(xx - 1, 2 * x1);
  if (lr * largest < 2) return;
  throw new UsageError(
    `With these points gradient descent goes astray at learning rates from ${formatNumber(2 / largest, 3)} on, and this is ${formatNumber(lr)}. Take a smaller one, or points nearer to x = 0.`,
  );
}
